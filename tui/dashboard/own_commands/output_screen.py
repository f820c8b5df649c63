"""The window with what a command printed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea


class OutputScreen(ModalScreen[None]):
    """A text that scrolls and can be selected; above it what went wrong or was left out, if anything."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", "Close", id="close_output", tooltip="Close the window"),
    ]

    def __init__(self, title: str, text: str, *, problem: str = "", remark: str = "") -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._problem = problem
        self._remark = remark

    def compose(self) -> ComposeResult:
        with Vertical(classes="window") as window:
            window.border_title = Content(self._title)
            window.border_subtitle = "Esc close"
            if self._problem:
                yield Static(Content.styled(self._problem, "$text-error"), classes="reason")
            if self._remark:
                yield Static(Content.styled(self._remark, "$muted"), classes="reason")
            yield TextArea(self._text, read_only=True, soft_wrap=True, show_line_numbers=False)
