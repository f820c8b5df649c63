"""The period of the query in the search line, and the menu of periods that it opens."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.cells import align, cell_width, fit
from tui.dashboard.common.static_text import StaticText
from tui.dashboard.search.messages import PeriodMenuWanted
from tui.dashboard.search.timeframes import GLYPHS, Timeframe
from tui.freshness import SyncState
from tui.visible import visible

MAX_LABEL = 24
"""Cells of the period in the search line, which may be any time terms."""


class PeriodIndicator(StaticText):
    """The period of the query with the glyph of its freshness. A click posts `PeriodMenuWanted`."""

    cells = 0
    """How many cells the text takes."""

    def show(self, label: str, state: SyncState | None) -> None:
        """`state` is None until it is known."""
        glyph = Content("") if state is None else Content.assemble(GLYPHS[state], " ")
        text = Content.assemble(glyph, fit(visible(label), MAX_LABEL), (" ▾", "$muted"))
        self.cells = text.cell_length
        self.set_text(text)
        freshness = "" if state is None else f" · {state.value}"
        self.tooltip = Content(f"Period of the search: {visible(label)}{freshness}. Click to choose another.")

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(PeriodMenuWanted())


class PeriodMenu(ModalScreen[str | None]):
    """Dismissed with the `since:` value of a period (empty: no time term), or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,D", "close", "Close", id="close_periods", tooltip="Close the periods"),
        Binding("t,j", "move(1)", "Next", id="period_next", tooltip="Next period of the menu"),
        Binding("P,k", "move(-1)", "Previous", id="period_previous", tooltip="Previous period of the menu"),
    ]

    def __init__(
        self, choices: tuple[Timeframe, ...], states: tuple[SyncState, ...], since: str | None, below: Offset
    ) -> None:
        """`states` is the freshness of each period, `since` the value of the present one, and `below` where
        the menu is opened on the screen."""
        super().__init__()
        self._choices = choices
        self._states = states
        self._since = since
        self._below = below

    def compose(self) -> ComposeResult:
        width = max(cell_width(timeframe.label) for timeframe in self._choices)
        menu = OptionList(
            *(Option(self._line(number, width)) for number in range(len(self._choices))), compact=True
        )
        values = [timeframe.since for timeframe in self._choices]
        menu.highlighted = values.index(self._since) if self._since in values else len(values) - 1
        yield menu

    def _line(self, number: int, width: int) -> Content:
        label = align(self._choices[number].label, width)
        if number >= len(self._states):
            return Content(f" {label} ")
        state = self._states[number]
        return Content.assemble(f" {label}  ", GLYPHS[state], f" {state.value.capitalize()} ")

    def on_mount(self) -> None:
        self.call_after_refresh(self._place)

    def _place(self) -> None:
        """Open to the left where there is no room to the right."""
        menu = self.query_one(OptionList)
        left = max(0, min(self._below.x, self.size.width - menu.outer_size.width))
        menu.styles.offset = (left, self._below.y)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._choices[event.option_index].since)

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.action_close()

    def action_move(self, step: int) -> None:
        menu = self.query_one(OptionList)
        menu.highlighted = ((menu.highlighted or 0) + step) % len(self._choices)

    def action_close(self) -> None:
        self.dismiss(None)
