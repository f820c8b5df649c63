"""One run of the engine: lists what is wanted, fetches threads, until nothing is left to do.

Everything happens on one thread and one event loop. Network calls are tasks; a single scheduler starts them
and writes what they bring, in short transactions, so that the store has one writer.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.clock import from_epoch, to_epoch
from tui.freshness import Interval
from tui.intercom.errors import BadAnswer, Forbidden, IntercomError, NotFound, Unreachable
from tui.records import ConversationRecord
from tui.store.coverage import count_pending, next_pending, read_coverage
from tui.store.database import Database
from tui.sync.coverage_tracker import MAX_ATTEMPTS, CoverageTracker, Fetched, Outcome
from tui.sync.events import ConversationsStored, FreshnessChanged, SyncEvent, SyncSummary
from tui.sync.jobs import Priority, SyncJob
from tui.sync.plan import JobState, Piece, Plan, wanted_ranges
from tui.sync.progress import Meter
from tui.sync.slice_lister import SliceLister
from tui.sync.throttle import Throttle

if TYPE_CHECKING:
    from tui.intercom.client import IntercomClient

LISTERS = 4
FETCHES = 56
"""Threads in flight; with the listers they keep 64 connections busy."""
BATCH = 25
"""Threads per transaction."""
FLUSH_AFTER = 0.1
"""Seconds that a fetched thread waits for others before it is stored."""
TICK = 0.2
"""Seconds between two looks at the clock: progress, retries that became due."""
COUNT_EVERY = 1.0
"""Seconds between two counts of what is left."""
RETRY_AFTER = 2.0
"""Seconds before a thread is tried again that failed or was answered from a lagging replica."""
UNREACHABLE_IN_A_ROW = 12
"""Conversations in a row that could not be reached: the network is gone, not one conversation."""
FAILURES_IN_A_ROW = 60
"""Conversations in a row that failed in any way, more than are in flight at once: so does everything."""


Intake = Callable[[], tuple[list[SyncJob], list[int]]]
"""Gives the jobs and the opened conversations that came in since it was asked last."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings a run needs, in seconds."""

    settle: int
    overlap: int
    history: int


