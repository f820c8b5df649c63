"""Shows which days are synced, and syncs selected days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from tui.dashboard.common.key_hints import ShowsKeys
from tui.dashboard.common.messages import QueryChosen
from tui.dashboard.coverage.calendar import CoverageCalendar
from tui.dashboard.coverage.calendar_layout import MARKS, MEANINGS, VolumeScale
from tui.dashboard.coverage.messages import DayOpened, DaysFetched, DaysHighlighted
from tui.dashboard.coverage.queries import fetch_days
from tui.dashboard.store_thread import Job, JobKind
from tui.dashboard.sync_status.messages import SyncEventReceived, WindowsSyncRequested
from tui.dashboard.sync_status.synced_screen import SyncedScreen
from tui.formatting import counted, number
from tui.freshness import Interval
from tui.insights import DayCoverage, DayState
from tui.sync.events import SyncProgress, SyncStarted

RELOAD_DELAY = 0.5
"""Seconds after the sync stored something until the days are loaded again."""
STYLES = {
    DayState.SYNCED: "$text-success",
    DayState.PARTIAL: "$text-warning",
    DayState.PENDING: "$text-accent",
    DayState.NEVER: "$muted",
    DayState.NOT_KEPT: "$muted",
}


class CoverageScreen(SyncedScreen):
    """The calendar, and what is stored of the selected days."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,s", "sync_days", "Sync days", id="sync_days", tooltip="Sync the selected days"),
    ]

    calendar = getters.query_one("#coverage-calendar", CoverageCalendar)
    summary = getters.query_one("#coverage-summary", Static)
    legend = getters.query_one("#coverage-legend", Static)
    detail = getters.query_one("#coverage-detail", Static)

    _reload_timer: Timer | None = None
    _restored: date | None = None
    """The day that the cursor is to be on again."""

    @property
    def state(self) -> date:
        return self.calendar.cursor

    def restore(self, state: object) -> None:
        if isinstance(state, date):
            self._restored = state

    def compose_body(self) -> ComposeResult:
        yield Static("Loading…", id="coverage-summary", classes="-screen-title")
        yield CoverageCalendar(id="coverage-calendar")
        yield Static(legend(VolumeScale()), id="coverage-legend")
        yield Static(id="coverage-detail")

    def on_mount(self) -> None:
        self.calendar.focus()
        self._load()

    def _load(self) -> None:
        self._reload_timer = None
        self.read(Job(JobKind.OTHER, "coverage", fetch_days))

    @on(DaysFetched)
    def _days_fetched(self, message: DaysFetched) -> None:
        if not self.accept(message):
            return
        self.calendar.show(message.days)
        if self._restored is not None:
            self.calendar.cursor, self._restored = self._restored, None
        self.summary.update(summary(message.days, message.total))
        self.legend.update(legend(self.calendar.scale))
        self._show_detail()

    @on(SyncEventReceived)
    def _sync_event_received(self, message: SyncEventReceived) -> None:
        """Load the days again soon, and once for several events."""
        if not isinstance(message.event, SyncStarted | SyncProgress) and self._reload_timer is None:
            self._reload_timer = self.set_timer(RELOAD_DELAY, self._load)

    @on(DaysHighlighted)
    def _days_highlighted(self, message: DaysHighlighted) -> None:
        message.stop()
        self._show_detail()

    def _show_detail(self) -> None:
        key = self.app.shown_key("sync_days") if isinstance(self.app, ShowsKeys) else ""
        self.detail.update(detail(self._selected_days(), key))

    def _selected_days(self) -> list[DayCoverage]:
        first, last = self.calendar.selected
        return [
            found
            for number in range(first.toordinal(), last.toordinal() + 1)
            if (found := self.calendar.day(date.fromordinal(number))) is not None
        ]

    @on(DayOpened)
    def _day_opened(self, message: DayOpened) -> None:
        if (found := self.calendar.day(message.day)) is not None:
            self.post_message(QueryChosen(found.conversations.query))

    def action_sync_days(self) -> None:
        days = self._selected_days()
        if days:
            now = int(self.workspace.clock().timestamp())
            window = Interval(days[0].span.start, min(days[-1].span.end, now))
            self.sync_line.show_requested(f"requested {date_range(days)}")
            self.post_message(WindowsSyncRequested((window,)))

    def action_leave(self) -> None:
        """End the selection; without one, close the screen."""
        if self.calendar.origin is not None:
            self.calendar.origin = None
        else:
            super().action_leave()


def legend(scale: VolumeScale) -> Content:
    """What the glyphs and the marks of the calendar mean; it begins where conversations are kept."""
    volumes = "  ".join(f"{glyph} {numbers}" for glyph, numbers in scale.ranges)
    states = [
        Content.assemble((mark, f"bold {STYLES[state]}"), f" {MEANINGS[state]}")
        for state, mark in MARKS.items()
        if mark.strip() and state is not DayState.NOT_KEPT
    ]
    return Content.assemble(f"{volumes} conversations\n", Content("  ").join(states))


def summary(days: Sequence[DayCoverage], total: int) -> Content:
    """The title of the screen: "Coverage  91 days · 88 synced · 3 never synced · 12,034 conversations"."""
    words = [counted(len(days), "day"), *state_counts(days), counted(total, "conversation")]
    return Content.assemble(("Coverage", "bold $text-primary"), "  " + " · ".join(words))


def detail(days: Sequence[DayCoverage], sync_key: str) -> Content:
    """What is stored of the selected days, what is missing, and the key that syncs it."""
    if not days:
        return Content("")
    if len(days) == 1:
        (day,) = days
        share = f" ({min(99, int(100 * day.share))} %)" if day.state is DayState.PARTIAL else ""
        words = [f"{MEANINGS[day.state]}{share}"]
    else:
        words = [counted(len(days), "day"), *state_counts(days)]
    if pending := sum(day.pending_threads for day in days):
        words.append(f"{counted(pending, 'thread')} pending")
    words.append(conversation_count(days))
    can_sync = any(day.state not in {DayState.SYNCED, DayState.NOT_KEPT} for day in days)
    key = (f"   {sync_key} syncs {'it' if len(days) == 1 else 'them'}", "bold $text-accent")
    return Content.assemble(
        (date_range(days), "bold"), "  " + " · ".join(words), *([key] if can_sync and sync_key else [])
    )


def state_counts(days: Iterable[DayCoverage]) -> list[str]:
    """How many days are in each state: ["88 synced", "3 never synced"]."""
    counts = Counter(day.state for day in days)
    return [f"{number(counts[state])} {meaning}" for state, meaning in MEANINGS.items() if counts[state]]


def conversation_count(days: Iterable[DayCoverage]) -> str:
    return counted(sum(day.conversations.value for day in days), "conversation")


def date_range(days: Sequence[DayCoverage]) -> str:
    """ "Fri 20 Dec 2024", or "13–20 Dec 2024"."""
    first, last = days[0].date, days[-1].date
    if first == last:
        return f"{first:%a} {first.day} {first:%b %Y}"
    start = f"{first.day}"
    if (first.year, first.month) != (last.year, last.month):
        start += f" {first:%b}"
    if first.year != last.year:
        start += f" {first.year}"
    return f"{start}–{last.day} {last:%b %Y}"
