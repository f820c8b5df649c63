"""The results table with the marker for new rows and the text for an empty list."""

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
from tui.dashboard.common.messages import StoreFailed
from tui.dashboard.common.static_text import StaticText
from tui.dashboard.formatting import number
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
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.query import Query


class NewMarker(Static):
    """ "▲ 12 new, 3 moved · press . to show"; hidden while there is nothing to take."""

    arrived: reactive[int] = reactive(0)
    moved: reactive[int] = reactive(0)
    gone: reactive[int] = reactive(0)
    take_key: reactive[str] = reactive(".")

    def on_mount(self) -> None:
        self.display = False
        if isinstance(self.app, ShowsKeys):
            self.take_key = self.app.shown_key("take_new")

    def offer(self, arrived: int, moved: int, gone: int) -> None:
        self.arrived, self.moved, self.gone = arrived, moved, gone
        self.display = bool(arrived or moved or gone)

    def render(self) -> Content:
        amounts = ((self.arrived, "new"), (self.moved, "moved"), (self.gone, "gone"))
        words = [f"{number(amount)} {word}" for amount, word in amounts if amount]
        return Content.assemble(("▲ " + ", ".join(words), "bold"), f" · press {self.take_key} to show")

    def on_click(self) -> None:
        self.post_message(NewRowsTaken())


COMPARE_AFTER = 0.3
"""Seconds after something was stored before the shown query is asked again."""
COMPARE_SHARE = 10
"""Asking again rests this many times as long as it took, so that it never takes over the machine."""
COMPARE_LIMIT = 20.0
"""Seconds that rest at most."""


class ResultsPane(Container):
    """Keeps the list still while the store changes, and takes the changes when asked to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("full_stop", "take", "Show new", id="take_new", tooltip="Take what came in into the list"),
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
        self._compared: ResultsCompared | None = None
        self._pause: Timer | None = None
        self._rest = COMPARE_AFTER

    def compose(self) -> ComposeResult:
        yield ResultsTable(self._store.workspace.clock, id="results")
        yield StaticText(id="results-note")
        yield NewMarker(id="new-marker")

    @property
    def query_shown(self) -> Query | None:
        return self._query

    @property
    def is_waiting(self) -> bool:
        """Whether a comparison is due, or the cursor is moving."""
        return self._pause is not None or self.table.is_waiting

    def show(self, fetched: ResultsFetched) -> None:
        """Show the first results of a query, and have the other ids read."""
        self._query, self._reverse = fetched.query, fetched.reverse
        self._wait_for(None)
        table = self.table
        table.sort = fetched.query.sort.value
        table.reverse = fetched.reverse
        ids = fetched.ids
        if fetched.keep and not fetched.complete and len(table.model) > len(ids):
            ids = ids + remainder(table.model.ids, ids)
        table.show(fetched.generation, ids, fetched.lines, keep=fetched.keep, typing=fetched.typing)
        if not fetched.complete:
            function = partial(fetch_all_ids, query=fetched.query, generation=fetched.generation)
            self._store.run(Job(JobKind.OTHER, "all ids", function), self)

    def explain(self, words: str) -> None:
        """Words in place of the results when there are none."""
        self.note.set_text(words)
        self.note.display = not len(self.table.model) and bool(words)

    def changed(self, ids: Collection[int]) -> None:
        """Conversations changed in the store: refresh those in view, and compare the list soon."""
        self.table.rows_changed(ids)
        if self._pause is None and self._query is not None:
            self._pause = self.set_timer(self._rest, self._compare)

    def _compare(self) -> None:
        self._pause = None
        if self._query is not None:
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
    def _completed(self, message: ResultsCompleted) -> None:
        if message.generation == self.table.model.generation:
            self.table.extend(message.ids)

    @on(ResultsCompared)
    def _compare_done(self, message: ResultsCompared) -> None:
        model = self.table.model
        if message.generation != model.generation:
            return
        self._rest = min(COMPARE_LIMIT, max(COMPARE_AFTER, COMPARE_SHARE * message.seconds))
        _, last = self.table.visible_lines
        if message.steady == len(model) == len(message.ids):
            self._wait_for(None)
        elif message.steady >= last:
            self.table.extend(message.ids)
            self._wait_for(None)
        else:
            self._wait_for(message)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "take" or self._compared is not None

    def action_take(self) -> None:
        self.post_message(NewRowsTaken())

    @on(NewRowsTaken)
    def _take(self) -> None:
        """The rows that wait join the list; the cursor stays on its conversation."""
        if (compared := self._compared) is not None:
            self._wait_for(None)
            self.table.show(compared.generation, compared.ids, ())

    def _wait_for(self, compared: ResultsCompared | None) -> None:
        """These changes wait to be taken (None: nothing does)."""
        self._compared = compared
        if compared is None:
            self.marker.offer(0, 0, 0)
        else:
            self.marker.offer(compared.arrived, compared.moved, compared.left)
        self.refresh_bindings()

    @on(RowsWanted)
    def _rows_wanted(self, message: RowsWanted) -> None:
        message.stop()
        ids = tuple(message.ids)
        function = partial(fetch_rows, ids=ids, query=self._query, generation=message.generation)
        self._store.run(Job(JobKind.ROWS, f"{message.generation} {hash(ids)}", function), self)

    @on(StoreFailed)
    def _rows_failed(self) -> None:
        self.table.model.asked_in_vain()

    @on(RowsFetched)
    def _rows_fetched(self, message: RowsFetched) -> None:
        message.stop()
        if message.generation == self.table.model.generation:
            self.table.put_rows(message.lines, message.missing)


def remainder(shown: array[int], first: array[int]) -> array[int]:
    """What `shown` holds beyond `first`, so that a list asked for again does not shrink for a moment."""
    return array("q", filterfalse(set(first).__contains__, shown))
