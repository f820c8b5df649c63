"""`export`: whole files or none, three forms, safe in terminals and spreadsheets."""

from __future__ import annotations

import csv
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Result
from tests.cli.test_show import HOSTILE, thread
from tui.cli.writers import Csv, JsonLines, Markdown, escape_formula
from tui.markdown import escape
from tui.simulator.server import RunningServer

Call = Callable[..., Result]


def test_json_lines_hold_every_conversation_with_its_whole_thread(
    call: Call, mirror: Path, server: RunningServer
) -> None:
    assert mirror.exists()
    result = call("export")
    assert result.code == 0
    records = [json.loads(line) for line in result.out.splitlines()]
    truth = server.world.truth()
    assert {record["id"] for record in records} == set(truth)
    for record in records:
        assert record["parts"][0]["type"] == "source"
        stored = {part["id"] for part in record["parts"][1:]}
        assert stored <= truth[record["id"]].part_ids
        assert len(stored) + record.get("missing_parts", 0) == truth[record["id"]].part_count
    assert result.err.startswith(f"Exported {len(truth)} conversations.\n🟢 Fresh")


def test_a_query_narrows_the_export(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    total = call("search", "is:open", "--json").json["total"]
    result = call("export", "is:open", "--quiet")
    assert len(result.out.splitlines()) == total
    assert result.err == ""
    assert call("export", "is:opn").code == 2


def test_csv_has_a_line_for_each_conversation(call: Call, mirror: Path, tmp_path: Path) -> None:
    assert mirror.exists()
    path = tmp_path / "out.csv"
    result = call("export", "--format", "csv", "-o", path)
    assert (result.code, result.out) == (0, "")
    assert f" to {path}." in result.err
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == call("status", "--json").json["total_conversations"]
    assert list(rows[0])[-4:] == ["title", "custom_attributes", "parts", "triage"]
    assert json.loads(rows[0]["parts"])[0]["type"] == "source"
    assert rows[0]["id"].isdigit()


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1",
        '"=1',
        "'=1",
        "' \"=1",
        "\n=1",
        "＝1",
        "＠x",
        "\tplain",
        "\u200b=1",
        "\ufeff=1",
    ],
)
def test_no_cell_can_be_a_formula(text: str) -> None:
    assert escape_formula(text) == "'" + text


@pytest.mark.parametrize("text", ["", "plain", "a=1", "1-2", "mail@example.com", "#1", "{}", "  x"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert escape_formula(text) == text


def test_every_form_of_a_hostile_conversation_is_safe() -> None:
    hostile = thread()
    lines = JsonLines().conversation(hostile)
    assert lines.count("\n") == 1
    assert not set(lines) & set("\x1b\x07\x9b\u202e")
    record = json.loads(lines)
    assert record["custom_attributes"] == {"key": HOSTILE}
    assert record["parts"][0]["truncated"] is True
    assert record["missing_parts"] == 3
    row = next(csv.reader([Csv().conversation(hostile)]))
    assert row[0] == "7"
    assert len(row) == len(next(csv.reader([Csv().head()])))


def test_markdown_shows_customer_text_literally() -> None:
    text = Markdown().conversation(thread(title="# [click](javascript:x) <script>"))
    assert text.startswith("## 7: \\# \\[click\\](javascript:x) \\<script\\>\n")
    assert escape("1. one") == "1\\. one"
    assert escape("- item *bold* `code` |cell|") == "\\- item \\*bold\\* \\`code\\` \\|cell\\|"
    assert escape("![image](https://tracker.example)") == "!\\[image\\](https://tracker.example)"


def test_markdown_marks_notes(call: Call, mirror: Path) -> None:
    assert mirror.exists()
    assert "· **internal note**\n\n> " in call("export", "has:note", "--format", "markdown").out


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_written_straight_to(call: Call, mirror: Path, tmp_path: Path) -> None:
    assert mirror.exists()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_text("utf-8")))
    reader.start()
    assert call("export", "is:open", "-o", pipe).code == 0
    reader.join(30)
    assert json.loads(received[0].splitlines()[0])["state"] == "open"


def test_a_place_that_cannot_be_written_is_told(call: Call, mirror: Path, tmp_path: Path) -> None:
    assert mirror.exists()
    folder = call("export", "-o", tmp_path)
    assert folder.code == 1
    assert folder.error == f"{tmp_path}: is a folder; name a file"
    absent = tmp_path / "absent" / "out.csv"
    nowhere = call("export", "-o", absent)
    assert nowhere.code == 1
    assert nowhere.error == f"{absent}: cannot be written: No such file or directory"


def test_a_bad_query_leaves_the_old_file(call: Call, mirror: Path, tmp_path: Path) -> None:
    assert mirror.exists()
    path = tmp_path / "out"
    path.write_text("old")
    assert call("export", "since:2024-02-30", "-o", path).code == 2
    assert path.read_text() == "old"
