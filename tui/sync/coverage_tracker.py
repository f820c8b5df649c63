"""Keeps the coverage true to what is stored: a listed slice joins it together with its last thread.

A slice that was listed completely waits here until the last of its threads is stored; in the very
transaction that stores it the slice joins the coverage. So the coverage never claims more than the store
holds, whenever the process dies. Nothing here touches the network.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tui.freshness import Coverage, Interval
from tui.records import ConversationRecord
from tui.store.coverage import (
    change_coverage,
    forget_attempts,
    mark_absent,
    note_failed_attempt,
    pending_seconds,
)
from tui.store.database import Connection, Database
from tui.store.ingest import Stored, store_headers, store_threads, tombstone

MAX_ATTEMPTS = 3
"""Fetches of one thread in one run; after that it leaves a hole of a second in the coverage."""


@dataclass(frozen=True, slots=True, eq=False)
class WaitingSlice:
    """A listed range of activity time whose threads are not all stored yet."""

    window: Interval
    on_covered: Callable[[], None]
    """Called once the slice is part of the coverage."""


@dataclass(frozen=True, slots=True)
class FetchedBatch:
    """The results of some fetches, by conversation id."""

    threads: Sequence[ConversationRecord]
    gone: Sequence[int]
    failed: Sequence[int]
    listed_at: Iterable[int]
    """The activity times (epoch seconds) that the conversations were listed with."""


@dataclass(frozen=True, slots=True)
class StoreResult:
    """What one transaction changed."""

    stored: Stored
    deleted: list[int]
    coverage_changed: bool


class CoverageTracker:
    """Stores what one run lists and fetches. Every method is one transaction and may raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[WaitingSlice] = []

    def reset_attempts(self) -> None:
        """A new run tries every pending thread again."""
        with self._database.transaction() as connection:
            forget_attempts(connection)

    def store_listed(
        self,
        records: Sequence[ConversationRecord],
        window: Interval | None,
        on_covered: Callable[[], None],
        *,
        trust_equal: bool = False,
    ) -> StoreResult:
        """Store the headers of one answer.

        `window` is the range whose every conversation is among `records` and that is old enough to be
        covered, or None. `on_covered` is called once all its threads are stored (perhaps at once).
        """
        added: list[WaitingSlice] = []
        with self._database.transaction() as connection:
            stored = store_headers(connection, records, trust_equal=trust_equal)
            holes = {second for _, second in stored.pending}
            if window is not None:
                present = frozenset(r.id for r in records)
                holes |= mark_absent(connection, window, present)
                added.append(WaitingSlice(window, on_covered))
            before, after = change_coverage(connection, remove=[Interval(s, s) for s in holes])
            covered, grown = self._cover(connection, [*added, *self._waiting_at(stored.left)])
        self._after_commit(added, covered)
        return StoreResult(stored, [], before != after or grown)

    def store_fetched(self, batch: FetchedBatch, now: int) -> StoreResult:
        """Store a batch of threads, and cover every slice that waited for the last of them."""
        with self._database.transaction() as connection:
            stored = store_threads(connection, batch.threads)
            deleted = tombstone(connection, batch.gone, now)
            for conversation_id in [*batch.failed, *stored.lagging]:
                note_failed_attempt(connection, conversation_id)
            seconds = {*batch.listed_at, *stored.left, *(r.updated_at for r in batch.threads)}
            covered, grown = self._cover(connection, self._waiting_at(seconds))
        self._after_commit([], covered)
        return StoreResult(stored, deleted, grown)

    def store_deleted(self, ids: Iterable[int], deleted_at: int) -> list[int]:
        """Forget conversations that Intercom says are deleted. Returns those that were alive here."""
        with self._database.transaction() as connection:
            return tombstone(connection, ids, deleted_at)

    def cover_remaining(self) -> bool:
        """At the end of a run: cover every slice that still can be. Whether none is left waiting."""
        with self._database.transaction() as connection:
            covered, _ = self._cover(connection, self._waiting)
        self._after_commit([], covered)
        return not self._waiting

    def _waiting_at(self, seconds: Iterable[int]) -> list[WaitingSlice]:
        """The waiting slices that contain one of these activity times."""
        times = sorted(set(seconds))
        return [
            s
            for s in self._waiting
            if (at := bisect_left(times, s.window.start)) < len(times) and times[at] <= s.window.end
        ]

    def _cover(
        self, connection: Connection, slices: Iterable[WaitingSlice]
    ) -> tuple[list[WaitingSlice], bool]:
        """Put those of the slices into the coverage that wait for no thread any more.

        Returns them, and whether the coverage grew.
        """
        covered, intervals = [], list[Interval]()
        for candidate in slices:
            waiting, given_up = pending_seconds(connection, candidate.window, MAX_ATTEMPTS)
            if not waiting:
                covered.append(candidate)
                intervals += Coverage([candidate.window]) - Coverage((s, s) for s in given_up)
        if not covered:
            return [], False
        before, after = change_coverage(connection, add=intervals)
        return covered, before != after

    def _after_commit(self, added: Iterable[WaitingSlice], covered: Sequence[WaitingSlice]) -> None:
        """Only now, because a transaction that fails leaves the slices waiting."""
        self._waiting = [s for s in (*self._waiting, *added) if s not in covered]
        for done in covered:
            done.on_covered()
