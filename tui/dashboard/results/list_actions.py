"""Actions that select conversations of the list."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.dashboard.common.actions import Actions
from tui.dashboard.results.browser import Browser
from tui.dashboard.results.messages import LineSelected, MatchesFetched
from tui.dashboard.results.queries import fetch_matches
from tui.dashboard.results.selection_bar import SelectionBar
from tui.dashboard.store_thread import Job, JobKind, StoreThread


class ListActions(Actions):
    """The screen passes `LineSelected` on to `select_line` and `MatchesFetched` to `select_matches`.

    Other actions are about the selection or, while nothing is selected, about the line of the cursor.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "feature('list', 'select')", "Select", id="select", tooltip="Toggle selection"),
        Binding(
            "X",
            "feature('list', 'select_range')",
            "To here",
            id="select_range",
            tooltip="Select up to this line",
            show=False,
        ),
        Binding(
            "shift+down",
            "feature('list', 'select_and_move', 1)",
            "Select down",
            id="pick_down",
            tooltip="Select and go down",
            show=False,
        ),
        Binding(
            "shift+up",
            "feature('list', 'select_and_move', -1)",
            "Select up",
            id="pick_up",
            tooltip="Select and go up",
            show=False,
        ),
        Binding(
            "A",
            "feature('list', 'select_all')",
            "Select all",
            id="select_all",
            tooltip="Select all that match",
            show=False,
        ),
        Binding(
            "escape",
            "feature('list', 'select_none')",
            "Unselect",
            id="select_none",
            tooltip="Clear the selection",
            show=False,
        ),
    ]

    def __init__(
        self,
        screen: Screen[Any],
        browser: Browser,
        bar: SelectionBar,
        store: StoreThread,
    ) -> None:
        self._screen = screen
        self._browser = browser
        self._table = browser.table
        self._bar = bar
        self._store = store

    @property
    def current(self) -> int | None:
        """The conversation that is read, while the thread has the focus: it may not be in the list."""
        thread = self._browser.thread
        return thread.conversation_id if thread.scroll.has_focus else self._table.selected_id

    @property
    def targets(self) -> Collection[int]:
        """The selected conversations or, without any, the current one."""
        if selected := self._table.selection.ids:
            return selected
        return () if self.current is None else (self.current,)

    def is_enabled(self, name: str) -> bool:
        if name == "select_none":
            return len(self._table.selection) > 0 and self._table.has_focus
        return True

    def select(self) -> None:
        if self.current is not None:
            self._table.selection.toggle(self.current)
            self.show_selection()

    def select_range(self) -> None:
        if self.current is not None:
            self._table.selection.extend(self._table.model.ids, self._table.cursor)
            self.show_selection()

    def select_and_move(self, lines: int) -> None:
        """Select the line of the cursor and the next one, and go there."""
        self.select_range()
        self._table.cursor += lines
        self.select_range()

    def select_all(self) -> None:
        if (query := self._browser.results.query_shown) is not None:
            job = Job(JobKind.OTHER, "matches", partial(fetch_matches, query=query))
            self._store.run(job, self._screen)

    def select_matches(self, message: MatchesFetched) -> None:
        self._table.selection.take(message.ids)
        self.show_selection()

    def select_none(self) -> None:
        self._table.selection.clear()
        self.show_selection()

    def select_line(self, message: LineSelected) -> None:
        if message.extend:
            self._table.selection.extend(self._table.model.ids, message.line)
        else:
            self._table.selection.toggle(self._table.model.ids[message.line])
        self.show_selection()

    def show_selection(self) -> None:
        """The selection changed, or the list did."""
        selection = self._table.selection
        elsewhere = len(selection) - selection.within(self._table.model.ids) if len(selection) else 0
        self._bar.show(len(selection), elsewhere)
        self._table.refresh()
        self._screen.refresh_bindings()
