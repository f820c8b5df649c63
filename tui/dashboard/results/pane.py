"""The results table, with a marker for new results and a note for an empty list."""

from __future__ import annotations

from array import array
from collections.abc import Collection
from functools import partial
from itertools import filterfalse
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import Static

from tui.dashboard.common.key_hints import ShowsKeys
from tui.dashboard.common.static_text import StaticText
from tui.dashboard.results.messages import (
    NewRowsTaken,
    ResultsCompared,
    ResultsCompleted,
    ResultsFetched,
    RowsFetched,
    RowsWanted,
)
from tui.dashboard.results.queries import Stopwatch, compare_results, fetch_all_ids, fetch_rows
from tui.dashboard.results.table import ResultsTable
from tui.dashboard.store_thread import Job, JobKind, StoreFailed, StoreThread
from tui.formatting import number
from tui.query import Query


class NewMarker(Static):
    """ "▲ 12 new, 3 moved · press . to show"; hidden while the list is up to date."""

    arrived: reactive[int] = reactive(0)
    moved: reactive[int] = reactive(0)
    gone: reactive[int] = reactive(0)
    take_key: reactive[str] = reactive(".")

    def on_mount(self) -> None:
        self.display = False
        if isinstance(self.app, ShowsKeys):
            self.take_key = self.app.shown_key("take_new")

    def show(self, arrived: int, moved: int, gone: int) -> None:
        self.arrived, self.moved, self.gone = arrived, moved, gone
        self.display = bool(arrived or moved or gone)

    def render(self) -> Content:
        amounts = ((self.arrived, "new"), (self.moved, "moved"), (self.gone, "gone"))
        words = [f"{number(amount)} {word}" for amount, word in amounts if amount]
        return Content.assemble(("▲ " + ", ".join(words), "bold"), f" · press {self.take_key} to show")

    def on_click(self) -> None:
        self.post_message(NewRowsTaken())


COMPARE_AFTER = 0.3
"""Seconds after conversations were stored until the shown query is searched again."""
COMPARE_PAUSE = 10
"""The pause after a comparison is this many times as long as the comparison, to keep its load low."""
LONGEST_PAUSE = 20.0
"""Seconds between two comparisons at most."""


class ResultsPane(Container):
    """Shows the results of a query. Changes in the store move no lines in view until the user takes them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "full_stop", "take", "Show new", id="take_new", tooltip="Update the list with the new results"
        ),
    ]

    table = getters.query_one("#results", ResultsTable)
    marker = getters.query_one("#new-marker", NewMarker)
    note = getters.query_one("#results-note", StaticText)

    def __init__(self, store: StoreThread, stopwatch: Stopwatch, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._store = store
        self._stopwatch = stopwatch
        self._query: Query | None = None
        self._reverse = False
        self._pending: ResultsCompared | None = None
        """New results that the user has not taken yet."""
        self._has_changes = False
        """Whether the store changed and no comparison was made since."""
        self._compare_timer: Timer | None = None
        self._compare_pause = COMPARE_AFTER

    def compose(self) -> ComposeResult:
        yield ResultsTable(self._store.workspace.clock, id="results")
        yield StaticText(id="results-note")
        yield NewMarker(id="new-marker")

    @property
    def query_shown(self) -> Query | None:
        """The query of the list; None before the first search."""
        return self._query

    @property
    def is_waiting(self) -> bool:
        """Whether a comparison is due, or the cursor is moving."""
        return self._compare_timer is not None or self.table.is_waiting

    def show(self, fetched: ResultsFetched) -> None:
        """Show the first results of a query, and fetch the other ids."""
        self._query, self._reverse = fetched.query, fetched.reverse
        self._set_pending(None)
        table = self.table
        table.sort = fetched.query.sort.value
        table.reverse = fetched.reverse
        ids = fetched.ids
        if fetched.keep and not fetched.complete and len(table.model) > len(ids):
            # The other ids come soon: until then, the list must not shrink.
            ids = ids + array("q", filterfalse(set(ids).__contains__, table.model.ids))
        table.show(fetched.generation, ids, fetched.lines, keep=fetched.keep, typing=fetched.typing)
        if not fetched.complete:
            function = partial(fetch_all_ids, query=fetched.query, generation=fetched.generation)
            self._store.run(Job(JobKind.OTHER, "all ids", function), self)
        self._compare_soon()  # what changed since the ids were read is not in the list

    def explain_empty(self, text: str) -> None:
        """Set the text that is shown in place of the results while the list is empty."""
        self.note.set_text(text)
        self.note.display = not len(self.table.model) and bool(text)

    def changed(self, ids: Collection[int]) -> None:
        """Conversations changed in the store: read those in view again, and compare the list soon."""
        self.table.rows_changed(ids)
        self._has_changes = True
        self._compare_soon()

    def _compare_soon(self) -> None:
        if self._has_changes and self._compare_timer is None and self._query is not None:
            self._compare_timer = self.set_timer(self._compare_pause, self._compare)

    def _compare(self) -> None:
        self._compare_timer = None
        if self._query is not None:
            self._has_changes = False
            model = self.table.model
            function = partial(
                compare_results,
                query=self._query,
                shown=array("q", model.ids),
                reverse=self._reverse,
                generation=model.generation,
                stopwatch=self._stopwatch,
            )
            self._store.run(Job(JobKind.OTHER, "compare", function), self)

    @on(ResultsCompleted)
    def _results_completed(self, message: ResultsCompleted) -> None:
        if message.generation == self.table.model.generation:
            self.table.extend(message.ids)

    @on(ResultsCompared)
    def _results_compared(self, message: ResultsCompared) -> None:
        model = self.table.model
        if message.generation != model.generation:
            # Another list is shown by now, which may have been read before the change.
            self._has_changes = True
            self._compare_soon()
            return
        self._compare_pause = min(LONGEST_PAUSE, max(COMPARE_AFTER, COMPARE_PAUSE * message.seconds))
        _, last = self.table.visible_lines
        if message.unchanged == len(model) == len(message.ids):
            self._set_pending(None)
        elif message.unchanged >= last:
            self.table.extend(message.ids)
            self._set_pending(None)
        else:
            self._set_pending(message)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "take" or self._pending is not None

    def action_take(self) -> None:
        self.post_message(NewRowsTaken())

    @on(NewRowsTaken)
    def _take(self) -> None:
        """Show the new results; the cursor stays on its conversation."""
        if (pending := self._pending) is not None:
            self._set_pending(None)
            self.table.show(pending.generation, pending.ids, ())

    def _set_pending(self, pending: ResultsCompared | None) -> None:
        """Keep new results until the user takes them (None: the list is up to date)."""
        self._pending = pending
        if pending is None:
            self.marker.show(0, 0, 0)
        else:
            self.marker.show(pending.arrived, pending.moved, pending.gone)
        self.refresh_bindings()

    @on(RowsWanted)
    def _rows_wanted(self, message: RowsWanted) -> None:
        message.stop()
        ids = tuple(message.ids)
        function = partial(fetch_rows, ids=ids, query=self._query, generation=message.generation)
        self._store.run(Job(JobKind.ROWS, f"{message.generation} {hash(ids)}", function), self)

    @on(StoreFailed)
    def _store_failed(self) -> None:
        self.table.model.forget_requests()

    @on(RowsFetched)
    def _rows_fetched(self, message: RowsFetched) -> None:
        message.stop()
        if message.generation == self.table.model.generation:
            self.table.put_rows(message.lines, message.missing)
