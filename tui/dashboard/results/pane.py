"""The results table, with a marker for new results and a note for an empty list."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
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
    ListRead,
    NewRowsTaken,
    PageFetched,
    PageWanted,
    ResultsCompared,
    ResultsCounted,
    ResultsFetched,
    ResultsTaken,
    RowsFetched,
    RowsWanted,
)
from tui.dashboard.results.queries import (
    NEWS,
    Stopwatch,
    compare_results,
    count_results,
    fetch_page,
    fetch_rows,
    take_results,
)
from tui.dashboard.results.table import ResultsTable
from tui.dashboard.store_thread import Job, JobKind, StoreFailed, StoreThread
from tui.domain import Count
from tui.formatting import amount
from tui.query import Query
from tui.store.listing_pages import Listing


class NewMarker(Static):
    """ "▲ 12 new, 3 moved · press . to show"; hidden while the list is up to date.

    What moved from far below the lines in view counts as new, and what left there is not counted.
    """

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
        values = ((self.arrived, "new"), (self.moved, "moved"), (self.gone, "gone"))
        words = [
            f"{amount(Count(min(value, NEWS), exact=value <= NEWS))} {word}"
            for value, word in values
            if value
        ]
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
        self._listing: Listing | None = None
        self._has_news = False
        """Whether there are new results that the user has not taken yet."""
        self._has_changes = False
        """Whether the store changed and no comparison was made since."""
        self._compare_timer: Timer | None = None
        self._compare_pause = COMPARE_AFTER

    def compose(self) -> ComposeResult:
        yield ResultsTable(self._store.workspace.clock, id="results")
        yield StaticText(id="results-note")
        yield NewMarker(id="new-marker")

    @property
    def listing(self) -> Listing | None:
        """The list that is shown; None before the first search."""
        return self._listing

    @property
    def query_shown(self) -> Query | None:
        """The query of the list; None before the first search."""
        return None if self._listing is None else self._listing.query

    @property
    def is_waiting(self) -> bool:
        """Whether a comparison is due, or the cursor is moving."""
        return self._compare_timer is not None or self.table.is_waiting

    def show(self, fetched: ResultsFetched) -> None:
        """Show the results of a query."""
        query = fetched.query
        self.table.sort = query.sort.value
        self.table.reverse = fetched.read.listing.reverse
        self._show(fetched.generation, fetched.read, keep=fetched.keep, typing=fetched.typing)

    def _show(self, generation: int, read: ListRead, *, keep: bool, typing: bool = False) -> None:
        self._listing = read.listing
        self._set_news(None)
        self.table.show(generation, read, keep=keep, typing=typing)
        if not read.is_counted:
            self._count()
        self._compare_soon()  # what changed since the list was read is not in it

    def _count(self) -> None:
        """Find out how many lines the list has."""
        if self._listing is not None:
            function = partial(
                count_results,
                listing=self._listing,
                generation=self.table.model.generation,
                stopwatch=self._stopwatch,
            )
            self._store.run(Job(JobKind.COUNT, "total", function), self)

    @on(ResultsCounted)
    def _counted(self, message: ResultsCounted) -> None:
        if message.generation == self.table.model.generation:
            self.table.set_total(message.total)
            self._slow_down(message.seconds)

    @on(PageWanted)
    def _page_wanted(self, message: PageWanted) -> None:
        message.stop()
        if self._listing is not None:
            function = partial(
                fetch_page,
                listing=self._listing,
                request=message.request,
                view=message.view,
                generation=message.generation,
            )
            self._store.run(Job(JobKind.PAGE, "page", function), self)

    @on(PageFetched)
    def _page_fetched(self, message: PageFetched) -> None:
        message.stop()
        if message.generation == self.table.model.generation and self.table.put_page(message):
            self._count()

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
        if self._has_changes and self._compare_timer is None and self._listing is not None:
            self._compare_timer = self.set_timer(self._compare_pause, self._compare)

    def _compare_again(self) -> None:
        """Compare again, because another list or other lines of it are shown by now."""
        self._has_changes = True
        self._compare_soon()

    def _compare(self) -> None:
        self._compare_timer = None
        if self._listing is not None:
            self._has_changes = False
            model = self.table.model
            function = partial(
                compare_results,
                listing=self._listing,
                shown=model.window.page,
                reaches_end=model.window.reaches_end,
                generation=model.generation,
                stopwatch=self._stopwatch,
            )
            self._store.run(Job(JobKind.OTHER, "compare", function), self)

    def _slow_down(self, seconds: float) -> None:
        """Adapt the pause between two comparisons to how long something that they need took."""
        self._compare_pause = min(LONGEST_PAUSE, max(self._compare_pause, COMPARE_PAUSE * seconds))

    @on(ResultsCompared)
    def _results_compared(self, message: ResultsCompared) -> None:
        table, change = self.table, message.change
        window = table.model.window
        if message.generation != table.model.generation:
            self._compare_again()
            return
        self._compare_pause = COMPARE_AFTER
        self._slow_down(message.seconds)
        _, last = table.visible_lines
        if change.arrived or change.moved or change.gone:
            if change.unchanged < last - window.first:
                self._set_news(message)
            elif not window.ids:
                self._read_again()
            elif message.shown != window.page:
                self._compare_again()
            else:
                table.replace_lines(message.page, reach_end=message.reaches_end)
                self._set_news(None)
        else:
            self._set_news(None)
        if not window.is_whole:
            self._count()  # somewhere else lines may have come or left

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "take" or self._has_news

    def action_take(self) -> None:
        self.post_message(NewRowsTaken())

    @on(NewRowsTaken)
    def _take(self) -> None:
        """Show the new results; the cursor stays on its conversation."""
        if self._has_news:
            self._read_again()

    def _read_again(self) -> None:
        if self._listing is not None:
            self._set_news(None)
            function = partial(
                take_results,
                shown=self._listing,
                place=self.table.place_in_view,
                generation=self.table.model.generation,
            )
            self._store.run(Job(JobKind.SEARCH, "take", function), self)

    @on(ResultsTaken)
    def _taken(self, message: ResultsTaken) -> None:
        if message.generation == self.table.model.generation:
            self._show(message.generation, message.read, keep=True)

    def _set_news(self, news: ResultsCompared | None) -> None:
        """Tell of new results until the user takes them (None: the list is up to date)."""
        self._has_news = news is not None
        if news is None:
            self.marker.show(0, 0, 0)
        else:
            self.marker.show(news.change.arrived, news.change.moved, news.change.gone)
        self.refresh_bindings()

    @on(RowsWanted)
    def _rows_wanted(self, message: RowsWanted) -> None:
        message.stop()
        ids = tuple(message.ids)
        function = partial(fetch_rows, ids=ids, query=self.query_shown, generation=message.generation)
        self._store.run(Job(JobKind.ROWS, f"{message.generation} {hash(ids)}", function), self)

    @on(StoreFailed)
    def _store_failed(self) -> None:
        self.table.forget_requests()

    @on(RowsFetched)
    def _rows_fetched(self, message: RowsFetched) -> None:
        message.stop()
        if message.generation == self.table.model.generation:
            self.table.put_rows(message.lines, message.missing)
