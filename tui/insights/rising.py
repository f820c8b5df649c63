"""The tags that are more frequent than usual."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import sqrt

from tui.freshness import Coverage, Interval, SyncState, assess
from tui.insights.number_queries import NumberQueries
from tui.insights.values import RisingTag
from tui.store.stats import WEEK

WEEKS = 4
"""The number of weeks before the last one whose mean is compared with."""
MIN_COUNT = 5
MIN_RISE = 1.5
"""Times the mean."""
MIN_DEVIATIONS = 2.0
"""Above the mean, in standard deviations of a count of that size (Poisson)."""


def comparable_weeks(coverage: Coverage, end: int, now: int, tolerance: int) -> int:
    """How many whole weeks before the last one, which ends at `end`, are synced, with all that follows."""
    for weeks in range(WEEKS, 0, -1):
        window = Interval(end - (1 + weeks) * WEEK, max(end, now))
        if assess(coverage, window, tolerance).state is SyncState.FRESH:
            return weeks
    return 0


def rising_tags(
    rows: Iterable[tuple[int, int, int]], weeks: int, end: int, queries: NumberQueries
) -> tuple[RisingTag, ...]:
    """From (tag id, week, conversations), week 0 being the last one: the tags that rise, steepest first."""
    counts: defaultdict[int, list[int]] = defaultdict(lambda: [0] * (1 + WEEKS))
    for tag, week, count in rows:
        counts[tag][week] = count
    span = Interval(end - WEEK, end)
    found = []
    for tag, (last, *before) in counts.items():
        mean = sum(before[:weeks]) / weeks
        deviations = (last - mean) / sqrt(max(mean, 1.0))
        if last >= MIN_COUNT and last >= MIN_RISE * mean and deviations >= MIN_DEVIATIONS:
            name = queries.unambiguous("tag", tag)
            nodes = () if name is None else (name,)
            number = queries.created(last, span, *nodes, exact=name is not None)
            found.append((-deviations, RisingTag(tag, queries.name("tag", tag), number, mean)))
    return tuple(tag for _, tag in sorted(found, key=lambda pair: (pair[0], pair[1].id)))
