"""Which ranges of activity time a run lists, and in what order. Pure arithmetic on epoch seconds."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import count

from tui.freshness import Coverage, Interval, KeptSince
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
    covered: Coverage = field(default_factory=Coverage)
    """What was covered when the job was planned."""
    listed_before: int = 0
    """Where the newest listing before that ended (epoch seconds)."""

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
    whole: Interval = field(compare=False)
    """The range that this one was split off."""
    state: JobState = field(compare=False)

    @property
    def compare(self) -> bool:
        """Whether to compare headers whose `updated_at` did not change (see `store_headers`)."""
        return self.state.job.priority is Priority.RECONCILE


def wanted_ranges(
    coverage: Coverage, window: Interval, now: int, overlap: int, not_due: Coverage
) -> list[Interval]:
    """What must be listed for `window`: its gaps but those `not_due`, and the last `overlap` seconds of what
    is covered when the window reaches the present (the search index lags)."""
    wanted = Coverage(coverage.missing(window)) - not_due
    last = coverage.within(window).last
    if last is not None and window.end >= now:
        wanted |= Coverage([(max(window.start, last - overlap), window.end)])
    return list(wanted)


def kept_part(window: Interval, kept_since: KeptSince | None) -> Interval | None:
    """The part of a range of which conversations are kept; None if none is."""
    return window if kept_since is None else window.intersect(Interval(kept_since.second, window.end))


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

    def add(self, state: JobState, whole: Interval, now: int) -> list[Interval]:
        """Queue a range of a job; returns the parts that it was split into. Two jobs may list the same range:
        threads are still fetched once."""
        parts = split_by_age(whole, now)
        for part in parts:
            state.to_list += 1
            priority = state.job.priority
            listing = ListingRange(priority, -part.end, next(self._numbers), part, whole, state)
            heapq.heappush(self._heap, listing)
        return parts

    def take(self) -> ListingRange:
        """Remove and return the most urgent range. Raises `IndexError` when there is none."""
        return heapq.heappop(self._heap)
