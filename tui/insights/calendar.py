"""Local calendar days as intervals, and their coverage. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo

from tui.clock import to_epoch
from tui.freshness import Coverage, Interval
from tui.insights.values import DayState
from tui.timeframe import TimeframeError, parse_moment


def local_days(first: date, last: date, now: datetime, tz: tzinfo | None) -> Iterator[tuple[date, Interval]]:
    """Each day and its interval, as `on:` parses it; days that the zone's calendar skips are left out."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        try:
            start, end = parse_moment(day.isoformat(), now=now, tz=tz)
        except TimeframeError:  # Samoa had no 30 December 2011
            continue
        yield day, Interval(to_epoch(start), to_epoch(end))


def judge_day(
    coverage: Coverage, span: Interval, *, now: int, tolerance: int, pending: int
) -> tuple[DayState, float]:
    """The state of a day that is not in the future, and the synced share of what could be synced.

    As in a verdict, the last `tolerance` seconds before `now` are not required.
    """
    edge = now - tolerance
    # In the first minutes of today, `edge` itself stands for all of it.
    required = Interval(min(span.start, edge), min(span.end, edge))
    length = required.end - required.start + 1
    missing = sum(gap.end - gap.start + 1 for gap in coverage.missing(required))
    share = 1 - missing / length
    if not missing:
        return DayState.SYNCED, 1.0
    if pending:
        return DayState.PENDING, share
    return (DayState.PARTIAL if missing < length else DayState.NEVER), share
