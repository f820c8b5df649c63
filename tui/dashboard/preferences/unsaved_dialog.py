"""Asks what becomes of changes that were not saved."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.dashboard.common.dialog import Dialog

UnsavedChoice = Literal["save", "discard"]
"""None stands for staying."""


class UnsavedDialog(Dialog[UnsavedChoice | None]):
    """`problem` says why the changes cannot be saved as they are, if they cannot."""

    TITLE_TEXT = "not saved yet"
    KEYS = "s saves · d discards · esc stays"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "decide('save')", "Save", id="save_changes", tooltip="Save the changes and leave"),
        Binding(
            "d",
            "decide('discard')",
            "Discard",
            id="discard_changes",
            tooltip="Leave; the changes are forgotten",
        ),
    ]

    def __init__(self, words: str, problem: str = "") -> None:
        super().__init__()
        self._words = words
        self._problem = problem

    def compose_body(self) -> ComposeResult:
        yield Static(Content(self._words))
        yield OptionList(
            Option("Save and leave", id="save", disabled=bool(self._problem)),
            Option("Discard and leave", id="discard"),
            Option("Stay", id="stay"),
        )

    def on_mount(self) -> None:
        super().on_mount()
        self.show_problem(self._problem)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return not (action == "decide" and parameters == ("save",) and self._problem)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id == "stay":
            self.action_leave()
        elif event.option_id is not None:
            self.action_decide("save" if event.option_id == "save" else "discard")

    def action_decide(self, decision: UnsavedChoice) -> None:
        self.dismiss(decision)
