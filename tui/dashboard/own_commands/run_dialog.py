"""Asks whether to run a command on many conversations."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui.dashboard.common.dialog import Dialog
from tui.formatting import counted, number
from tui.settings import OwnCommand


class RunDialog(Dialog[bool]):
    """Dismissed with True to run the command."""

    TITLE_TEXT = "run a command"
    KEYS = "Enter run · Esc cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "run", "Run", id="run_command", tooltip="Run the command"),
    ]

    def __init__(self, command: OwnCommand, total: int) -> None:
        super().__init__()
        self._command = command
        self._total = total

    def compose_body(self) -> ComposeResult:
        times = "once" if not self._command.runs_for_each else f"{number(self._total)} times"
        yield Static(
            Content.assemble(
                "Run ",
                (self._command.name, "bold"),
                f" on {counted(self._total, 'conversation')}? The program runs {times}.",
            )
        )

    def action_run(self) -> None:
        self.dismiss(result=True)
