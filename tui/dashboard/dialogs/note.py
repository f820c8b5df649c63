"""A private note on one conversation."""

from __future__ import annotations

from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from tui.dashboard.dialogs.dialog import Dialog
from tui.triage import LONGEST_NOTE


class NoteDialog(Dialog[str | None]):
    """An empty note removes it."""

    TITLE_TEXT = "my note"
    KEYS = "^s saves · esc leaves · only here, never sent to Intercom"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", id="save_note", tooltip="Save the note", priority=True),
    ]

    entry = getters.query_one("#note-entry", TextArea)

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def ask(self) -> ComposeResult:
        area = TextArea(self._text, id="note-entry", compact=True, highlight_cursor_line=False)
        area.cursor_blink = False
        yield area

    def on_mount(self) -> None:
        super().on_mount()
        self.entry.move_cursor(self.entry.document.end)

    def action_save(self) -> None:
        length = len(self.entry.text.strip())
        if length > LONGEST_NOTE:
            self.complain(f"the note has {length:,} characters; {LONGEST_NOTE:,} are allowed")
            return
        self.dismiss(self.entry.text)
