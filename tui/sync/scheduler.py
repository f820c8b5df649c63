"""Lists ranges and fetches threads until every job of a run is done.

Everything happens on one thread and one event loop. Network calls are tasks; a single scheduler starts them
and stores their results in short transactions, so that the store has one writer.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.clock import from_epoch, to_epoch
from tui.freshness import Interval, Listing
from tui.intercom.errors import BadAnswer, Forbidden, IntercomError, NotFound, Unreachable
from tui.records import ConversationRecord
from tui.store.coverage import count_pending, next_pending, read_coverage
from tui.store.database import Database
from tui.store.listing import write_listing
from tui.store.pending import count_given_up, read_updated_at
from tui.sync.coverage_tracker import MAX_ATTEMPTS, CoverageTracker, FetchedBatch, StoreResult
from tui.sync.events import ConversationsStored, FreshnessChanged, SyncEvent, SyncSummary
from tui.sync.jobs import Priority, SyncJob
from tui.sync.plan import JobState, ListingPlan, ListingRange, wanted_ranges
from tui.sync.progress import ProgressTracker
from tui.sync.slice_lister import SliceLister
from tui.sync.throttle import Throttle

if TYPE_CHECKING:
    from tui.intercom.client import IntercomClient

LISTERS = 4
"""Ranges listed at once."""
FETCHES = 56
"""Threads in flight; with the listers they keep 64 connections busy."""
BATCH = 25
"""Threads per transaction."""
STORE_AFTER = 0.1
"""Seconds that a fetched thread waits for others before it is stored."""
TICK = 0.2
"""Seconds between two checks of the clock: progress, retries that became due."""
COUNT_EVERY = 1.0
"""Seconds between two counts of what is left."""
RETRY_AFTER = 2.0
"""Seconds before a thread is tried again that failed or was answered from a lagging replica."""
MAX_UNREACHABLE = 12
"""Conversations in a row without an answer that end the run: the network is gone, not one conversation."""
MAX_FAILURES = 60
"""Conversations in a row that failed in any way and end the run: more than are in flight at once."""

TakeRequests = Callable[[], tuple[list[SyncJob], list[int]]]
"""Returns the jobs and the ids of the prioritised conversations that came in since its last call."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings a run needs, in seconds."""

    settle: int
    """Nothing newer than this is covered: the search index may lag."""
    overlap: int
    """How much of what is covered is listed again."""
    history: int
    """How far back a job without a range goes."""


