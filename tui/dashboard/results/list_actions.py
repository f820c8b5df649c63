"""Actions that select conversations of the list."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.dashboard.common.actions import Actions
from tui.dashboard.results.list_and_thread import ListAndThread
from tui.dashboard.results.messages import LineSelected, MatchesFetched
from tui.dashboard.results.queries import fetch_matches
from tui.dashboard.results.selection_bar import SelectionBar
from tui.dashboard.store_thread import Job, JobKind, StoreThread


class ListActions(Actions):
    """Changes the selection of the list, and tells other actions their targets.

    The screen passes `LineSelected` on to `select_line` and `MatchesFetched` to `select_matches`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "feature('list', 'select')", "Select", id="select", tooltip="Toggle selection"),
        Binding(
            "X",
            "feature('list', 'select_range')",
            "Select to here",
            id="select_range",
            tooltip="Select from the line selected last to this one",
            show=False,
        ),
        Binding(
            "shift+down",
            "feature('list', 'select_and_move', 1)",
            "Select down",
            id="select_next",
            tooltip="Select and move down",
            show=False,
        ),
        Binding(
            "shift+up",
            "feature('list', 'select_and_move', -1)",
            "Select up",
            id="select_previous",
            tooltip="Select and move up",
            show=False,
        ),
        Binding(
            "A",
            "feature('list', 'select_all')",
            "Select all",
            id="select_all",
            tooltip="Select all matches of the search",
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
        list_and_thread: ListAndThread,
        bar: SelectionBar,
        store: StoreThread,
    ) -> None:
        self._screen = screen
        self._list_and_thread = list_and_thread
        self._table = list_and_thread.table
        self._bar = bar
        self._store = store

    @property
    def current(self) -> int | None:
        """The conversation under the cursor or, while the thread has the focus, the one in the thread."""
        thread = self._list_and_thread.thread
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
        """Select the line of the cursor and the next one, and move there."""
        self.select_range()
        self._table.cursor += lines
        self.select_range()

    def select_all(self) -> None:
        if (query := self._list_and_thread.results.query_shown) is not None:
            job = Job(JobKind.OTHER, "matches", partial(fetch_matches, query=query))
            self._store.run(job, self._screen)

    def select_matches(self, message: MatchesFetched) -> None:
        self._table.selection.replace(message.ids)
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
        """Show the selection, after it or the list changed."""
        selection = self._table.selection
        not_listed = len(selection) - selection.count_in(self._table.model.ids) if len(selection) else 0
        self._bar.show(len(selection), not_listed)
        self._table.refresh()
        self._screen.refresh_bindings()
