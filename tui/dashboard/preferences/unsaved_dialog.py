"""Asks what to do with unsaved changes."""

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
"""None instead: stay on the screen."""


class UnsavedDialog(Dialog[UnsavedChoice | None]):
    """Ends with the choice. `problem` says why the changes cannot be saved; empty if they can."""

    TITLE_TEXT = "unsaved changes"
    KEYS = "s save · d discard · Esc cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "choose('save')", "Save", id="save_changes", tooltip="Save changes"),
        Binding("d", "choose('discard')", "Discard", id="discard_changes", tooltip="Discard changes"),
    ]

    def __init__(self, text: str, problem: str = "") -> None:
        super().__init__()
        self._text = text
        self._problem = problem

    def compose_body(self) -> ComposeResult:
        yield Static(Content(self._text))
        yield OptionList(
            Option("Save changes", id="save", disabled=bool(self._problem)),
            Option("Discard changes", id="discard"),
            Option("Cancel", id="cancel"),
        )

    def on_mount(self) -> None:
        super().on_mount()
        self.show_problem(self._problem)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return not (action == "choose" and parameters == ("save",) and self._problem)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id == "cancel":
            self.action_leave()
        elif event.option_id is not None:
            self.action_choose("save" if event.option_id == "save" else "discard")

    def action_choose(self, choice: UnsavedChoice) -> None:
        self.dismiss(choice)
