"""The user's own texts for messages."""

from __future__ import annotations

import os
from pathlib import Path

from tui.snippets import LARGEST, MOST, Snippet, read_snippets


def test_files_are_snippets_named_after_them_and_what_cannot_be_used_costs_a_line(tmp_path: Path) -> None:
    folder = tmp_path / "snippets"
    assert read_snippets(folder) == read_snippets(tmp_path), (
        "neither a folder that is not there nor an empty one"
    )
    folder.mkdir()
    (folder / "thanks.md").write_text("Thank you, {{user.first_name}}!\x1b[31m\r\nBest\n", "utf-8")
    (folder / "bye bye.md").write_text("Bye", "utf-8")
    (folder / "other.txt").write_text("no snippet", "utf-8")
    (folder / "huge.md").write_text("x" * (LARGEST + 1), "utf-8")
    (folder / "latin.md").write_bytes(b"\xe4\xff")
    (folder / "blank.md").write_text(" \n", "utf-8")
    (folder / "folder.md").mkdir()
    os.mkfifo(folder / "pipe.md")
    read = read_snippets(folder)
    assert read.snippets == (
        Snippet("bye bye", "Bye"),
        Snippet("thanks", "Thank you, {{user.first_name}}!\nBest"),
    )
    assert read.problems == (
        "blank.md: it is empty",
        "folder.md: Is a directory",
        f"huge.md: it is larger than {LARGEST:,} bytes",
        "latin.md: not a UTF-8 text file",
        "pipe.md: it is no ordinary file",
    )


def test_a_huge_folder_is_read_in_part(tmp_path: Path) -> None:
    for number in range(MOST + 2):
        (tmp_path / f"{number:05}.md").write_text("x", "utf-8")
    read = read_snippets(tmp_path)
    assert len(read.snippets) == MOST
    assert read.problems == (f"{tmp_path}: only the first 1,000 of 1,002 files are read",)


def test_a_file_in_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "snippets").write_text("x", "utf-8")
    assert read_snippets(tmp_path / "snippets").problems == (f"{tmp_path / 'snippets'}: Not a directory",)