class SyncScheduler:
    """Runs jobs until none is left. `intake` is asked for new jobs and urgent ids at every turn."""

    def __init__(
        self,
        database: Database,
        client: IntercomClient,
        limits: Limits,
        emit: Callable[[SyncEvent], None],
        intake: Intake,
        throttle: Throttle,
    ) -> None:
        self._database = database
        self._client = client
        self._limits = limits
        self._emit = emit
        self._intake = intake
        self._throttle = throttle
        self.tracker = CoverageTracker(database)
        self.meter = Meter()
        self.counts = {"new": 0, "updated": 0, "unchanged": 0, "deleted": 0}
        self._incomplete = False
        self._lister = SliceLister(client)
        self._plan = Plan()
        self._jobs: list[JobState] = []
        self._urgent: deque[int] = deque()
        self._listing = 0
        self._inflight: dict[int, int] = {}
        self._later: dict[int, float] = {}
        self._threads: list[ConversationRecord] = []
        self._gone: list[int] = []
        self._failed: list[int] = []
        self._failing: dict[int, IntercomError] = {}
        self._flushed_at = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._fatal: BaseException | None = None
        self._wake = asyncio.Event()
        self._started = self._client.server_now()
        self._calls_before = self._calls()

    async def execute(self) -> None:
        """Work until there is nothing left. Raises what made going on impossible; what was stored stays."""
        self.tracker.begin()
        ticker = asyncio.create_task(self._tick())
        try:
            while self._turn():
                await self._wake.wait()
                self._wake.clear()
            if not self.tracker.join_the_rest():
                self._incomplete = True
        finally:
            ticker.cancel()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(ticker, *self._tasks, return_exceptions=True)
            self._flush()

    def summary(self, outcome_error: str = "") -> SyncSummary:
        requests, rate_limited, retries = self._calls()
        failed = self._given_up() if not outcome_error else 0
        complete = not failed and not self._incomplete
        return SyncSummary(
            outcome="failed" if outcome_error else "complete" if complete else "partial",
            **self.counts,
            requests=requests - self._calls_before[0],
            rate_limited=rate_limited - self._calls_before[1],
            retries=retries - self._calls_before[2],
            duration=max(0.0, (self._client.server_now() - self._started).total_seconds()),
            failed_threads=failed,
            error=outcome_error or self._shortfall(failed),
        )

    def _calls(self) -> tuple[int, int, int]:
        stats = self._client.stats
        return stats.requests, stats.rate_limited, stats.retries

    # --- the scheduler -------------------------------------------------------------------------------

    def _turn(self) -> bool:
        """Start and store whatever can be; False when everything is done."""
        if self._fatal is not None:
            raise self._fatal
        self._accept()
        while self._plan and self._listing < LISTERS:
            self._listing += 1
            self._start(self._list(self._plan.take()))
        self._start_fetches()
        fetched = len(self._threads) + len(self._gone) + len(self._failed)
        due = time.monotonic() - self._flushed_at >= FLUSH_AFTER or fetched >= len(self._inflight)
        if fetched >= BATCH or (fetched and due):
            self._flush()
            self._start_fetches()
        self.meter.listing_done = not self._listing and not self._plan
        self.meter.phase = "threads" if self.meter.listing_done else "listing"
        self._complete_jobs()
        return bool(self._plan or self._listing or self._inflight or self._later or self._urgent)

    def _accept(self) -> None:
        jobs, urgent = self._intake()
        now = to_epoch(self._client.server_now())
        for job in jobs:
            state = JobState(job)
            self._jobs.append(state)
            coverage = read_coverage(self._database)
            if job.asked is None:
                job.range = Interval(now - self._limits.history, now)
                if job.priority is Priority.INCREMENTAL and coverage.last is not None:
                    job.range = Interval(max(job.range.start, coverage.last - self._limits.overlap), now)
            if job.priority is Priority.RECONCILE:
                ranges = list(coverage.within(job.range))
            else:
                ranges = wanted_ranges(coverage, job.range, now - self._limits.settle, self._limits.overlap)
            self._plan.add(state, ranges, now)
        self._urgent.extend(i for i in urgent if i not in self._inflight)

    def _complete_jobs(self) -> None:
        """Let those go on whose range is done while others are not; the last ones wait for `end_jobs`."""
        if any(not s.complete for s in self._jobs):
            for state in [s for s in self._jobs if s.complete]:
                self._jobs.remove(state)
                state.job.succeed(self.summary())

    def end_jobs(self, summary: SyncSummary) -> None:
        """The run is over and on record."""
        for state in self._jobs:
            state.job.succeed(summary)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._fatal = self._fatal or error
        self._wake.set()

    async def _tick(self) -> None:
        counted_at = -COUNT_EVERY
        while True:
            now = time.monotonic()
            if now - counted_at >= COUNT_EVERY:
                self.meter.remaining = sum(count_pending(self._database, s.job.range) for s in self._widest())
                counted_at = now
            self._later = {i: due for i, due in self._later.items() if due > now}
            self._emit(
                self.meter.snapshot(
                    waiting=self._client.waiting, requests=self._calls()[0] - self._calls_before[0]
                )
            )
            self._wake.set()
            await asyncio.sleep(TICK)

    def _widest(self) -> list[JobState]:
        """The jobs whose range is not inside another's, so that nothing is counted twice."""
        widest: list[JobState] = []
        for state in sorted(self._jobs, key=lambda s: s.job.range.start - s.job.range.end):
            if not any(w.job.range.contains(state.job.range) for w in widest):
                widest.append(state)
        return widest

    # --- listing -------------------------------------------------------------------------------------

    async def _list(self, piece: Piece) -> None:
        asked_at = to_epoch(self._client.server_now())
        async for found in self._lister.slices(piece.window):
            await self._throttle.turn()
            # What the index may still lack, and what a later answer may contradict, is not claimed.
            window = found.window
            self._incomplete = self._incomplete or found.gave_up
            if window is not None:
                now = asked_at if found.answered_at is None else min(asked_at, to_epoch(found.answered_at))
                window = window.intersect(Interval(0, now - max(self._limits.settle, 1)))
            if window is not None:
                piece.state.open_slices += 1
            outcome = self.tracker.listed(
                found.conversations,
                window,
                lambda: _resolve(piece.state),
                trust_equal=piece.trust_equal,
            )
            pending = {i for i, _ in outcome.stored.pending}
            self.counts["unchanged"] += sum(i not in pending for i in outcome.stored.unchanged)
            self._report(outcome)
            self._wake.set()
        piece.state.to_list -= 1
        self._listing -= 1

    # --- threads -------------------------------------------------------------------------------------

    def _start_fetches(self) -> None:
        while self._urgent:
            conversation_id = self._urgent.popleft()
            if conversation_id not in self._inflight:
                self._begin_fetch(conversation_id, self._listed_at(conversation_id), urgent=True)
        room = FETCHES - len(self._inflight)
        if room < FETCHES // 4 and len(self._inflight) > 1:
            return  # ask the database for many at a time
        for state in sorted(self._jobs, key=lambda s: s.job.priority):
            if room <= 0:
                return
            skip = len(self._inflight) + len(self._later)
            for conversation_id, listed_at in next_pending(
                self._database, state.job.range, limit=room + skip, max_attempts=MAX_ATTEMPTS
            ):
                if room > 0 and conversation_id not in self._inflight and conversation_id not in self._later:
                    self._begin_fetch(conversation_id, listed_at)
                    room -= 1

    def _listed_at(self, conversation_id: int) -> int:
        rows = self._database.all("SELECT updated_at FROM conversation WHERE id = ?", (conversation_id,))
        return int(rows[0][0]) if rows else 0

    def _begin_fetch(self, conversation_id: int, listed_at: int, *, urgent: bool = False) -> None:
        self._inflight[conversation_id] = listed_at
        self._start(self._fetch(conversation_id, urgent=urgent))

    async def _fetch(self, conversation_id: int, *, urgent: bool) -> None:
        if not urgent:
            await self._throttle.turn()
        try:
            record = await self._client.conversation(conversation_id, urgent=urgent)
        except NotFound:
            self._gone.append(conversation_id)
        except (Unreachable, BadAnswer, Forbidden) as error:
            self._failed.append(conversation_id)
            self._failing[conversation_id] = error
            unreachable = sum(isinstance(e, Unreachable) for e in self._failing.values())
            if unreachable >= UNREACHABLE_IN_A_ROW or len(self._failing) >= FAILURES_IN_A_ROW:
                raise
            return
        else:
            self._threads.append(record)
        self._failing.clear()

    def _flush(self) -> None:
        """Store what was fetched."""
        threads, gone, failed = self._threads, self._gone, self._failed
        if not (threads or gone or failed):
            return
        self._threads, self._gone, self._failed = [], [], []
        ids = [*(r.id for r in threads), *gone, *failed]
        batch = Fetched(threads, gone, failed, [self._inflight[i] for i in ids])
        outcome = self.tracker.fetched(batch, to_epoch(self._client.server_now()))
        self._flushed_at = time.monotonic()
        again = [i for i, _ in outcome.stored.pending]
        for i in ids:
            del self._inflight[i]
        for i in (*failed, *again):
            self._later[i] = self._flushed_at + RETRY_AFTER
        fetched = len(ids) - len(failed) - len(again)
        self.meter.done += fetched
        self.meter.remaining = max(0, self.meter.remaining - fetched)
        self.counts["new"] += len(outcome.stored.new)
        self.counts["updated"] += len(outcome.stored.updated)
        self.note_deleted(outcome.deleted)
        self._report(outcome)

    def note_deleted(self, ids: list[int]) -> None:
        self.counts["deleted"] += len(ids)
        if ids:
            self._emit(ConversationsStored(tuple(ids)))

    def _report(self, outcome: Outcome) -> None:
        if changed := outcome.stored.changed:
            self._emit(ConversationsStored(tuple(changed)))
        if outcome.coverage_changed:
            last = read_coverage(self._database).last
            self._emit(FreshnessChanged(None if last is None else from_epoch(last)))

    def _given_up(self) -> int:
        return int(
            self._database.one(
                "SELECT count(*) FROM conversation WHERE thread_updated_at < updated_at"
                " AND deleted_at IS NULL AND thread_attempts >= ?",
                (MAX_ATTEMPTS,),
            )[0]
        )

    def _shortfall(self, failed: int) -> str:
        if failed:
            return f"{failed} conversations could not be fetched; the next sync tries them again"
        return "a part of the range could not be listed completely" if self._incomplete else ""


def _resolve(state: JobState) -> None:
    state.open_slices -= 1
