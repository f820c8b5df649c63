"""What has been synced, and what that says about a window of time. Pure arithmetic, no I/O.

Times are whole epoch seconds (UTC); intervals are closed: `Interval(10, 12)` holds 10, 11 and 12.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from operator import attrgetter
from typing import NamedTuple

from tui.formatting import Total

DEFAULT_TOLERANCE = 300
"""Seconds at the recent end of a window that may be missing while it still counts as fresh."""


class Interval(NamedTuple):
    """A closed interval of epoch seconds."""

    start: int
    end: int

    def contains(self, other: Interval) -> bool:
        return self.start <= other.start and other.end <= self.end

    def intersect(self, other: Interval) -> Interval | None:
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Interval(start, end) if start <= end else None


class Coverage:
    """An immutable set of seconds, kept as disjoint, non-touching, ascending intervals."""

    __slots__ = ("_intervals",)

    def __init__(self, intervals: Iterable[tuple[int, int]] = ()) -> None:
        merged: list[Interval] = []
        for start, end in sorted(intervals):
            if start > end:
                raise ValueError(f"an interval cannot end ({end}) before it starts ({start})")
            if merged and start <= merged[-1].end + 1:
                merged[-1] = Interval(merged[-1].start, max(merged[-1].end, end))
            else:
                merged.append(Interval(start, end))
        self._intervals = tuple(merged)

    def __iter__(self) -> Iterator[Interval]:
        return iter(self._intervals)

    def __len__(self) -> int:
        return len(self._intervals)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Coverage) and self._intervals == other._intervals

    def __hash__(self) -> int:
        return hash(self._intervals)

    def __repr__(self) -> str:
        return f"Coverage({[tuple(i) for i in self._intervals]})"

    def __or__(self, other: Coverage) -> Coverage:
        return Coverage((*self._intervals, *other._intervals))

    def __sub__(self, other: Coverage) -> Coverage:
        return Coverage(piece for interval in self for piece in other.missing(interval))

    @property
    def last(self) -> int | None:
        """The newest covered second, or None when nothing is covered."""
        return self._intervals[-1].end if self._intervals else None

    @property
    def first(self) -> int | None:
        """The oldest covered second, or None when nothing is covered."""
        return self._intervals[0].start if self._intervals else None

    def holds(self, second: int) -> bool:
        """Whether a second is covered."""
        return bool(self.within(Interval(second, second)))

    def within(self, window: Interval) -> Coverage:
        """The part of the coverage that lies inside `window`."""
        # Thousands of intervals may be asked for thousands of windows: start at the first that can matter.
        first = bisect_left(self._intervals, window.start, key=attrgetter("end"))
        last = bisect_right(self._intervals, window.end, lo=first, key=attrgetter("start"))
        near = self._intervals[first:last]
        return Coverage(piece for i in near if (piece := i.intersect(window)) is not None)

    def missing(self, window: Interval) -> list[Interval]:
        """The parts of `window` that are not covered, oldest first."""
        gaps, position = [], window.start
        for interval in self.within(window):
            if interval.start > position:
                gaps.append(Interval(position, interval.start - 1))
            position = interval.end + 1
        if position <= window.end:
            gaps.append(Interval(position, window.end))
        return gaps


class LatestListing(NamedTuple):
    """What the newest listing that reached the present asked for, and how much of it could be proven."""

    until: int
    """The newest second that was asked for."""
    provable_until: int
    """The newest second that it could cover: Intercom's index may lag behind for all that is newer."""


class KeptSince(NamedTuple):
    """Conversations whose last activity was before `second` are deleted here, and not synced again."""

    second: int
    retention: str
    """The setting that says so, such as "365d"; empty where they were purged."""


