"""The base of the dialogs that offer many options, which typing narrows down."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.dashboard.common.dialog import Answer, Dialog

Offered = TypeVar("Offered")


class OptionDialog(Dialog[Answer], Generic[Answer, Offered]):
    """Subclasses say what is found (`matching`), how it looks (`line_of`) and what choosing it gives
    (`answer_of`)."""

    PLACEHOLDER = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Next", id="option_next", tooltip="Next option", priority=True),
        Binding("up", "move(-1)", "Previous", id="option_previous", tooltip="Previous option", priority=True),
    ]

    entry = getters.query_one("#option-entry", Input)
    options = getters.query_one("#option-list", OptionList)

    def __init__(self) -> None:
        super().__init__()
        self.shown: Sequence[Offered] = ()

    def compose_body(self) -> ComposeResult:
        yield Input(placeholder=self.PLACEHOLDER, id="option-entry", compact=True)
        options = OptionList(id="option-list", markup=False, compact=True)
        options.can_focus = False
        yield options

    def on_mount(self) -> None:
        self.show("")

    @abstractmethod
    def matching(self, typed: str) -> Sequence[Offered]:
        """What is offered for a text; for an empty one everything."""

    @abstractmethod
    def line_of(self, option: Offered) -> Content:
        """How an option looks."""

    @abstractmethod
    def answer_of(self, option: Offered) -> Answer:
        """What the dialog is dismissed with."""

    def show(self, typed: str) -> None:
        """Offer what is found for a text."""
        self.shown = self.matching(typed)
        self.options.set_options(Option(self.line_of(option)) for option in self.shown)
        self.options.highlighted = 0 if self.shown else None

    @on(Input.Changed)
    def _edited(self, event: Input.Changed) -> None:
        event.stop()
        self.show(event.value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._choose(self.options.highlighted)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._choose(event.option_index)

    def _choose(self, index: int | None) -> None:
        if index is not None and index < len(self.shown):
            self.dismiss(self.answer_of(self.shown[index]))

    def action_move(self, lines: int) -> None:
        if lines > 0:
            self.options.action_cursor_down()
        else:
            self.options.action_cursor_up()
