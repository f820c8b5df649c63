"""The columns as a list to tick and to put in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.dashboard.results.columns import TITLES, with_hidden


class ColumnList(OptionList):
    """Keeps `chosen`, which is empty while nothing is: then the usual columns are ticked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "select", "Show", id="column_show", tooltip="Show the column, or hide it"),
        Binding("enter", "keep", "Keep", id="columns_keep", tooltip="Keep the columns like this"),
        Binding("j", "cursor_down", "Next", show=False, id="column_next", tooltip="Next column"),
        Binding("k", "cursor_up", "Previous", show=False, id="column_previous", tooltip="Previous column"),
        Binding("shift+up,K", "shift(-1)", "Left", id="column_left", tooltip="The column further left"),
        Binding("shift+down,J", "shift(1)", "Right", id="column_right", tooltip="The column further right"),
        Binding("r", "reset", "Reset", id="columns_reset", tooltip="The columns as they come"),
    ]

    @dataclass
    class Changed(Message):
        """Other columns are chosen; `problem` says why they are not."""

        problem: str = ""

    @dataclass
    class Reset(Message):
        """Nothing should be chosen any more."""

    @dataclass
    class Kept(Message):
        """Enter was pressed."""

    def __init__(self, chosen: Sequence[str], usual: Sequence[str], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, compact=True)
        self.chosen = tuple(chosen)
        self._usual = tuple(usual)
        self._order = with_hidden(self.ticked)
        self._notes: Mapping[str, str] = {}

    @property
    def ticked(self) -> tuple[str, ...]:
        return self.chosen or self._usual

    @property
    def current(self) -> str:
        """The column under the cursor."""
        return self._order[self.highlighted or 0]

    def on_mount(self) -> None:
        self.add_options(Option(self._line(key)) for key in self._order)
        self.highlighted = 0

    def note(self, notes: Mapping[str, str]) -> None:
        """Words beside the columns."""
        self._notes = notes
        self._write()

    def _line(self, key: str) -> Content:
        shown = key in self.ticked
        return Content.assemble(
            "[✓] " if shown else "[ ] ",
            (f"{TITLES[key]:<20}", "" if shown else "$muted"),
            (f"{self._notes.get(key, ''):>14}", "$muted"),
        )

    def _write(self) -> None:
        for line, key in enumerate(self._order):
            self.replace_option_prompt_at_index(line, self._line(key))

    def _choose(self, keys: Sequence[str]) -> None:
        self.chosen = tuple(keys)
        self._write()
        self.post_message(self.Changed())

    @on(OptionList.OptionSelected)
    def _switch(self, event: OptionList.OptionSelected) -> None:
        """Space or a click."""
        event.stop()
        shown = {*self.ticked} ^ {self.current}
        if shown:
            self._choose([key for key in self._order if key in shown])
        else:
            self.post_message(self.Changed("one column has to stay"))

    def action_shift(self, lines: int) -> None:
        at = self.highlighted or 0
        to = max(0, min(at + lines, len(self._order) - 1))
        if to != at:
            order = list(self._order)
            order.insert(to, order.pop(at))
            self._order = tuple(order)
            self.highlighted = to
            self._choose([key for key in order if key in self.ticked])

    def action_reset(self) -> None:
        self.chosen = ()
        self._order = with_hidden(self.ticked)
        self._write()
        self.post_message(self.Reset())

    def action_keep(self) -> None:
        self.post_message(self.Kept())
