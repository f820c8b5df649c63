"""Which ranges of activity time a run lists, and in what order. Pure arithmetic on epoch seconds."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from tui.freshness import Coverage, Interval
from tui.sync.jobs import Priority, SyncJob

DAY = 86_400
SPLIT_AGES = (DAY, 7 * DAY, 30 * DAY)
"""Ages (seconds) at which a range is split, so that its parts can be listed at once, the newest first."""
SPLIT_LENGTH = 30 * DAY
"""Length (seconds) of the parts beyond the last of those ages."""


@dataclass(eq=False, slots=True)
class JobState:
    """How much of a job is still to be done."""

    job: SyncJob
    to_list: int = 0
    """Ranges that are not listed yet."""
    open_slices: int = 0
    """Listed slices whose threads are not all stored yet."""

    @property
    def complete(self) -> bool:
        """Whether every range is listed and covered."""
        return self.to_list == 0 and self.open_slices == 0

    def slice_covered(self) -> None:
        """One of the open slices is part of the coverage now."""
        self.open_slices -= 1


@dataclass(order=True, slots=True)
class ListingRange:
    """A range to be listed for a job; the more urgent, then the newer sorts first."""

    priority: int
    minus_end: int
    number: int
    window: Interval = field(compare=False)
    state: JobState = field(compare=False)
    trust_equal: bool = field(compare=False, default=False)
    """Whether to store headers whose `updated_at` did not change (see `store_headers`)."""


def wanted_ranges(coverage: Coverage, window: Interval, now: int, overlap: int) -> list[Interval]:
    """What must be listed for `window`: its gaps, and the last `overlap` seconds of what is covered when
    the window reaches the present (the search index lags)."""
    wanted = Coverage(coverage.missing(window))
    last = coverage.within(window).last
    if last is not None and window.end >= now:
        wanted |= Coverage([(max(window.start, last - overlap), window.end)])
    return list(wanted)


def split_by_age(window: Interval, now: int) -> list[Interval]:
    """`window` in parts that join without gaps, newest first."""
    edges = [now - age for age in SPLIT_AGES]
    while edges[-1] - SPLIT_LENGTH > window.start:
        edges.append(edges[-1] - SPLIT_LENGTH)
    parts, high = [], window.end
    for edge in edges:
        if window.start < edge <= high:
            parts.append(Interval(edge, high))
            high = edge - 1
    parts.append(Interval(window.start, high))
    return parts


class ListingPlan:
    """The ranges still to be listed, most urgent first."""

    def __init__(self) -> None:
        self._heap: list[ListingRange] = []
        self._numbers = count()

    def __bool__(self) -> bool:
        return bool(self._heap)

    def add(self, state: JobState, ranges: Iterable[Interval], now: int) -> None:
        """Queue the ranges of a job. Two jobs may list the same range: threads are still fetched once."""
        priority = state.job.priority
        for window in ranges:
            for part in split_by_age(window, now):
                state.to_list += 1
                listing = ListingRange(
                    priority=priority,
                    minus_end=-part.end,
                    number=next(self._numbers),
                    window=part,
                    state=state,
                    trust_equal=priority is Priority.RECONCILE,
                )
                heapq.heappush(self._heap, listing)

    def take(self) -> ListingRange:
        """Remove and return the most urgent range. Raises `IndexError` when there is none."""
        return heapq.heappop(self._heap)
