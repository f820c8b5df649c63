"""Actions that select conversations of the list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.dashboard.common.actions import Actions
from tui.dashboard.results.list_and_thread import ListAndThread
from tui.dashboard.results.messages import LineSelected, RangeFetched, SelectionCompared
from tui.dashboard.results.queries import LONGEST_RANGE, compare_selection, fetch_range
from tui.dashboard.results.selection_summary import SelectionSummary
from tui.dashboard.results.window import Place
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.triage.targets import ListTargets, Targets
from tui.domain import Count
from tui.formatting import counted, number
from tui.query import Sort
from tui.store.listing_pages import Listing


class ListActions(Actions):
    """Changes the selection of the list, and tells other actions their targets.

    The screen passes `LineSelected` on to `select_line`, `RangeFetched` to `add_range`, `SelectionCompared`
    to `show_not_listed`, and calls `show_list` with each list.
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
            tooltip="Select all matches of the search, until another one is shown",
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
        summary: SelectionSummary,
        store: StoreThread,
    ) -> None:
        self._screen = screen
        self._list_and_thread = list_and_thread
        self._table = list_and_thread.table
        self._summary = summary
        self._store = store
        self._listing: Listing | None = None
        """The list that is shown."""
        self._anchored: Listing | None = None
        """The list in which the selection's anchor was set."""

    @property
    def current(self) -> int | None:
        """The conversation under the cursor or, while the thread has the focus, the one in the thread."""
        thread = self._list_and_thread.thread
        return thread.conversation_id if thread.scroll.has_focus else self._table.selected_id

    @property
    def targets(self) -> Targets:
        """The selected conversations or, without any, the current one."""
        selection = self._table.selection
        if selection.is_all and self._listing is not None:
            return ListTargets(self._listing, selection.exceptions)
        if selection:
            return selection.picked
        return () if self.current is None else (self.current,)

    def is_enabled(self, name: str) -> bool:
        if name == "select_none":
            return bool(self._table.selection) and self._table.has_focus
        if name == "select_range":
            return self.current is not None and self._table.selection.anchor is not None
        if name == "select":
            return self.current is not None
        return self._table.count > 0

    # --- keys and clicks

    def select(self) -> None:
        if self.current is not None:
            self._toggle(self.current)

    def select_range(self) -> None:
        if self.current is not None and (place := self._table.place) is not None:
            self._extend(place)

    def select_and_move(self, lines: int) -> None:
        """Select the line of the cursor and the next one, and move there."""
        self.select_range()
        self._table.cursor += lines
        self.select_range()

    def select_all(self) -> None:
        if self._listing is not None and self._table.count:
            self._table.selection.select_all()
            self.show_selection()

    def select_none(self) -> None:
        self._table.selection.clear()
        self.show_selection()

    def select_line(self, message: LineSelected) -> None:
        if (place := self._table.model.window.place(message.line)) is None:
            return
        if message.extend:
            self._extend(place)
        else:
            self._toggle(place.id)

    def _toggle(self, conversation_id: int) -> None:
        window, selection = self._table.model.window, self._table.selection
        place = self._table.place
        if place is None or place.id != conversation_id:
            line = window.line_of(conversation_id)
            place = None if line is None else window.place(line)
        if place is None and selection.is_all:
            return  # it is not in the list: the thread shows another conversation
        selection.toggle(conversation_id, place)
        self._anchored = self._listing
        self.show_selection()

    # --- ranges

    def _extend(self, to: Place) -> None:
        """Select from the place toggled last to this one, both included."""
        window, anchor = self._table.model.window, self._table.selection.anchor
        start = None if anchor is None else window.line_of(anchor.id)
        if start is not None and window.place(to.line) is not None:
            first, last = sorted((start, to.line))
            self._add(window.between(first, last + 1), to)
        elif anchor is None or self._listing is None or not self._has_place(anchor):
            self._add((to.id,), to)
        else:
            function = partial(
                fetch_range,
                listing=self._listing,
                anchor=anchor,
                to=to,
                generation=self._table.model.generation,
            )
            self._store.run(Job(JobKind.OTHER, "range", function), self._screen)

    def _has_place(self, anchor: Place) -> bool:
        """Whether the place of the anchor is one in the list that is shown."""
        return (
            self._anchored is not None
            and self._listing is not None
            and _matches(self._anchored) == _matches(self._listing)
            and self._anchored.shares_keys(self._listing)
        )

    def add_range(self, message: RangeFetched) -> None:
        if message.generation != self._table.model.generation:
            return
        if message.ids is None:
            self._screen.notify(
                f"{counted(message.length, 'conversation')} are too many for a range: it can have"
                f" {number(LONGEST_RANGE)}. Narrow the search, and select all of it.",
                title="Not selected",
                severity="warning",
                markup=False,
            )
        else:
            self._add(message.ids, message.to)

    def _add(self, ids: Iterable[int], anchor: Place) -> None:
        self._table.selection.add(ids, anchor)
        self._anchored = self._listing
        self.show_selection()

    # --- what is shown

    def show_list(self, listing: Listing) -> None:
        """Another list is shown, or the same one read again. That all are selected ends with the search."""
        selection, before = self._table.selection, self._listing
        self._listing = listing
        if selection.is_all and (before is None or _matches(before) != _matches(listing)):
            selection.clear()
        self.show_selection()

    def show_selection(self) -> None:
        """Show the selection, after it or the list changed."""
        selection, window = self._table.selection, self._table.model.window
        if selection.is_all:
            total = max(0, window.total - len(selection.exceptions))
            self._summary.set(Count(total, exact=window.is_counted), 0)
        else:
            unseen = selection.picked.difference(window.ids) if selection else frozenset[int]()
            self._summary.set(Count(len(selection.picked), exact=True), len(unseen) if window.is_whole else 0)
            if unseen and not window.is_whole and self._listing is not None:
                function = partial(
                    compare_selection, listing=self._listing, ids=selection.picked, unseen=unseen
                )
                self._store.run(Job(JobKind.COUNT, "selection", function), self._screen)
        self._table.refresh()
        self._screen.refresh_bindings()

    def show_not_listed(self, message: SelectionCompared) -> None:
        if message.ids == self._table.selection.picked:
            self._summary.set(Count(len(message.ids), exact=True), message.not_listed)
            self._screen.refresh_bindings()


def _matches(listing: Listing) -> str:
    """What is in a list, in whatever order."""
    return str(replace(listing.query, sort=Sort.UPDATED))
