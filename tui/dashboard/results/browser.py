"""Results and thread: the cursor in the one decides what the other shows."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.dashboard.common.split import Divider, Split
from tui.dashboard.results.messages import (
    ConversationHighlighted,
    ConversationOpened,
    HeadingClicked,
    ResultsFetched,
    SortChosen,
)
from tui.dashboard.results.pane import ResultsPane
from tui.dashboard.results.queries import Stopwatch
from tui.dashboard.results.table import ResultsTable
from tui.dashboard.store_thread import StoreThread
from tui.dashboard.thread.view import ThreadView
from tui.query import Sort

SORT_CYCLE = (Sort.UPDATED, Sort.CREATED, Sort.WAITING)
"""The orders that have a column, as the key walks through them."""


class Browser(Split):
    """Owns what is under the cursor; the list and the thread own how they show it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "sort", "Sort", id="sort", tooltip="Sort by last update, creation or waiting time"),
        Binding("S", "reverse", "Reverse", id="reverse", tooltip="Turn the order round", show=False),
    ]

    results = getters.query_one("#results-pane", ResultsPane)
    table = getters.query_one("#results", ResultsTable)
    thread = getters.query_one("#thread", ThreadView)

    def __init__(self, store: StoreThread, stopwatch: Stopwatch, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._store = store
        self._stopwatch = stopwatch
        self._beside: tuple[int | None] | None = None
        """What is under the cursor, while a conversation is read that is not in the list."""

    def compose(self) -> ComposeResult:
        yield ResultsPane(self._store, self._stopwatch, id="results-pane")
        yield Divider(id="divider")
        yield ThreadView(self._store, id="thread")

    @property
    def is_waiting(self) -> bool:
        """Whether anything that was asked for is still to be shown."""
        return self.results.is_waiting or self.thread.is_waiting

    def show(self, fetched: ResultsFetched) -> None:
        self.results.show(fetched)

    def changed(self, ids: Collection[int]) -> None:
        """These conversations changed in the store."""
        self.results.changed(ids)
        if self.thread.conversation_id in ids:
            self.thread.read_again()

    def go_to(self, conversation_id: int) -> None:
        """Read this conversation, with the cursor on it if it is in the list."""
        if (line := self.table.model.index_of(conversation_id)) is not None:
            self.table.cursor = line
        else:
            self._beside = (self.table.selected_id,)
        self.thread.read(conversation_id, None, self.results.query_shown)
        self.enter_thread()

    @on(ConversationOpened)
    def enter_thread(self) -> None:
        """The keys go to the thread, which takes the whole of a small screen."""
        self.add_class("-reading")
        self.thread.scroll.focus()

    def leave_thread(self) -> None:
        """The keys go to the list, and what is under its cursor is shown."""
        self.make_room()
        self.table.focus()
        if self._beside is not None:
            self._beside = None
            self.table.cursor_moved()

    def zoom(self) -> bool:
        self.toggle_class("-zoomed")
        return self.has_class("-zoomed")

    def make_room(self) -> None:
        """The list stands beside the thread again."""
        self.remove_class("-reading", "-zoomed")

    @on(ConversationHighlighted)
    def _highlighted(self, message: ConversationHighlighted) -> None:
        if self._beside == (message.conversation_id,):
            return
        self._beside = None
        if message.conversation_id is None:
            self.thread.clear()
        elif message.conversation_id == self.table.selected_id:
            self.thread.read(message.conversation_id, self.table.selected_row, self.results.query_shown)

    @on(HeadingClicked)
    def _heading_clicked(self, message: HeadingClicked) -> None:
        """Sorts by the column; a click on the sorted one turns the order round."""
        if message.column == self.table.sort:
            self.action_reverse()
        elif message.column in {sort.value for sort in SORT_CYCLE}:
            self.action_sort_by(message.column)

    def action_sort(self) -> None:
        at = next((i for i, sort in enumerate(SORT_CYCLE) if sort.value == self.table.sort), -1)
        self.post_message(SortChosen(SORT_CYCLE[(at + 1) % len(SORT_CYCLE)], reverse=False))

    def action_sort_by(self, name: str) -> None:
        self.post_message(SortChosen(Sort(name), reverse=False))

    def action_reverse(self) -> None:
        self.post_message(SortChosen(Sort(self.table.sort), reverse=not self.table.reverse))

    def go_on(self, step: int) -> None:
        """To the next (1) or previous (-1) conversation of the list."""
        self.table.cursor += step
