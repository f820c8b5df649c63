"""Builds the report on a period from counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo

from tui.answers import iso
from tui.clock import from_epoch, to_epoch
from tui.freshness import Interval, KeptSince, SyncState, Verdict, assess
from tui.insights.calendar import local_days
from tui.insights.distribution import REPLY_EDGES, WAITING_EDGES, distribution
from tui.insights.number_queries import OPEN, RATED, WAITING, Field, NumberQueries
from tui.insights.rising import WEEKS, comparable_weeks, rising_tags
from tui.insights.values import (
    DayVolume,
    Distribution,
    FirstResponse,
    Group,
    Number,
    OpenNow,
    Ratings,
    Report,
    Rising,
)
from tui.plausible import RATINGS
from tui.query import Compare, Query, TimeTerm
from tui.settings import Settings
from tui.store.coverage import read_coverage
from tui.store.database import Database
from tui.store.directory import read_directory
from tui.store.listing import read_listing
from tui.store.names import resolve
from tui.store.outdated import count_outdated, decoder_version_needed
from tui.store.purge import history_start, read_kept_since
from tui.store.search import Search
from tui.store.search_query import Ids
from tui.store.stats import QUARTER, Stats

_FOREVER = 1 << 42


class Reporter:
    """Builds one report, for one moment, one period and the conversations of one query."""

    def __init__(
        self, database: Database, settings: Settings, now: datetime, tz: tzinfo | None, query: Query
    ) -> None:
        self._database = database
        self._stats = Stats(database.all_interruptible)
        self._settings = settings
        self._tz = tz
        self._moment = now
        self._now = to_epoch(now)
        self._kept_since = read_kept_since(database, settings.retention, self._now)
        start, times = _period_start(query, settings, now, self._kept_since)
        self._query = query = replace(query, start=start, times=times)
        first = to_epoch(start)
        self._asked = Interval(first, to_epoch(query.end) if query.end else _FOREVER)
        """The period as asked for, which may reach into the future."""
        self._period = Interval(first, max(first, min(self._asked.end, self._now)))
        self._coverage = read_coverage(database)
        self._listing = read_listing(database, self._now)
        directory = read_directory(database)
        self._queries = NumberQueries(query, directory, self._now)
        self._ids = _matching_ids(database, query, resolve(query, lambda: directory), now)

    def report(self) -> Report:
        stats, ids, queries = self._stats, self._ids, self._queries
        verdict = self._verdict()
        verdict_now = self._assess(history_start(self._settings.history_seconds, self._kept_since, self._now))
        days = list(self._days_asked_for())
        # The period and its days in one statement: each statement reads all the ids anew.
        spans = [self._asked, *(part for _, _, part in days)]
        created, *created_by_day = stats.created(spans, ids)
        active, *active_by_day = stats.active(spans, ids)
        volumes = zip(days, created_by_day, active_by_day, strict=True)
        return Report(
            query=self._query,
            window=self._period,
            now=self._now,
            verdict=verdict,
            created=queries.created(created, self._asked),
            active=queries.active(active),
            days=tuple(self._volume(*day, opened, last_active) for day, opened, last_active in volumes),
            first_response=self._first_response(),
            busiest=self._busiest(),
            rising=self._rising(),
            ratings=self._ratings(),
            verdict_now=verdict_now,
            open=self._open(),
            waiting=self._waiting(),
        )

    def _assess(self, start: int, end: int | None = None) -> Verdict:
        window = Interval(start, self._now if end is None else end)
        outdated = count_outdated(self._database, window, decoder_version_needed(self._query))
        return assess(
            self._coverage,
            window,
            self._settings.tolerance,
            self._listing,
            outdated=outdated,
            kept_since=self._kept_since,
        )

    def _verdict(self) -> Verdict:
        """Of the period and the time since; of the period alone if nothing of the period is synced."""
        period = self._assess(*self._period)
        if period.state is SyncState.STALE or self._period.start > self._now:
            return period
        return self._assess(self._period.start)

    def _days_asked_for(self) -> Iterator[tuple[date, Interval, Interval]]:
        """Each day of the period: all of it, and the part of it that is asked for."""
        first, last = (from_epoch(s).astimezone(self._tz).date() for s in self._period)
        for day, span in local_days(first, last, self._moment, self._tz):
            part = span.intersect(self._asked)
            if part is not None:
                yield day, span, part

    def _volume(self, day: date, span: Interval, part: Interval, created: int, active: int) -> DayVolume:
        whole = part == span
        return DayVolume(
            day,
            part,
            whole=whole,
            created=self._queries.created(created, part, day=day if whole else None),
            active=self._queries.active_on(active, day, part, whole=whole),
        )

    def _open(self) -> OpenNow:
        rows = self._stats.open_now(self._ids)
        teams: Counter[int | None] = Counter()
        assignees: Counter[int | None] = Counter()
        for team, assignee, count in rows:
            teams[team] += count
            assignees[assignee] += count
        total = self._queries.now(teams.total(), OPEN)
        return OpenNow(total, self._groups("team", teams), self._groups("assignee", assignees))

    def _groups(self, field: Field, counts: Counter[int | None]) -> tuple[Group, ...]:
        queries = self._queries
        groups = [
            Group(id_, queries.name(field, id_), queries.open_of(n, field, id_)) for id_, n in counts.items()
        ]
        return tuple(sorted(groups, key=lambda g: (-g.number.value, g.name.casefold(), g.id or 0)))

    def _waiting(self) -> Distribution:
        found = self._stats.waiting(self._now, WAITING_EDGES, self._ids)
        return distribution(
            found, WAITING_EDGES, lambda n: self._queries.now(n, WAITING), self._queries.waiting
        )

    def _first_response(self) -> FirstResponse:
        found = self._stats.first_replies(self._asked, REPLY_EDGES, self._ids)
        times = distribution(
            found,
            REPLY_EDGES,
            self._created_in_period,
            lambda n, _low, _high: self._created_in_period(n),
        )
        return FirstResponse(times, self._created_in_period(found.missing))

    def _busiest(self) -> tuple[tuple[Number, ...], ...]:
        hours: Counter[tuple[int, int]] = Counter()
        for quarter, count in self._stats.created_quarters(self._asked, self._ids):
            local = from_epoch(quarter * QUARTER).astimezone(self._tz)
            hours[local.weekday(), local.hour] += count
        return tuple(tuple(self._created_in_period(hours[d, h]) for h in range(24)) for d in range(7))

    def _created_in_period(self, value: int) -> Number:
        """Some of those opened in the period, by a property that the query language cannot express."""
        return self._queries.created(value, self._asked, exact=False)

    def _rising(self) -> Rising:
        end = self._period.end
        weeks = comparable_weeks(self._coverage, end, self._now, self._settings.tolerance)
        rows = self._stats.tags_by_week(end, 1 + WEEKS, self._ids) if weeks else []
        return Rising(rising_tags(rows, weeks, end, self._queries), weeks)

    def _ratings(self) -> Ratings:
        found = {s: n for s, n in self._stats.ratings(self._asked, self._ids) if s in RATINGS}
        count = sum(found.values())
        mean = sum(stars * n for stars, n in found.items()) / count if count else None
        stars = tuple((s, self._queries.active(found.get(s, 0), Compare("rating", "=", s))) for s in RATINGS)
        return Ratings(self._queries.active(count, RATED), mean, stars)


def _period_start(
    query: Query, settings: Settings, now: datetime, kept_since: KeptSince | None
) -> tuple[datetime, tuple[TimeTerm, ...]]:
    """The start of the period and its spelling: the configured history if the query leaves it open."""
    if query.start is not None:
        return query.start, query.times or tuple(_time_terms(query.start, query.end))
    history = timedelta(seconds=settings.history_seconds)
    start = from_epoch(history_start(settings.history_seconds, kept_since, to_epoch(now)))
    if query.end is None:
        whole = start == now.replace(microsecond=0) - history
        return start, (TimeTerm("since", settings.history if whole else iso(start)),)
    start = start if start <= query.end else query.end - history
    return start, tuple(_time_terms(start, query.end))


def _time_terms(start: datetime, end: datetime | None) -> Iterator[TimeTerm]:
    yield TimeTerm("since", iso(start))
    if end is not None:
        yield TimeTerm("until", iso(end))


def _matching_ids(database: Database, query: Query, names: Ids, now: datetime) -> str | None:
    """The ids of all that the query finds, regardless of the period; None if it finds everything."""
    if query.expression is None:
        return None
    return Search(database).id_list(Query("", query.expression), names, now)