class SyncState(Enum):
    """How complete the local answer is for a window of time."""

    STALE = "stale"
    PARTIAL = "partial"
    FRESH = "fresh"

    @property
    def glyph(self) -> str:
        return {"stale": "🔴", "partial": "🟡", "fresh": "🟢"}[self.value]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state of one window, with what is needed to say why."""

    state: SyncState
    window: Interval
    last_sync: int | None
    """The end of the newest covered interval of all, not only of this window."""
    covered_until: int | None
    """The newest covered second inside the window."""
    gaps: tuple[Interval, ...]
    """The uncovered parts that matter, oldest first; empty when fresh."""
    listed_until: int | None = None
    """Until when Intercom was asked, for a window that is partial because all of it is newer than what that
    listing could prove; None for any other."""
    index_lag: int | None = None
    """Seconds that Intercom's index lags, where that is why the recent end is missing; None elsewhere."""
    outdated: Total | None = None
    """How many conversations of a partial window an older version stored, without all that the query asks
    for; None if all is there."""
    kept_since: KeptSince | None = None
    """From when on conversations are kept, for a window that begins before that; None for any other."""

    @property
    def data_complete(self) -> bool:
        return self.state is SyncState.FRESH

    @property
    def unsynced(self) -> tuple[Interval, ...]:
        """The gaps without what is not kept: those that a sync is to close."""
        if self.kept_since is None:
            return self.gaps
        kept = Interval(self.kept_since.second, max(self.window.end, self.kept_since.second))
        return tuple(Coverage(self.gaps).within(kept))

    @property
    def recent_end_missing(self) -> bool:
        gaps = self.unsynced
        return bool(gaps) and (self.covered_until is None or gaps[-1].start > self.covered_until)

    @property
    def sync_helps(self) -> bool:
        """Whether a sync now could close some of the gaps: not what is too new to be proven, or not kept."""
        gaps = self.unsynced
        too_new = self.listed_until is not None or (self.index_lag is not None and len(gaps) == 1)
        return bool(gaps) and not too_new

    @property
    def lacks_only_unkept(self) -> bool:
        """Whether nothing is amiss but that older conversations are not kept: no sync changes that."""
        return self.kept_since is not None and not self.unsynced and self.outdated is None

    @property
    def to_sync(self) -> tuple[Interval, ...]:
        """The windows to sync for a complete answer: the gaps, or all of it when something else is amiss."""
        return self.unsynced or (self.window,)


def assess(
    coverage: Coverage,
    window: Interval,
    tolerance: int = DEFAULT_TOLERANCE,
    listing: LatestListing | None = None,
    index_lag: int | None = None,
    outdated: Total | None = None,
    kept_since: KeptSince | None = None,
) -> Verdict:
    """Judge `window` by `coverage`, the newest `listing` up to the present, the `index_lag` (seconds) that
    was seen, the conversations in it that an older version stored without all that is asked for, and from
    when on conversations are kept.

    Stale when no second of the window is covered, fresh when all of it but the last `tolerance` seconds
    is, partial otherwise. Stale is decided first, so a window shorter than the tolerance that lies wholly
    after the last sync is stale. The exception is a window of which nothing is covered because all of it was
    too new to be proven when Intercom was asked: it is partial, as another sync could do no better. What is
    `outdated` makes a window partial that is not stale. Of a window that begins before `kept_since` the rest
    is judged, and is at best partial; one that lies wholly before it is partial, as no sync brings it.

    Raises `ValueError` when the window ends before it starts or the tolerance is negative.
    """
    if window.start > window.end:
        raise ValueError(f"the window ends ({window.end}) before it starts ({window.start})")
    if tolerance < 0:
        raise ValueError(f"the tolerance must not be negative: {tolerance}")
    if kept_since is not None and window.start < kept_since.second:
        missing: tuple[Interval, ...] = (window,)
        if window.end < kept_since.second:
            partial = SyncState.PARTIAL
            return Verdict(partial, window, coverage.last, None, missing, kept_since=kept_since)
        kept = Interval(kept_since.second, window.end)
        rest = assess(coverage, kept, tolerance, listing, index_lag, outdated)
        if rest.state is not SyncState.STALE:
            missing = tuple(Coverage([(window.start, kept.start - 1), *rest.gaps]))
            rest = replace(rest, state=SyncState.PARTIAL)
        return replace(rest, window=window, gaps=missing, kept_since=kept_since)
    inside = coverage.within(window)
    if not inside:
        if listing is not None and listing.provable_until < window.start <= listing.until:
            lag = index_lag if index_lag is not None and index_lag > tolerance else None
            return Verdict(SyncState.PARTIAL, window, coverage.last, None, (window,), listing.until, lag)
        return Verdict(SyncState.STALE, window, coverage.last, None, (window,))
    required = Interval(window.start, window.end - tolerance)
    gaps = coverage.missing(required) if required.start <= required.end else []
    state = SyncState.PARTIAL if gaps else SyncState.FRESH
    verdict = Verdict(state, window, coverage.last, inside.last, tuple(gaps))
    if index_lag is not None and index_lag > tolerance and _was_asked_for(verdict, listing):
        verdict = replace(verdict, index_lag=index_lag)
    if outdated is not None and outdated.total:
        return replace(verdict, state=SyncState.PARTIAL, outdated=outdated)
    return verdict


def _was_asked_for(verdict: Verdict, listing: LatestListing | None) -> bool:
    """Whether the recent end is missing although the newest listing reached over all of it."""
    return (
        listing is not None
        and verdict.recent_end_missing
        and listing.provable_until < verdict.gaps[-1].start
        and verdict.gaps[-1].end <= listing.until
    )
