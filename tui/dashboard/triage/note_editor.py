"""Edits a text in the user's own editor."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual.app import App

from tui.dashboard.common.terminal_program import TerminalProgramFailed, run_in_terminal, words_of
from tui.files import read_ordinary_file
from tui.text import clean

LARGEST_FILE = 1_000_000
"""Bytes of what the editor saves; a note is much shorter."""


def edit_in_editor(app: App[Any], text: str, environment: Mapping[str, str], what: str = "note") -> str:
    """The text as the user saves it in `$VISUAL` or `$EDITOR`; `what` it is. Raises `TerminalProgramFailed`.

    The file is in a folder for the user alone, which is deleted with all that the editor leaves in it.
    """
    words = words_of(environment, "VISUAL", "EDITOR")
    try:
        with tempfile.TemporaryDirectory(prefix="fastintercom-") as folder:
            path = Path(folder) / f"{what}.md"
            path.touch(mode=0o600)
            path.write_text(text, "utf-8")
            run_in_terminal(app, [*words, str(path)], environment)
            content, _ = read_ordinary_file(path, LARGEST_FILE)
    except OSError as error:
        raise TerminalProgramFailed(f"The {what} could not be edited: {error.strerror}.") from None
    try:
        return clean(content.decode("utf-8")).removesuffix("\n")
    except UnicodeDecodeError:
        raise TerminalProgramFailed(f"{words[0]} did not save UTF-8 text.") from None
