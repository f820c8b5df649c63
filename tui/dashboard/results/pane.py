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

from tui.cells import cell_width, fit
from tui.dashboard.common.key_hints import ShowsKeys
from tui.dashboard.common.static_text import StaticText
from tui.dashboard.results.annotation_changes import AnnotationChange, ShownLines, read_annotation_changes
from tui.dashboard.results.columns import Column
from tui.dashboard.results.messages import (
    AnnotationChangesRead,
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
from tui.dashboard.results.window import Place
from tui.dashboard.store_thread import Job, JobKind, StoreFailed, StoreThread
from tui.domain import Count
from tui.formatting import amount
from tui.freshness import SyncState
from tui.query import Query
from tui.store.listing_pages import Listing


class NewMarker(Static):
    """ "▲ 12 new, 3 moved · ." in the heading; hidden while the list is up to date.

    It stands at the right end of the flexible column, where it covers no other heading. What moved from far
    below the lines in view counts as new, and what left there is not counted.
    """

    arrived: reactive[int] = reactive(0)
    moved: reactive[int] = reactive(0)
    gone: reactive[int] = reactive(0)
    take_key: reactive[str] = reactive(".")
    room: reactive[int] = reactive(0)
    """The cells of the column that it stands in."""

    def on_mount(self) -> None:
        self.display = False
        if isinstance(self.app, ShowsKeys):
            self.take_key = self.app.shown_key("take_new")
        self.tooltip = Content(f"Show what is new ({self.take_key})")

    def place(self, column: Column) -> None:
        """Stand at the right end of this column."""
        self.room = column.width
        self.styles.width = width = self.render().cell_length
        self.styles.offset = (column.end - width, 0)

    def show(self, arrived: int, moved: int, gone: int) -> None:
        self.arrived, self.moved, self.gone = arrived, moved, gone
        self.display = bool(arrived or moved or gone)

    def render(self) -> Content:
        """All of it, or only that there is something, where there is no room."""
        values = ((self.arrived, "new"), (self.moved, "moved"), (self.gone, "gone"))
        words = [
            f"{amount(Count(min(value, NEWS), exact=value <= NEWS))} {word}"
            for value, word in values
            if value
        ]
        full = f"▲ {', '.join(words)} · {self.take_key}"
        return Content(full if cell_width(full) <= self.room else fit(f"▲ {self.take_key}", self.room))

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
        self._annotation_changes: list[AnnotationChange] = []
        """What the user changed that the list does not show yet."""
        self._cursor_at: dict[int, Place | None] = {}
        """The action of a change → the place of the cursor when it was made."""
        self._goes_to: Place | None = None
        """The place that the cursor returns to with the next change that is shown."""
        self._goes_to_restored = False
        """Whether the cursor goes to the conversation that the next change brings back, if it is only one."""
        self._is_comparison_old = False
        """Whether the user changed the list after the comparison that runs was started."""
        self._compare_timer: Timer | None = None
        self._compare_pause = COMPARE_AFTER
        self._is_filling = False
        """Whether the list was empty while its period was not synced: what a sync stores fills it in."""
        self._is_last_fill = False
        """Whether that sync ended: the list is read once more without being asked for."""

    def compose(self) -> ComposeResult:
        yield ResultsTable(self._store.workspace.clock, id="results")
        yield StaticText(id="results-note")
        yield NewMarker(id="new-marker")

    def on_mount(self) -> None:
        for change in ("sort", "arrangement", "virtual_size"):
            self.watch(self.table, change, self._place_marker, init=False)

    def on_resize(self) -> None:
        self.call_after_refresh(self._place_marker)

    def _place_marker(self) -> None:
        self.marker.place(next(column for column in self.table.columns if column.flexible))

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
        """Whether a comparison is due, a change is to be shown, or the cursor is moving."""
        return self._compare_timer is not None or self.shows_changes_soon or self.table.is_waiting

    @property
    def shows_changes_soon(self) -> bool:
        """Whether the user changed something that the list does not show yet."""
        return bool(self._annotation_changes)

    def show(self, fetched: ResultsFetched) -> None:
        """Show the results of a query."""
        query = fetched.query
        still_fills = fetched.keep and self._is_filling and not self._is_last_fill
        is_empty = not fetched.read.total or still_fills
        self._is_filling = is_empty and fetched.freshness.state is not SyncState.FRESH
        self._is_last_fill = False
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

    def sync_ended(self) -> None:
        """A list that the sync filled in shows the last of it; what comes later waits at the marker."""
        if self._is_filling:
            self._is_last_fill = True
            self._read_again()

    # --- what the user changes

    def annotations_changed(
        self, change: AnnotationChange, *, restored: bool = False, goes_to: int | None = None
    ) -> None:
        """The user annotated conversations, or had that undone or redone: lines leave and come back at once.

        The cursor goes to what follows, or to the conversation `goes_to` if its line is known. When an action
        is undone, it returns to where it was; if that is not known, to the only conversation that came back.
        """
        window = self.table.model.window
        self._goes_to_restored = restored and change.action_id not in self._cursor_at
        if restored:
            self._goes_to = self._cursor_at.pop(change.action_id, None)
        elif goes_to is None:
            self._cursor_at[change.action_id] = self.table.place
        elif (line := window.line_of(goes_to)) is not None:
            self._goes_to = window.place(line)
        self._annotation_changes.append(change)
        self._is_comparison_old = True
        self._read_annotation_changes()

    def _read_annotation_changes(self) -> None:
        if self._listing is None:
            self._annotation_changes.clear()
            return
        model = self.table.model
        shown = ShownLines(
            self._listing,
            model.window.page,
            model.window.reaches_end,
            self._goes_to or self.table.place_in_view,
            model.generation,
        )
        function = partial(
            read_annotation_changes,
            shown=shown,
            changes=tuple(self._annotation_changes),
            stopwatch=self._stopwatch,
        )
        self._store.run(Job(JobKind.SEARCH, "annotation changes", function), self)

    @on(AnnotationChangesRead)
    def _annotation_changes_read(self, message: AnnotationChangesRead) -> None:
        table = self.table
        window = table.model.window
        if message.generation != table.model.generation:  # the list was read since, with these changes
            del self._annotation_changes[: message.handled]
            return
        if message.shown != window.page:  # other lines are known by now
            message.stop()
            self._read_annotation_changes()
            return
        del self._annotation_changes[: message.handled]
        if message.read is not None:
            self._show(message.generation, message.read, keep=True)
            self._compare_again()
        elif message.page is not None and message.page != message.shown:
            table.change_lines(message.page, window.total + len(message.page.ids) - len(message.shown.ids))
            if not window.is_whole:
                self._count()
        self._unselect_left(message.left)
        if self._annotation_changes:
            return
        if self._goes_to is not None:
            table.go_to(self._goes_to.id)
        elif self._goes_to_restored and len(message.own) == 1:
            table.go_to(*message.own)
        self._goes_to, self._goes_to_restored = None, False

    def _unselect_left(self, left: Collection[int]) -> None:
        """What left the list because of a change is no longer selected; nor is "all" of what is left."""
        selection = self.table.selection
        if not selection.is_all:
            selection.remove(left)
        elif left:
            selection.clear()

    # --- comparisons

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
            self._has_changes = self._is_comparison_old = False
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
        if message.generation != table.model.generation or self._is_comparison_old:
            self._compare_again()
            return
        self._compare_pause = COMPARE_AFTER
        self._slow_down(message.seconds)
        _, last = table.visible_lines
        if change.arrived or change.moved or change.gone:
            if self._is_filling or not window.ids:
                self._read_again()
            elif change.unchanged < last - window.first:
                self._set_news(message)
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
                place=None if self._is_filling and self.table.cursor == 0 else self.table.place_in_view,
                generation=self.table.model.generation,
            )
            self._store.run(Job(JobKind.SEARCH, "take", function), self)

    @on(ResultsTaken)
    def _taken(self, message: ResultsTaken) -> None:
        if message.generation == self.table.model.generation:
            is_at_top = self._is_filling and self.table.cursor == 0
            self._show(message.generation, message.read, keep=not is_at_top)
            if self._is_last_fill:
                self._is_filling = self._is_last_fill = False

    def _set_news(self, news: ResultsCompared | None) -> None:
        """Tell of new results until the user takes them (None: the list is up to date)."""
        self._has_news = news is not None
        if news is None:
            self.marker.show(0, 0, 0)
        else:
            self.marker.show(news.change.arrived, news.change.moved, news.change.gone)
            self._place_marker()
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
        self._annotation_changes.clear()

    @on(RowsFetched)
    def _rows_fetched(self, message: RowsFetched) -> None:
        message.stop()
        if message.generation == self.table.model.generation:
            self.table.put_rows(message.lines, message.missing)
