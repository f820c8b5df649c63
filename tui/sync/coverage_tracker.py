"""The book-keeping between what was listed, what was fetched and what may be called covered.

A slice that was listed completely waits here until the last of its threads is stored; in the very
transaction that stores it the slice joins the coverage. So the coverage never says more than the store
holds, whenever the process dies. Nothing here touches the network.
"""

from __future__ import annotations

import sqlite3
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
from tui.store.database import Database
from tui.store.ingest import Stored, store_headers, store_threads, tombstone

MAX_ATTEMPTS = 3
"""Fetches of one thread in one run; after that it leaves a hole of a second in the coverage."""


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """A listed range of activity time that waits for its threads; `resolved` is called when it joins."""

    window: Interval
    resolved: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of a batch of fetches, by conversation id, with the activity time each was listed at."""

    threads: Sequence[ConversationRecord]
    gone: Sequence[int]
    failed: Sequence[int]
    listed_at: Iterable[int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one transaction changed."""

    stored: Stored
    deleted: list[int]
    coverage_changed: bool


class CoverageTracker:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._slices: list[Slice] = []

    def begin(self) -> None:
        """A new run tries every pending thread again."""
        with self._database.transaction() as connection:
            forget_attempts(connection)

    def listed(
        self,
        records: Sequence[ConversationRecord],
        window: Interval | None,
        resolved: Callable[[], None],
        *,
        trust_equal: bool = False,
    ) -> Outcome:
        """Store the headers of one answer.

        `window` is the range whose every conversation is among `records` and that is old enough to be
        covered, or None. `resolved` is called once all its threads are stored (perhaps at once).
        """
        added: list[Slice] = []
        with self._database.transaction() as connection:
            stored = store_headers(connection, records, trust_equal=trust_equal)
            holes = {second for _, second in stored.pending}
            if window is not None:
                present = frozenset(r.id for r in records)
                holes |= mark_absent(connection, window, present)
                added.append(Slice(window, resolved))
            before, after = change_coverage(connection, remove=[Interval(s, s) for s in holes])
            joined, grown = self._join(connection, [*added, *self._touched(stored.left)])
        self._settle(added, joined)
        return Outcome(stored, [], before != after or grown)

    def fetched(self, batch: Fetched, now: int) -> Outcome:
        """Store a batch of threads, and let every slice that waited for the last of them join."""
        with self._database.transaction() as connection:
            stored = store_threads(connection, batch.threads)
            deleted = tombstone(connection, batch.gone, now)
            for conversation_id in [*batch.failed, *stored.lagging]:
                note_failed_attempt(connection, conversation_id)
            seconds = {*batch.listed_at, *stored.left, *(r.updated_at for r in batch.threads)}
            joined, grown = self._join(connection, self._touched(seconds))
        self._settle([], joined)
        return Outcome(stored, deleted, grown)

    def deleted(self, ids: Iterable[int], deleted_at: int) -> list[int]:
        """Forget conversations that Intercom says are deleted. Returns those that were alive here."""
        with self._database.transaction() as connection:
            return tombstone(connection, ids, deleted_at)

    def join_the_rest(self) -> bool:
        """At the end of a run: let every slice join that still can. Whether none is left waiting."""
        with self._database.transaction() as connection:
            joined, _ = self._join(connection, self._slices)
        self._settle([], joined)
        return not self._slices

    def _touched(self, seconds: Iterable[int]) -> list[Slice]:
        times = sorted(set(seconds))
        return [
            s
            for s in self._slices
            if (at := bisect_left(times, s.window.start)) < len(times) and times[at] <= s.window.end
        ]

    def _join(self, connection: sqlite3.Connection, slices: Iterable[Slice]) -> tuple[list[Slice], bool]:
        joined, pieces = [], list[Interval]()
        for candidate in slices:
            waiting, given_up = pending_seconds(connection, candidate.window, MAX_ATTEMPTS)
            if not waiting:
                joined.append(candidate)
                pieces += Coverage([candidate.window]) - Coverage((s, s) for s in given_up)
        if not joined:
            return [], False
        before, after = change_coverage(connection, add=pieces)
        return joined, before != after

    def _settle(self, added: Iterable[Slice], joined: Sequence[Slice]) -> None:
        """After the commit: memory follows what the database now says."""
        self._slices = [s for s in (*self._slices, *added) if s not in joined]
        for done in joined:
            done.resolved()
