"""Edits the private note on one or more conversations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static, TextArea

from tui.annotations import LONGEST_NOTE
from tui.dashboard.common.dialog import Dialog
from tui.dashboard.common.terminal_program import TerminalProgramFailed
from tui.dashboard.triage.note_editor import edit_in_editor
from tui.domain import SharedNote
from tui.formatting import counted


class NoteDialog(Dialog[str | None]):
    """Dismissed with the text, which is empty to remove the note, or with None.

    Where the notes differ the editor starts empty, and saving an empty text must be confirmed.
    """

    TITLE_TEXT = "my note"
    KEYS = "^s save · ^e editor · Esc cancel · never sent to Intercom"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", id="save_note", tooltip="Save the note", priority=True),
        Binding(
            "ctrl+e",
            "edit",
            "Editor",
            id="edit_note",
            tooltip="Edit the note in $VISUAL or $EDITOR",
            priority=True,
        ),
    ]

    entry = getters.query_one("#note-entry", TextArea)

    def __init__(self, count: int, shared: SharedNote, environment: Mapping[str, str]) -> None:
        """`count` is the number of conversations, `shared` their notes, `environment` that of an editor."""
        super().__init__()
        self._environment = environment
        self._count = count
        self._shared = shared
        self._confirming = False

    def compose_body(self) -> ComposeResult:
        if self._count > 1:
            yield Static(Content(scope_text(self._count, self._shared)), id="note-scope")
        area = TextArea(self._shared.text or "", id="note-entry", compact=True, highlight_cursor_line=False)
        area.cursor_blink = False
        yield area

    def on_mount(self) -> None:
        super().on_mount()
        self.entry.move_cursor(self.entry.document.end)

    def action_save(self) -> None:
        """Save once the editor has handled the keys pressed before."""
        self.entry.call_later(self._save)

    def action_edit(self) -> None:
        """Open the editor with what was typed before."""
        self.entry.call_later(self._edit)

    def _edit(self) -> None:
        try:
            text = edit_in_editor(self.app, self.entry.text, self._environment)
        except TerminalProgramFailed as error:
            self.show_problem(str(error))
            return
        self.show_problem("")
        end = self.entry.document.end
        self.entry.replace(text, (0, 0), end)
        self.entry.move_cursor(self.entry.document.end)

    def _save(self) -> None:
        text = self.entry.text.strip()
        if len(text) > LONGEST_NOTE:
            self.show_problem(f"the note has {len(text):,} characters; {LONGEST_NOTE:,} are allowed")
        elif not text and self._shared.text is None and not self._confirming:
            self._confirming = True
            self.show_problem(f"this removes {counted(self._shared.count, 'note')}; save again to confirm")
        else:
            self.dismiss(self.entry.text)


def scope_text(count: int, shared: SharedNote) -> str:
    """Which conversations get the note, and whether it replaces others."""
    words = f"On {counted(count, 'conversation')}"
    if shared.text is None:
        return f"{words}; replaces {counted(shared.count, 'note')}"
    return f"{words}, which all have this note" if shared.text else words
