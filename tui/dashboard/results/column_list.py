"""A list in which the columns of a table are shown, hidden and moved."""

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
    """`chosen` are the chosen columns in their order; while it is empty, the `default` ones are ticked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "select", "Show", id="column_show", tooltip="Show or hide the column"),
        Binding("enter", "keep", "Save", id="columns_keep", tooltip="Save the columns"),
        Binding("j", "cursor_down", "Next", show=False, id="column_next", tooltip="Next column"),
        Binding("k", "cursor_up", "Previous", show=False, id="column_previous", tooltip="Previous column"),
        Binding("shift+up,K", "shift(-1)", "Left", id="column_left", tooltip="Move the column to the left"),
        Binding(
            "shift+down,J", "shift(1)", "Right", id="column_right", tooltip="Move the column to the right"
        ),
        Binding("r", "reset", "Reset", id="columns_reset", tooltip="Use the default columns"),
    ]

    @dataclass
    class Changed(Message):
        """The columns were changed or, if there is a `problem`, could not be."""

        problem: str = ""

    @dataclass
    class Reset(Message):
        """The default columns were restored."""

    @dataclass
    class Kept(Message):
        """Enter was pressed."""

    def __init__(self, chosen: Sequence[str], default: Sequence[str], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, compact=True)
        self.chosen = tuple(chosen)
        self._default = tuple(default)
        self._order = with_hidden(self.ticked)
        self._notes: Mapping[str, str] = {}

    @property
    def ticked(self) -> tuple[str, ...]:
        """The columns that are shown."""
        return self.chosen or self._default

    @property
    def current(self) -> str:
        """The column under the cursor."""
        return self._order[self.highlighted or 0]

    def on_mount(self) -> None:
        self.add_options(Option(self._line(key)) for key in self._order)
        self.highlighted = 0

    def note(self, notes: Mapping[str, str]) -> None:
        """Show a short text beside each of these columns."""
        self._notes = notes
        self._update_prompts()

    def _line(self, key: str) -> Content:
        shown = key in self.ticked
        return Content.assemble(
            "[✓] " if shown else "[ ] ",
            (f"{TITLES[key]:<20}", "" if shown else "$muted"),
            (f"{self._notes.get(key, ''):>14}", "$muted"),
        )

    def _update_prompts(self) -> None:
        for line, key in enumerate(self._order):
            self.replace_option_prompt_at_index(line, self._line(key))

    def _choose(self, keys: Sequence[str]) -> None:
        self.chosen = tuple(keys)
        self._update_prompts()
        self.post_message(self.Changed())

    @on(OptionList.OptionSelected)
    def _toggle(self, event: OptionList.OptionSelected) -> None:
        """Show or hide the column, after Space or a click."""
        event.stop()
        shown = {*self.ticked} ^ {self.current}
        if shown:
            self._choose([key for key in self._order if key in shown])
        else:
            self.post_message(self.Changed("at least one column must be shown"))

    def action_shift(self, lines: int) -> None:
        old = self.highlighted or 0
        new = max(0, min(old + lines, len(self._order) - 1))
        if new != old:
            order = list(self._order)
            order.insert(new, order.pop(old))
            self._order = tuple(order)
            self.highlighted = new
            self._choose([key for key in order if key in self.ticked])

    def action_reset(self) -> None:
        self.chosen = ()
        self._order = with_hidden(self.ticked)
        self._update_prompts()
        self.post_message(self.Reset())

    def action_keep(self) -> None:
        self.post_message(self.Kept())
