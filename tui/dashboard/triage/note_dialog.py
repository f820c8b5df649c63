"""A private note on one conversation, or the same one on many."""

from __future__ import annotations

from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static, TextArea

from tui.annotations import LONGEST_NOTE
from tui.dashboard.common.dialog import Dialog
from tui.domain import SharedNote
from tui.text import counted


class NoteDialog(Dialog[str | None]):
    """An empty note removes it. Where notes differ the editor is empty, and saving that is asked twice."""

    TITLE_TEXT = "my note"
    KEYS = "^s saves · esc leaves · only here, never sent to Intercom"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", id="save_note", tooltip="Save the note", priority=True),
    ]

    entry = getters.query_one("#note-entry", TextArea)

    def __init__(self, count: int, shared: SharedNote) -> None:
        """The note on `count` conversations."""
        super().__init__()
        self._count = count
        self._shared = shared
        self._warned = False

    def compose_body(self) -> ComposeResult:
        if self._count > 1:
            yield Static(Content(scope(self._count, self._shared)), id="note-scope")
        area = TextArea(self._shared.text or "", id="note-entry", compact=True, highlight_cursor_line=False)
        area.cursor_blink = False
        yield area

    def on_mount(self) -> None:
        super().on_mount()
        self.entry.move_cursor(self.entry.document.end)

    def action_save(self) -> None:
        """What was typed right before may still be on its way to the editor."""
        self.entry.call_later(self._save)

    def _save(self) -> None:
        text = self.entry.text.strip()
        if len(text) > LONGEST_NOTE:
            self.show_problem(f"the note has {len(text):,} characters; {LONGEST_NOTE:,} are allowed")
        elif not text and self._shared.text is None and not self._warned:
            self._warned = True
            self.show_problem(f"this removes {counted(self._shared.count, 'note')}; save once more to do it")
        else:
            self.dismiss(self.entry.text)


def scope(count: int, shared: SharedNote) -> str:
    """What the note is about, and what becomes of those there are."""
    words = f"On {counted(count, 'conversation')}"
    if shared.text is None:
        return f"{words}; replaces {counted(shared.count, 'note')}"
    return f"{words}, which all have this note" if shared.text else words
