"""The list of results and the thread of the conversation under its cursor."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from tui.dashboard.common.key_hints import ShowsKeys
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
"""The sort orders that have a column, in the order in which the key selects them."""


class ListAndThread(Split):
    """The results and the thread, side by side or one above the other.

    Shows the conversation under the cursor of the list in the thread, and gives either pane the focus.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "sort", "Sort", id="sort", tooltip="Sort by last update, creation or waiting time"),
        Binding("S", "reverse", "Reverse", id="reverse", tooltip="Reverse sort", show=False),
    ]

    results = getters.query_one("#results-pane", ResultsPane)
    table = getters.query_one("#results", ResultsTable)
    thread = getters.query_one("#thread", ThreadView)

    def __init__(self, store: StoreThread, stopwatch: Stopwatch, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._store = store
        self._stopwatch = stopwatch
        self._is_elsewhere = False
        """Whether the thread shows a conversation that is not the one under the cursor."""
        self._cursor_id: int | None = None
        """The conversation under the cursor when the thread left it."""

    def compose(self) -> ComposeResult:
        yield ResultsPane(self._store, self._stopwatch, id="results-pane")
        yield Divider(id="divider")
        yield ThreadView(self._store, id="thread")

    def on_mount(self) -> None:
        divider = self.query_one(Divider)
        if isinstance(self.app, ShowsKeys):
            divider.hint = f"{self.app.shown_key('open')} full"

        def show_title(title: Content) -> None:
            divider.title = title

        self.watch(self.thread, "caption", show_title)

    @property
    def is_waiting(self) -> bool:
        """Whether there is something requested that is not shown yet."""
        return self.results.is_waiting or self.thread.is_waiting

    def show(self, fetched: ResultsFetched) -> None:
        self.results.show(fetched)

    def changed(self, ids: Collection[int]) -> None:
        """Show the changes of these conversations in the store."""
        self.results.changed(ids)
        if self.thread.conversation_id in ids:
            self.thread.read_again()

    def go_to(self, conversation_id: int) -> None:
        """Show this conversation in the thread, and move the cursor to it if it is in the list."""
        if (line := self.table.model.window.line_of(conversation_id)) is not None:
            self.table.cursor = line
        else:
            self._is_elsewhere, self._cursor_id = True, self.table.selected_id
        self.thread.read(conversation_id, None, self.results.query_shown)
        self.enter_thread()

    @on(ConversationOpened)
    def enter_thread(self) -> None:
        """Focus the thread. On a small screen it takes all of the space."""
        self.add_class("-reading")
        self.thread.scroll.focus()

    def leave_thread(self) -> None:
        """Focus the list, and show the conversation under its cursor in the thread."""
        self.show_both()
        self.table.focus()
        if self._is_elsewhere:
            self._is_elsewhere = False
            self.table.cursor_moved()

    def zoom(self) -> bool:
        """Show the thread alone, or both panes again. Returns whether the thread is alone."""
        self.toggle_class("-zoomed")
        return self.has_class("-zoomed")

    def show_both(self) -> None:
        """Show the list beside the thread again."""
        self.remove_class("-reading", "-zoomed")

    @on(ConversationHighlighted)
    def _highlighted(self, message: ConversationHighlighted) -> None:
        if self._is_elsewhere and message.conversation_id == self._cursor_id:
            return
        self._is_elsewhere = False
        if message.conversation_id is None:
            if self.thread.scroll.has_focus:
                self.leave_thread()
            self.thread.clear("No conversation is selected.")
        elif message.conversation_id == self.table.selected_id:
            self.thread.read(message.conversation_id, self.table.selected_row, self.results.query_shown)

    @on(HeadingClicked)
    def _heading_clicked(self, message: HeadingClicked) -> None:
        """Sort by the column, or reverse the order of the sorted one."""
        if message.column == self.table.sort:
            self.action_reverse()
        elif message.column in {sort.value for sort in SORT_CYCLE}:
            self.action_sort_by(message.column)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action not in {"sort", "reverse"} or self.table.count > 0

    def action_sort(self) -> None:
        index = next((i for i, sort in enumerate(SORT_CYCLE) if sort.value == self.table.sort), -1)
        self.post_message(SortChosen(SORT_CYCLE[(index + 1) % len(SORT_CYCLE)], reverse=False))

    def action_sort_by(self, name: str) -> None:
        self.post_message(SortChosen(Sort(name), reverse=False))

    def action_reverse(self) -> None:
        self.post_message(SortChosen(Sort(self.table.sort), reverse=not self.table.reverse))

    def go_by(self, step: int) -> None:
        """Move to the next (1) or previous (-1) conversation of the list."""
        self.table.cursor += step
