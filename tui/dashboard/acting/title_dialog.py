"""Asks for the title of a conversation."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from tui.dashboard.common.dialog import Dialog
from tui.writes import BadWrite, SetTitle, check_write


class TitleDialog(Dialog[SetTitle | None]):
    """Dismissed with None when cancelled."""

    TITLE_TEXT = "title"

    def __init__(self, title: str) -> None:
        super().__init__()
        self._present = title

    def compose_body(self) -> ComposeResult:
        yield Static(Content("The title of the conversation in Intercom"))
        yield Input(self._present, id="title-entry", compact=True)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        write = SetTitle(event.value)
        try:
            check_write(write, 0)
        except BadWrite as error:
            self.show_problem(str(error))
        else:
            self.dismiss(write)
