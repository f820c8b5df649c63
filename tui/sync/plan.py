"""Which ranges of activity time a run lists, and in what order. Pure arithmetic."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from tui.freshness import Coverage, Interval
from tui.sync.jobs import Priority, SyncJob

DAY = 86_400
PIECE_AGES = (0, DAY, 7 * DAY, 30 * DAY)
"""Ages at which a wanted range is cut, so that several pieces can be listed at once, the newest first."""
PIECE = 30 * DAY
"""Length of the pieces beyond the last of those ages."""


@dataclass(eq=False, slots=True)
class JobState:
    """How much of a job is still to be done."""

    job: SyncJob
    to_list: int = 0
    open_slices: int = 0
    failed: bool = False

    @property
    def complete(self) -> bool:
        return self.to_list == 0 and self.open_slices == 0


@dataclass(order=True, slots=True)
class Piece:
    """A range to be listed for a job; smaller sorts first."""

    priority: int
    newest: int
    number: int
    window: Interval = field(compare=False)
    state: JobState = field(compare=False)
    trust_equal: bool = field(compare=False, default=False)


def wanted_ranges(coverage: Coverage, window: Interval, now: int, overlap: int) -> list[Interval]:
    """What must be listed for `window`: its gaps, and the last `overlap` seconds of what is covered when
    the window reaches the present (the search index lags)."""
    wanted = Coverage(coverage.missing(window))
    last = coverage.within(window).last
    if last is not None and window.end >= now:
        wanted |= Coverage([(max(window.start, last - overlap), window.end)])
    return list(wanted)


def cut(window: Interval, now: int) -> list[Interval]:
    """`window` in pieces, newest first."""
    edges = [now - age for age in PIECE_AGES[1:]]
    while edges[-1] - PIECE > window.start:
        edges.append(edges[-1] - PIECE)
    pieces, high = [], window.end
    for edge in edges:
        if window.start < edge <= high:
            pieces.append(Interval(edge, high))
            high = edge - 1
    pieces.append(Interval(window.start, high))
    return pieces


class Plan:
    """The ranges still to be listed, most urgent first."""

    def __init__(self) -> None:
        self._heap: list[Piece] = []
        self._numbers = count()

    def __bool__(self) -> bool:
        return bool(self._heap)

    def add(self, state: JobState, ranges: Iterable[Interval], now: int) -> None:
        """Queue the ranges of a job. Two jobs may list the same range: threads are still fetched once."""
        for window in ranges:
            for piece in cut(window, now):
                state.to_list += 1
                priority = state.job.priority
                heapq.heappush(
                    self._heap,
                    Piece(
                        priority,
                        -piece.end,
                        next(self._numbers),
                        piece,
                        state,
                        trust_equal=priority is Priority.RECONCILE,
                    ),
                )

    def take(self) -> Piece:
        return heapq.heappop(self._heap)
