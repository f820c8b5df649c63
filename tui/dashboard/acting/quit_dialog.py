"""Says, once, that what was not sent yet is sent the next time."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui.dashboard.common.dialog import Dialog
from tui.formatting import counted


class QuitDialog(Dialog[bool]):
    """Dismissed with True to quit."""

    TITLE_TEXT = "quit"
    KEYS = "Enter quit · Esc stay"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "leave_now", "Quit", id="quit_with_changes", tooltip="Quit; changes stay in the outbox"
        ),
    ]

    def __init__(self, going: int) -> None:
        super().__init__()
        self._going = going

    def compose_body(self) -> ComposeResult:
        are = "is" if self._going == 1 else "are"
        yield Static(Content(f"{counted(self._going, 'change')} {are} not sent yet."))
        yield Static(
            Content.styled(
                "What is not sent stays in the outbox, and is sent the next time fastintercom syncs."
                " This is said only once.",
                "$muted",
            )
        )

    def action_leave_now(self) -> None:
        self.dismiss(True)