class SyncScheduler:
    """Works on jobs until none is left. `take_requests` is called at every step, so that a run also does what
    is requested meanwhile."""

    def __init__(
        self,
        database: Database,
        client: IntercomClient,
        limits: Limits,
        emit: Callable[[SyncEvent], None],
        take_requests: TakeRequests,
        throttle: Throttle,
    ) -> None:
        self._database = database
        self._client = client
        self._limits = limits
        self._emit = emit
        self._take_requests = take_requests
        self._throttle = throttle
        self.tracker = CoverageTracker(database)
        self.progress = ProgressTracker()
        self.counts = {"new": 0, "updated": 0, "unchanged": 0, "deleted": 0}
        self._incomplete = False
        self._lister = SliceLister(client)
        self._plan = ListingPlan()
        self._jobs: list[JobState] = []
        self._prioritised: deque[int] = deque()
        self._listing = 0
        self._in_flight: dict[int, int] = {}
        """Conversations being fetched or waiting to be stored, with the activity time they were listed at."""
        self._retry_at: dict[int, float] = {}
        """When (monotonic seconds) a thread may be fetched again."""
        self._threads: list[ConversationRecord] = []
        self._gone: list[int] = []
        self._failed: list[int] = []
        self._consecutive_failures: dict[int, IntercomError] = {}
        self._stored_at = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._fatal: BaseException | None = None
        self._wake = asyncio.Event()
        self._started = self._client.server_now()
        self._counts_before = self._calls()

    async def execute(self) -> None:
        """Work until nothing is left to do. Raises the `IntercomError` or `StoreError` that ended the run
        early; what was stored stays."""
        self.tracker.reset_attempts()
        ticker = asyncio.create_task(self._tick())
        try:
            while self._step():
                await self._wake.wait()
                self._wake.clear()
            if not self.tracker.cover_remaining():
                self._incomplete = True
        finally:
            ticker.cancel()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(ticker, *self._tasks, return_exceptions=True)
            self._store_fetched()

    def summary(self, error: str = "") -> SyncSummary:
        """What was done so far; `error` says in one line why the run failed."""
        requests, rate_limited, retries = self._calls()
        failed = 0 if error else count_given_up(self._database, MAX_ATTEMPTS)
        complete = not failed and not self._incomplete
        return SyncSummary(
            outcome="failed" if error else "complete" if complete else "partial",
            **self.counts,
            requests=requests - self._counts_before[0],
            rate_limited=rate_limited - self._counts_before[1],
            retries=retries - self._counts_before[2],
            duration=max(0.0, (self._client.server_now() - self._started).total_seconds()),
            failed_threads=failed,
            error=error or self._shortfall(failed),
        )

    def _calls(self) -> tuple[int, int, int]:
        stats = self._client.stats
        return stats.requests, stats.rate_limited, stats.retries

    # --- scheduling ----------------------------------------------------------------------------------

    def _step(self) -> bool:
        """Start what can be started and store what was fetched. False when everything is done."""
        if self._fatal is not None:
            raise self._fatal
        self._plan_new_jobs()
        while self._plan and self._listing < LISTERS:
            self._listing += 1
            self._start(self._list(self._plan.take()))
        self._start_fetches()
        fetched = len(self._threads) + len(self._gone) + len(self._failed)
        due = time.monotonic() - self._stored_at >= STORE_AFTER or fetched >= len(self._in_flight)
        if fetched >= BATCH or (fetched and due):
            self._store_fetched()
            self._start_fetches()
        self.progress.listing_done = not self._listing and not self._plan
        self.progress.phase = "threads" if self.progress.listing_done else "listing"
        self._complete_jobs()
        return bool(self._plan or self._listing or self._in_flight or self._retry_at or self._prioritised)

    def _plan_new_jobs(self) -> None:
        jobs, prioritised = self._take_requests()
        now = to_epoch(self._client.server_now())
        for job in jobs:
            state = JobState(job)
            self._jobs.append(state)
            coverage = read_coverage(self._database)
            if job.requested is None:
                job.range = Interval(now - self._limits.history, now)
                if job.priority is Priority.INCREMENTAL and coverage.last is not None:
                    job.range = Interval(max(job.range.start, coverage.last - self._limits.overlap), now)
            if job.priority is Priority.RECONCILE:
                ranges = list(coverage.within(job.range))
            else:
                ranges = wanted_ranges(coverage, job.range, now - self._limits.settle, self._limits.overlap)
            self._plan.add(state, ranges, now)
        self._prioritised.extend(i for i in prioritised if i not in self._in_flight)

    def _complete_jobs(self) -> None:
        """Complete the jobs that are done while others are not; the last are left to `complete_all_jobs`."""
        if any(not s.complete for s in self._jobs):
            for state in [s for s in self._jobs if s.complete]:
                self._jobs.remove(state)
                state.job.succeed(self.summary())

    def complete_all_jobs(self, summary: SyncSummary) -> None:
        """Complete the remaining jobs, once the run is in the history."""
        for state in self._jobs:
            state.job.succeed(summary)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._task_done)

    def _task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._fatal = self._fatal or error
        self._wake.set()

    async def _tick(self) -> None:
        counted_at = -COUNT_EVERY
        while True:
            now = time.monotonic()
            if now - counted_at >= COUNT_EVERY:
                self.progress.remaining = sum(
                    count_pending(self._database, s.job.range) for s in self._outermost_jobs()
                )
                counted_at = now
            self._retry_at = {i: due for i, due in self._retry_at.items() if due > now}
            self._emit(
                self.progress.snapshot(
                    waiting=self._client.waiting, requests=self._calls()[0] - self._counts_before[0]
                )
            )
            self._wake.set()
            await asyncio.sleep(TICK)

    def _outermost_jobs(self) -> list[JobState]:
        """The jobs whose range is not inside another's, so that nothing is counted twice."""
        outermost: list[JobState] = []
        for state in sorted(self._jobs, key=lambda s: s.job.range.start - s.job.range.end):
            if not any(other.job.range.contains(state.job.range) for other in outermost):
                outermost.append(state)
        return outermost

    # --- listing -------------------------------------------------------------------------------------

    async def _list(self, listing: ListingRange) -> None:
        asked_at = to_epoch(self._client.server_now())
        provable_until, complete = asked_at - max(self._limits.settle, 1), True
        async for found in self._lister.slices(listing.window):
            await self._throttle.wait()
            # Nothing is claimed of the time that the search index may still lag behind.
            window = found.window
            self._incomplete = self._incomplete or found.gave_up
            complete = complete and not found.gave_up
            if window is not None:
                now = asked_at if found.answered_at is None else min(asked_at, to_epoch(found.answered_at))
                provable_until = min(provable_until, now - max(self._limits.settle, 1))
                window = window.intersect(Interval(0, now - max(self._limits.settle, 1)))
            if window is not None:
                listing.state.open_slices += 1
            result = self.tracker.store_listed(
                found.conversations,
                window,
                listing.state.slice_covered,
                trust_equal=listing.trust_equal,
            )
            pending = {i for i, _ in result.stored.pending}
            self.counts["unchanged"] += sum(i not in pending for i in result.stored.unchanged)
            self._report(result)
            self._wake.set()
        if complete and listing.window.end > provable_until:
            with self._database.transaction():
                write_listing(self._database, Listing(listing.window.end, provable_until))
        listing.state.to_list -= 1
        self._listing -= 1

    # --- threads -------------------------------------------------------------------------------------

    def _start_fetches(self) -> None:
        while self._prioritised:
            conversation_id = self._prioritised.popleft()
            if conversation_id not in self._in_flight:
                updated_at = read_updated_at(self._database, conversation_id) or 0
                self._begin_fetch(conversation_id, updated_at, urgent=True)
        room = FETCHES - len(self._in_flight)
        if room < FETCHES // 4 and len(self._in_flight) > 1:
            return  # ask the database for many at a time
        for state in sorted(self._jobs, key=lambda s: s.job.priority):
            if room <= 0:
                return
            skipped = self._in_flight.keys() | self._retry_at.keys()
            for conversation_id, listed_at in next_pending(
                self._database, state.job.range, limit=room + len(skipped), max_attempts=MAX_ATTEMPTS
            ):
                if room > 0 and conversation_id not in skipped:
                    self._begin_fetch(conversation_id, listed_at)
                    room -= 1

    def _begin_fetch(self, conversation_id: int, listed_at: int, *, urgent: bool = False) -> None:
        self._in_flight[conversation_id] = listed_at
        self._start(self._fetch(conversation_id, urgent=urgent))

    async def _fetch(self, conversation_id: int, *, urgent: bool) -> None:
        if not urgent:
            await self._throttle.wait()
        try:
            asked_at = to_epoch(self._client.server_now())
            record = await self._client.conversation(conversation_id, asked_at=asked_at, urgent=urgent)
        except NotFound:
            self._gone.append(conversation_id)
        except (Unreachable, BadAnswer, Forbidden) as error:
            self._failed.append(conversation_id)
            self._consecutive_failures[conversation_id] = error
            unreachable = sum(isinstance(e, Unreachable) for e in self._consecutive_failures.values())
            if unreachable >= MAX_UNREACHABLE or len(self._consecutive_failures) >= MAX_FAILURES:
                raise
            return
        else:
            self._threads.append(record)
        self._consecutive_failures.clear()

    def _store_fetched(self) -> None:
        threads, gone, failed = self._threads, self._gone, self._failed
        if not (threads or gone or failed):
            return
        self._threads, self._gone, self._failed = [], [], []
        ids = [*(r.id for r in threads), *gone, *failed]
        batch = FetchedBatch(threads, gone, failed, [self._in_flight[i] for i in ids])
        result = self.tracker.store_fetched(batch, to_epoch(self._client.server_now()))
        self._stored_at = time.monotonic()
        again = [i for i, _ in result.stored.pending]
        for i in ids:
            del self._in_flight[i]
        for i in (*failed, *again):
            self._retry_at[i] = self._stored_at + RETRY_AFTER
        fetched = len(ids) - len(failed) - len(again)
        self.progress.done += fetched
        self.progress.remaining = max(0, self.progress.remaining - fetched)
        self.counts["new"] += len(result.stored.new)
        self.counts["updated"] += len(result.stored.updated)
        self.report_deleted(result.deleted)
        self._report(result)

    def report_deleted(self, ids: list[int]) -> None:
        """Count conversations that were deleted here, and emit the event."""
        self.counts["deleted"] += len(ids)
        if ids:
            self._emit(ConversationsStored(tuple(ids)))

    def _report(self, result: StoreResult) -> None:
        if changed := result.stored.changed:
            self._emit(ConversationsStored(tuple(changed)))
        if result.coverage_changed:
            last = read_coverage(self._database).last
            self._emit(FreshnessChanged(None if last is None else from_epoch(last)))

    def _shortfall(self, failed: int) -> str:
        if failed:
            return f"{failed} conversations could not be fetched; the next sync tries them again"
        return "a part of the range could not be listed completely" if self._incomplete else ""
