"""The base of the dialogs: a frame with a title, and a line for problems; escape cancels."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer], Generic[Answer]):
    """Subclasses yield their widgets from `compose_body`. Dismissed with None when cancelled."""

    TITLE_TEXT = ""
    KEYS = "Enter save · Esc cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel", id="leave_dialog", tooltip="Close without a change"),
    ]

    problem = getters.query_one(".dialog-problem", Static)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as frame:
            frame.border_title = self.TITLE_TEXT
            frame.border_subtitle = self.KEYS
            yield from self.compose_body()
            yield Static(classes="dialog-problem")

    def compose_body(self) -> ComposeResult:
        yield from ()

    def show_problem(self, words: str) -> None:
        """Show what is wrong; an empty text hides the line."""
        self.problem.update(Content(words))
        self.problem.display = bool(words)

    def on_mount(self) -> None:
        self.show_problem("")

    def action_leave(self) -> None:
        self.dismiss(None)
