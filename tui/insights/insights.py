"""The coverage calendar, and the report on a period."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from tui.clock import Clock, from_epoch, to_epoch
from tui.freshness import KeptSince
from tui.insights.calendar import judge_day, local_days
from tui.insights.report import Reporter
from tui.insights.values import DayCoverage, DayState, Number, Report
from tui.query import Query
from tui.settings import Settings
from tui.store.coverage import read_coverage
from tui.store.database import Database
from tui.store.purge import history_start, read_kept_since
from tui.store.stats import Stats


class Insights:
    """Local reads, callable from any thread. Days are those of `tz` (None: the machine's zone)."""

    def __init__(self, database: Database, settings: Settings, clock: Clock, tz: tzinfo | None) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._tz = tz
        self._stats = Stats(database.all)

    def horizon(self) -> tuple[date, date]:
        """The first whole local day of the kept history (at the latest today), and today."""
        now = self._clock()
        second = history_start(self._settings.history_seconds, self._kept_since(now), to_epoch(now))
        before = from_epoch(second - 1)
        today = now.astimezone(self._tz).date()
        return min(before.astimezone(self._tz).date() + timedelta(days=1), today), today

    def days(self, start: date, end: date) -> list[DayCoverage]:
        """The coverage of each local day from `start` to `end`, oldest first; days to come are left out.

        Raises `ValueError` when `end` lies before `start`.
        """
        if start > end:
            raise ValueError(f"the days end ({end}) before they start ({start})")
        now = self._clock()
        last = min(end, now.astimezone(self._tz).date())
        days = list(local_days(start, last, now, self._tz))
        spans = [span for _, span in days]
        coverage, kept = read_coverage(self._database), self._kept_since(now)
        found = zip(days, self._stats.active(spans), self._stats.pending(spans), strict=True)
        result = []
        for (day, span), conversations, pending in found:
            state, share = judge_day(
                coverage, span, now=to_epoch(now), tolerance=self._settings.tolerance, pending=pending
            )
            if kept is not None and span.end < kept.second:
                state, share = DayState.NOT_KEPT, 0.0
            number = Number(conversations, f"on:{day.isoformat()}")
            result.append(DayCoverage(day, span, state, share, number, pending))
        return result

    def _kept_since(self, now: datetime) -> KeptSince | None:
        return read_kept_since(self._database, self._settings.retention, to_epoch(now))

    def report(self, query: Query) -> Report:
        """The report on the conversations that `query` finds, in its period.

        An open start means the configured history. The order of the query does not matter.
        Raises `QueryError` for names that nobody has and `Superseded` when interrupted.
        """
        return Reporter(self._database, self._settings, self._clock(), self._tz, query).report()
