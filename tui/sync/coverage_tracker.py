"""Keeps the coverage true to what is stored: a listed slice joins it together with its last thread.

A slice that was listed completely waits here until the last of its threads is stored; in the very
transaction that stores it the slice joins the coverage. So the coverage never claims more than the store
holds, whenever the process dies. Nothing here touches the network.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tui.domain import ConversationProblem
from tui.freshness import Coverage, Interval
from tui.records import ConversationRecord, UnreadableItem
from tui.store.coverage import (
    change_coverage,
    forget_attempts,
    given_up,
    mark_absent,
    mark_missing,
    note_failed_attempt,
    pending_seconds,
)
from tui.store.database import Connection, Database
from tui.store.ingest import Stored, store_headers, store_threads, store_written, tombstone
from tui.store.pending import read_updated_at
from tui.store.problems import (
    ProblemKind,
    confirmed_missing,
    forget_headers,
    forget_problems,
    note_problem,
    problems_not_due,
)

MAX_ATTEMPTS = 3
"""Fetches of one thread in one run; after that it leaves a hole of a second in the coverage."""
NO_ID = "(no id)"
LAGGING = "an older version of it was answered than the search listed"
MISSING = "Intercom lists it, or did, and answers that it does not exist (404)"


@dataclass(frozen=True, slots=True)
class Claim:
    """A range of activity time that was listed completely, and what was in it."""

    window: Interval
    present: frozenset[int]
    """The ids of all conversations listed in it."""
    unreadable: tuple[UnreadableItem, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class WaitingSlice:
    """A claim whose threads are not all stored yet."""

    window: Interval
    holes: Coverage
    """What of it cannot be claimed, because an entry of the list could not be read."""
    on_covered: Callable[[], None]
    """Called once the slice is part of the coverage."""


@dataclass(frozen=True, slots=True)
class FetchedBatch:
    """The results of some fetches, by conversation id."""

    threads: Sequence[ConversationRecord]
    missing: Sequence[int]
    """Answered with 404."""
    failed: Mapping[int, str]
    """Why each of these could not be fetched."""
    listed_at: Iterable[int]
    """The activity times (epoch seconds) that the conversations were listed with."""


@dataclass(frozen=True, slots=True)
class StoreResult:
    """What one transaction changed."""

    stored: Stored
    coverage_changed: bool


class CoverageTracker:
    """Stores what one run lists and fetches. Every method is one transaction and may raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[WaitingSlice] = []
        self.problems: dict[str, ConversationProblem] = {}
        """What this run could not read, or leaves for a later one, by conversation id."""
        self.met: set[str] = set()
        """Ids that this run failed to read itself; the other `problems` were known and are not due yet."""
        self.missing: dict[int, int] = {}
        """Conversations that this run gave up on because of a 404, with their activity times."""
        self.newly_missing = 0
        """How many of them no run before had met so."""

    def reset_attempts(self, now: int) -> None:
        """A new run tries every pending thread again that is due; `now` is the server's time."""
        with self._database.transaction() as connection:
            forget_attempts(connection, now)
        self.problems = {p.id: p for p in problems_not_due(self._database, now)}

    def store_listed(
        self,
        records: Sequence[ConversationRecord],
        unreadable: Sequence[UnreadableItem],
        now: int,
        *,
        compare: bool = False,
    ) -> StoreResult:
        """Store the headers of one answer; nothing is claimed by that."""
        with self._database.transaction() as connection:
            stored = store_headers(connection, records, compare=compare)
            for item in unreadable:
                if item.updated_at is not None:
                    self._note(
                        connection,
                        ProblemKind.HEADER,
                        item.id or NO_ID,
                        item.updated_at,
                        item.problem,
                        now,
                    )
            holes = {second for _, second in stored.pending} | {
                item.updated_at for item in unreadable if item.updated_at is not None
            }
            before, after = change_coverage(connection, remove=[Interval(s, s) for s in holes])
            _, grown = self._cover(connection, self._waiting_at(stored.left))
        return StoreResult(stored, before != after or grown)

    def store_written(self, connection: Connection, record: ConversationRecord) -> None:
        """Store the answer to a write, in a transaction of the caller; its conversation is to be fetched."""
        store_written(connection, record)
        change_coverage(connection, remove=[Interval(record.updated_at, record.updated_at)])

    def claim(self, claims: Iterable[Claim], on_covered: Callable[[], None], now: int) -> bool:
        """Cover ranges that were listed completely, each as soon as its threads are stored.

        `on_covered` is called for each of them then (perhaps at once). Returns whether the coverage changed.
        """
        added: list[WaitingSlice] = []
        absent: set[int] = set()
        with self._database.transaction() as connection:
            for claim in claims:
                absent |= mark_absent(connection, claim.window, claim.present, now)
                forget_headers(connection, claim.window, [item.id or NO_ID for item in claim.unreadable])
                holes = Coverage(
                    (item.updated_at, item.updated_at)
                    for item in claim.unreadable
                    if item.updated_at is not None
                )
                added.append(WaitingSlice(claim.window, holes, on_covered))
            before, after = change_coverage(connection, remove=[Interval(s, s) for s in absent])
            covered, grown = self._cover(connection, added)
        self._after_commit(added, covered)
        return before != after or grown

    def store_fetched(self, batch: FetchedBatch, now: int) -> StoreResult:
        """Store a batch of threads, and cover every slice that waited for the last of them."""
        with self._database.transaction() as connection:
            stored = store_threads(connection, batch.threads, now)
            failed = dict(batch.failed)
            failed.update(dict.fromkeys(stored.lagging, LAGGING))
            failed.update((r.id, r.problem) for r in batch.threads if r.problem)
            again = {i for i, _ in stored.pending}
            read = [r.id for r in batch.threads if r.id not in again]
            forget_problems(connection, read)
            for conversation_id in read:
                self.problems.pop(str(conversation_id), None)
            for conversation_id, problem in failed.items():
                note_failed_attempt(connection, conversation_id)
                second = given_up(connection, conversation_id, MAX_ATTEMPTS)
                if second is not None:
                    self._note(connection, ProblemKind.THREAD, str(conversation_id), second, problem, now)
            for conversation_id in batch.missing:
                mark_missing(connection, conversation_id)
                second = given_up(connection, conversation_id, MAX_ATTEMPTS)
                if second is not None:
                    self.missing[conversation_id] = second
                    name = str(conversation_id)
                    self.newly_missing += self._note(
                        connection, ProblemKind.MISSING, name, second, MISSING, now
                    )
            gone = [read_updated_at(self._database, i) for i in batch.missing]
            before, after = change_coverage(
                connection, remove=[Interval(s, s) for s in gone if s is not None]
            )
            seconds = {*batch.listed_at, *stored.left, *(r.updated_at for r in batch.threads)}
            covered, grown = self._cover(connection, self._waiting_at(seconds))
        self._after_commit([], covered)
        return StoreResult(stored, before != after or grown)

    def _note(
        self, connection: Connection, kind: ProblemKind, name: str, second: int, problem: str, now: int
    ) -> bool:
        """Store a problem, once in a run. Returns whether no run before had met it."""
        self.problems[name] = ConversationProblem(name, problem)
        if name in self.met:
            return False
        self.met.add(name)
        return note_problem(connection, kind, name, second, problem, now)

    def store_deleted(self, ids: Iterable[int], deleted_at: int) -> list[int]:
        """Forget conversations that Intercom says are deleted. Returns those that were alive here."""
        with self._database.transaction() as connection:
            deleted = tombstone(connection, ids, deleted_at)
        self._forget(deleted)
        return deleted

    def delete_confirmed(self, now: int, plausible: int) -> list[int]:
        """Forget conversations that Intercom denies (404) and whose absence a later listing confirms too.

        More than `plausible` are believed only after a week."""
        with self._database.transaction() as connection:
            deleted = tombstone(connection, confirmed_missing(connection, self.missing, plausible), now)
        self._forget(deleted)
        return deleted

    def _forget(self, deleted: Iterable[int]) -> None:
        for conversation_id in deleted:
            self.missing.pop(conversation_id, None)
            self.problems.pop(str(conversation_id), None)

    def cover_remaining(self) -> bool:
        """At the end of a run: cover every slice that still can be. Whether none is left waiting."""
        with self._database.transaction() as connection:
            covered, _ = self._cover(connection, self._waiting, at_the_end=True)
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
        self, connection: Connection, slices: Iterable[WaitingSlice], *, at_the_end: bool = False
    ) -> tuple[list[WaitingSlice], bool]:
        """Put those of the slices into the coverage that wait for no thread any more.

        Those with a conversation that was answered with 404 wait for the end of the run, when the list of
        deletions may have explained it. Returns the covered ones, and whether the coverage grew.
        """
        denied = set() if at_the_end else set(self.missing.values())
        covered, intervals = [], list[Interval]()
        for candidate in slices:
            waiting, unread = pending_seconds(connection, candidate.window, MAX_ATTEMPTS)
            if not waiting and denied.isdisjoint(unread):
                covered.append(candidate)
                whole = Coverage([candidate.window]) - candidate.holes
                intervals += whole - Coverage((s, s) for s in unread)
        if not covered:
            return [], False
        before, after = change_coverage(connection, add=intervals)
        return covered, before != after

    def _after_commit(self, added: Iterable[WaitingSlice], covered: Sequence[WaitingSlice]) -> None:
        """Only now, because a transaction that fails leaves the slices waiting."""
        self._waiting = [s for s in (*self._waiting, *added) if s not in covered]
        for done in covered:
            done.on_covered()
