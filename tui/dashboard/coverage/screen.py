"""Which days are in the mirror, and having others synced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from tui.dashboard.common.footer import KeyFooter
from tui.dashboard.common.messages import QueryChosen
from tui.dashboard.common.screens import SecondaryScreen
from tui.dashboard.coverage.calendar import CoverageCalendar
from tui.dashboard.coverage.calendar_layout import MARKS, MEANINGS
from tui.dashboard.coverage.messages import DaysChosen, DaysFetched, DaysHighlighted
from tui.dashboard.coverage.queries import fetch_days
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.sync_status.feed import SyncFeed
from tui.dashboard.sync_status.messages import SyncEventReceived, WindowsSyncRequested
from tui.dashboard.sync_status.status_bar import SyncLine
from tui.formatting import counted
from tui.freshness import Interval
from tui.insights import DayCoverage, DayState
from tui.sync.events import SyncProgress, SyncStarted

READ_AGAIN = 0.5
"""Seconds after something was stored before the days are read again."""
STYLES = {
    DayState.SYNCED: "$text-success",
    DayState.PARTIAL: "$text-warning",
    DayState.PENDING: "$text-accent",
    DayState.NEVER: "$muted",
}


class CoverageScreen(SecondaryScreen):
    """The calendar, what the selected days hold, and the sync that fills them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,s", "sync_days", "Sync days", id="sync_days", tooltip="Sync the selected days"),
    ]

    calendar = getters.query_one("#coverage-calendar", CoverageCalendar)
    summary = getters.query_one("#coverage-summary", Static)
    detail = getters.query_one("#coverage-detail", Static)
    line = getters.query_one("#coverage-sync", SyncLine)

    _pause: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static("reading…", id="coverage-summary", classes="-screen-title")
        yield CoverageCalendar(id="coverage-calendar")
        yield Static(legend(), id="coverage-legend")
        yield Static(id="coverage-detail")
        yield SyncLine(self._feed, self.workspace.clock, id="coverage-sync")
        yield KeyFooter()

    def __init__(self, store: StoreThread, feed: SyncFeed, *, id: str) -> None:  # noqa: A002
        super().__init__(store, id=id)
        self._feed = feed

    def on_mount(self) -> None:
        self._feed.subscribe(self)
        self.calendar.focus()
        self._read()

    def on_unmount(self) -> None:
        self._feed.unsubscribe(self)

    def _read(self) -> None:
        self._pause = None
        self.read(Job(JobKind.OTHER, "coverage", fetch_days))

    @on(DaysFetched)
    def _days_fetched(self, message: DaysFetched) -> None:
        if not self.fetched(message):
            return
        self.calendar.show(message.days)
        self.summary.update(summary(message.days))
        self._tell()

    @on(SyncEventReceived)
    def _sync_event_received(self, message: SyncEventReceived) -> None:
        """Something was stored: the days are read again soon, not each time."""
        if not isinstance(message.event, SyncStarted | SyncProgress) and self._pause is None:
            self._pause = self.set_timer(READ_AGAIN, self._read)

    @on(DaysHighlighted)
    def _highlighted(self, message: DaysHighlighted) -> None:
        message.stop()
        self._tell()

    def _selected(self) -> list[DayCoverage]:
        first, last = self.calendar.selected
        return [
            found
            for number in range(first.toordinal(), last.toordinal() + 1)
            if (found := self.calendar.day(date.fromordinal(number))) is not None
        ]

    def _tell(self) -> None:
        self.detail.update(detail(self._selected()))

    @on(DaysChosen)
    def _chosen(self, message: DaysChosen) -> None:
        if (found := self.calendar.day(message.day)) is not None:
            self.post_message(QueryChosen(found.conversations.query))

    def action_sync_days(self) -> None:
        days = self._selected()
        if days:
            now = int(self.workspace.clock().timestamp())
            window = Interval(days[0].span.start, min(days[-1].span.end, now))
            self.line.show_requested(f"requested {name_days(days)}")
            self.post_message(WindowsSyncRequested((window,)))

    def action_leave(self) -> None:
        if self.calendar.origin is not None:
            self.calendar.origin = None
        else:
            super().action_leave()


def legend() -> Content:
    parts: list[Content] = []
    for state, mark in MARKS.items():
        parts.append(Content.assemble((mark, STYLES[state]), f" {MEANINGS[state]}"))
    return Content("   ").join(parts)


def summary(days: Iterable[DayCoverage]) -> Content:
    """How much of the history is there: "91 days · 88 synced · 3 never synced · 12,034 conversations"."""
    known = list(days)
    states = Counter(day.state for day in known)
    words = [counted(len(known), "day")]
    words += [f"{states[state]:,} {meaning}" for state, meaning in MEANINGS.items() if states[state]]
    words.append(counted(sum(day.conversations.value for day in known), "conversation"))
    return Content.assemble(("Coverage", "bold $text-primary"), "  " + " · ".join(words))


def detail(days: list[DayCoverage]) -> Content:
    """The day, or the days, under the cursor: what is there and what is missing."""
    if not days:
        return Content("")
    conversations = counted(sum(day.conversations.value for day in days), "conversation")
    pending = sum(day.pending_threads for day in days)
    words = [conversations]
    if len(days) == 1:
        day = days[0]
        share = "" if day.state is not DayState.PARTIAL else f" ({min(99, int(100 * day.share))} %)"
        words.insert(0, f"{MARKS[day.state]} {MEANINGS[day.state]}{share}")
        words[1] += " last active"
    else:
        states = Counter(day.state for day in days)
        words[:0] = [f"{MARKS[s]} {states[s]:,} {MEANINGS[s]}" for s in MEANINGS if states[s]]
    if pending:
        words.append(f"{counted(pending, 'thread')} still to be fetched")
    return Content.assemble((name_days(days), "bold"), "  " + " · ".join(words))


def name_days(days: list[DayCoverage]) -> str:
    """ "Fri 20 Dec 2024", or "13–20 Dec 2024 (8 days)"."""
    first, last = days[0].date, days[-1].date
    if first == last:
        return f"{first:%a} {first.day} {first:%b %Y}"
    start = f"{first.day}" + ("" if first.month == last.month and first.year == last.year else f" {first:%b}")
    if first.year != last.year:
        start += f" {first.year}"
    return f"{start}–{last.day} {last:%b %Y} ({len(days):,} days)"
