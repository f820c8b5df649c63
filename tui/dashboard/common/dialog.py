"""What the small windows have in common: a frame with a title, a line for what is wrong, escape to leave."""

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
    """Subclasses yield their widgets from `ask`."""

    TITLE_TEXT = ""
    KEYS = "enter saves · esc leaves"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel", id="leave_dialog", tooltip="Leave without doing anything"),
    ]

    problem = getters.query_one(".dialog-problem", Static)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as frame:
            frame.border_title = self.TITLE_TEXT
            frame.border_subtitle = self.KEYS
            yield from self.ask()
            yield Static(classes="dialog-problem")

    def ask(self) -> ComposeResult:
        yield from ()

    def complain(self, words: str) -> None:
        """Say in place what is wrong; nothing for an empty text."""
        self.problem.update(Content(words))
        self.problem.display = bool(words)

    def on_mount(self) -> None:
        self.complain("")

    def action_leave(self) -> None:
        self.dismiss(None)
