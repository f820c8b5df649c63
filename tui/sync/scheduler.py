"""Lists ranges and fetches threads until every job of a run is done.

Everything happens on one thread and one event loop. Network calls are tasks; a single scheduler starts them
and stores their results in short transactions, so that the store has one writer.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.domain import ConversationProblem
from tui.formatting import counted
from tui.freshness import Coverage, Interval, LatestListing
from tui.intercom.decode import FINAL_AFTER
from tui.intercom.errors import BadAnswer, Forbidden, IntercomError, NotFound, Unreachable
from tui.records import ConversationRecord, UnreadableItem
from tui.store.coverage import count_pending, last_sync, next_pending, read_believed_coverage, to_check
from tui.store.database import Database
from tui.store.outdated import next_outdated
from tui.store.pending import read_updated_at
from tui.store.problems import unreadable_seconds
from tui.store.purge import history_start, read_kept_since
from tui.store.stats import count_conversations
from tui.sync.coverage_tracker import MAX_ATTEMPTS, Claim, CoverageTracker, FetchedBatch
from tui.sync.events import ConversationsStored, FreshnessChanged, SyncEvent, SyncSummary
from tui.sync.index_lag import IndexLag
from tui.sync.jobs import Priority, SyncJob
from tui.sync.lease import publish_progress
from tui.sync.plan import JobState, ListingPlan, ListingRange, kept_part, wanted_ranges
from tui.sync.progress import ProgressTracker
from tui.sync.range_check import RangeCheck
from tui.sync.run_clock import RunClock
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
CLAIMS = 100
"""Slices per transaction."""
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
MIN_SETTLE = FINAL_AFTER + 1
"""Seconds before now of which nothing is ever claimed: a thread fetched later than that is final."""
PLAUSIBLE_LOSS = 5
"""Conversations that may be answered with 404 for the first time in one run, or a twentieth of all if that is
more."""
CHECKS = 5
"""Complete threads read again at once."""
CHECK_SHARE = 0.1
"""Share of the rate limit that is spent on that."""
MAX_CHECK_TIME = 3600
"""Seconds of that share that a run may use up at most, however long ago the last one was."""
REREADS = 16
"""Threads of an older decoder read again at once."""
REREAD_SHARE = 0.2
"""Share of the time since the last run, and of the rate limit, that is spent on that."""
MAX_REREAD_TIME = 120
"""Seconds that a run spends on it at most, however long ago the last one was."""

TakeRequests = Callable[[], tuple[list[SyncJob], list[int]]]
"""Returns the jobs and the ids of the prioritised conversations that came in since its last call."""


@dataclass(frozen=True, slots=True)
class SeenSlice:
    """What is kept of a `ListedSlice` whose headers are stored, until it is claimed."""

    window: Interval | None
    times: dict[int, int]
    """Activity time by conversation id; entries that cannot be read are in it if they have a number."""
    unreadable: tuple[UnreadableItem, ...]
    gave_up: bool

    def ids_within(self, window: Interval) -> Iterator[int]:
        return (i for i, second in self.times.items() if window.start <= second <= window.end)


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings a run needs, in seconds."""

    settle: int
    """Nothing newer than this is covered: the search index may lag."""
    overlap: int
    """How much of what is covered is listed again."""
    history: int
    """How far back a job without a range goes."""
    retention: str = ""
    """The setting: how long conversations are kept; empty: for ever."""


class SyncScheduler:
    """Works on jobs until none is left. `take_requests` is called at every step, so that a run also does what
    is requested meanwhile."""

    def __init__(
        self,
        database: Database,
        client: IntercomClient,
        limits: Limits,
        clock: RunClock,
        emit: Callable[[SyncEvent], None],
        take_requests: TakeRequests,
        throttle: Throttle,
    ) -> None:
        self._database = database
        self._client = client
        self._limits = limits
        self._clock = clock
        self._emit = emit
        self._take_requests = take_requests
        self._throttle = throttle
        self.tracker = CoverageTracker(database)
        self.progress = ProgressTracker()
        self.counts = {"new": 0, "updated": 0, "unchanged": 0, "deleted": 0}
        self.newest_listed = 0
        """The newest activity time (epoch seconds) in any listing of this run."""
        self._lag = IndexLag(database, clock.now())
        self._incomplete = False
        self._lister = SliceLister(client)
        self._check = RangeCheck(client, self._lister)
        self._agreements: dict[Interval, asyncio.Task[bool]] = {}
        """Whether the parts of a range hold as many conversations as the whole."""
        self._plan = ListingPlan()
        self._jobs: list[JobState] = []
        self._prioritised: deque[int] = deque()
        self._to_check: deque[tuple[int, int]] = deque()
        self._outdated: deque[tuple[int, int]] = deque()
        self._reread_time = 0.0
        self._reread_until: float | None = None
        """When (monotonic seconds) no more of them are begun; None before the first."""
        self._listing = 0
        self._in_flight: dict[int, int] = {}
        """Conversations being fetched or waiting to be stored, with the activity time they were listed at."""
        self._read_again: set[int] = set()
        """Those of them whose thread is stored already: they are no part of the progress."""
        self._retry_at: dict[int, float] = {}
        """When (monotonic seconds) a thread may be fetched again."""
        self._unsettled: set[int] = set()
        """Conversations that changed just before they were fetched: the next run fetches them once more."""
        self._threads: list[ConversationRecord] = []
        self._missing: list[int] = []
        self._failed: dict[int, str] = {}
        self._consecutive_failures: dict[int, IntercomError] = {}
        self._stored_at = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._fatal: BaseException | None = None
        self._wake = asyncio.Event()
        self._began = time.monotonic()
        self._counts_before = self._calls()
        self._held_before = self._client.held

    async def execute(self) -> None:
        """Work until nothing is left to do. Raises the `IntercomError` or `StoreError` that ended the run
        early; what was stored stays."""
        self.tracker.reset_attempts(self._clock.now())
        ticker = asyncio.create_task(self._tick())
        ticker.add_done_callback(self._task_done)
        try:
            while self._step():
                await self._wake.wait()
                self._wake.clear()
            self._raise_fatal()  # the last step may have found a reason to stop
        finally:
            ticker.cancel()
            pending = [ticker, *self._tasks, *self._agreements.values()]
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)
            self._agreements.clear()
            self._store_fetched()

    def finish(self) -> None:
        """After the last `execute`: take conversations as deleted whose absence is confirmed, and cover what
        can be."""
        self.report_deleted(self.tracker.delete_confirmed(self._clock.now(), self._plausible_loss()))
        if not self.tracker.cover_remaining():
            self._incomplete = True

    def check_again(self, seconds: float) -> None:
        """Have the next `execute` read complete threads again: those that are due, within the share of the
        rate limit that belongs to so many seconds."""
        allowed = int(self._client.calls_per_second * CHECK_SHARE * min(seconds, MAX_CHECK_TIME))
        self._to_check.extend(to_check(self._database, self._clock.now(), allowed))

    def reread_outdated(self, seconds: float) -> None:
        """Have the next `execute` read again what an older decoder stored, the newest first, for a share of
        so many seconds. The coverage stays as it is; what is left waits for the next run."""
        self._reread_time = min(seconds * REREAD_SHARE, MAX_REREAD_TIME)
        allowed = int(self._client.calls_per_second * self._reread_time)
        self._outdated.extend(next_outdated(self._database, allowed))

    def summary(self, error: str = "") -> SyncSummary:
        """What was done so far; `error` says in one line why the run failed."""
        requests, rate_limited, retries = self._calls()
        problems = tuple(self.tracker.problems.values())
        complete = not problems and not self._incomplete
        return SyncSummary(
            outcome="failed" if error else "complete" if complete else "partial",
            new=self.counts["new"],
            updated=self.counts["updated"],
            unchanged=self.counts["unchanged"],
            deleted=self.counts["deleted"],
            requests=requests - self._counts_before[0],
            rate_limited=rate_limited - self._counts_before[1],
            retries=retries - self._counts_before[2],
            duration=time.monotonic() - self._began,
            held=self._client.held - self._held_before,
            problems=problems,
            error=error or self._shortfall(problems),
        )

    def _calls(self) -> tuple[int, int, int]:
        stats = self._client.stats
        return stats.requests, stats.rate_limited, stats.retries

    # --- scheduling ----------------------------------------------------------------------------------

    def _step(self) -> bool:
        """Start what can be started and store what was fetched. False when everything is done."""
        self._raise_fatal()
        self._plan_new_jobs()
        while self._plan and self._listing < LISTERS:
            self._listing += 1
            self._start(self._list(self._plan.take()))
        self._start_fetches()
        self._start_checks()
        fetched = len(self._threads) + len(self._missing) + len(self._failed)
        due = time.monotonic() - self._stored_at >= STORE_AFTER or fetched >= len(self._in_flight)
        if fetched >= BATCH or (fetched and due):
            self._store_fetched()
            self._start_fetches()
        self.progress.listing_done = not self._listing and not self._plan
        self.progress.phase = "listing"
        if self.progress.listing_done:
            reads_again = self._read_again or self._to_check or self._outdated
            only_again = not self._retry_at and self._in_flight.keys() <= self._read_again
            self.progress.phase = "finishing" if reads_again and only_again else "threads"
        self._complete_jobs()
        waiting = self._plan or self._listing or self._in_flight or self._retry_at
        return bool(waiting or self._prioritised or self._to_check or self._outdated)

    def _raise_fatal(self) -> None:
        if self._fatal is not None:
            raise self._fatal

    def _plan_new_jobs(self) -> None:
        jobs, prioritised = self._take_requests()
        now, latest = self._clock.now(), self._clock.latest()
        settle, overlap = self._settle(), self._lag.overlap(self._limits.overlap)
        kept_since = read_kept_since(self._database, self._limits.retention, now)
        for job in jobs:
            coverage = read_believed_coverage(self._database, now)
            state = JobState(job, covered=coverage, listed_before=self._lag.listed_until)
            self._jobs.append(state)
            not_due = Coverage()
            if job.requested is None:
                job.range = Interval(history_start(self._limits.history, kept_since, now), latest)
                not_due = Coverage((s, s) for s in unreadable_seconds(self._database, now))
                if job.priority is Priority.INCREMENTAL and coverage.last is not None:
                    job.range = Interval(max(job.range.start, coverage.last - overlap), latest)
            kept = kept_part(job.range, kept_since)
            job.range = kept or Interval(job.range.end, job.range.end)
            if kept is None:
                ranges = []  # nothing of it is kept: it is not asked for
            elif job.priority is Priority.RECONCILE:
                ranges = list(coverage.within(job.range))
            else:
                ranges = wanted_ranges(coverage, job.range, now - settle, overlap, not_due)
            for whole in ranges:
                parts = self._plan.add(state, whole, now)
                if len(parts) > 1:
                    settled = Interval(0, now - settle)
                    self._agreements[whole] = asyncio.create_task(self._check.parts_agree(parts, settled))
        self._prioritised.extend(i for i in prioritised if i not in self._in_flight)

    def _settle(self) -> int:
        """Seconds before now of which nothing is claimed yet."""
        return max(self._lag.settle(self._limits.settle), MIN_SETTLE)

    def _complete_jobs(self) -> None:
        """Complete the jobs that are done while others are not, or old threads are read again; those that
        are left at the end are left to `complete_all_jobs`."""
        if self._outdated or any(not s.complete for s in self._jobs):
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
            is_due = now - counted_at >= COUNT_EVERY
            if is_due:
                self.progress.remaining = self._count_remaining()
            self._retry_at = {i: due for i, due in self._retry_at.items() if due > now}
            progress = self.progress.snapshot(
                waiting=self._client.waiting, requests=self._calls()[0] - self._counts_before[0]
            )
            self._emit(progress)
            if is_due:
                if counted_at > 0:  # a run that ends at once is not worth a transaction
                    publish_progress(self._database, progress)
                counted_at = now
            self._wake.set()
            await asyncio.sleep(TICK)

    def _count_remaining(self) -> int:
        """How many threads the jobs need still. Where their ranges overlap, each is counted once."""
        return sum(count_pending(self._database, each) for each in Coverage(s.job.range for s in self._jobs))

    # --- listing -------------------------------------------------------------------------------------

    async def _list(self, listing: ListingRange) -> None:
        began = self._clock.now()
        end = min(listing.window.end, int(self._clock.read().latest))
        found = [part async for part in self._store_slices(listing)]
        # Nothing is claimed of the time that the search index may still lag behind.
        claimable = listing.window.intersect(Interval(0, began - self._settle()))
        trusted = not any(part.gave_up for part in found)
        if trusted and claimable is not None:
            listed = {i for part in found for i in part.ids_within(claimable)}
            trusted = await self._check.listed_all(claimable, len(listed), len(found))
        if trusted and (agreement := self._agreements.get(listing.whole)) is not None:
            trusted = await asyncio.shield(agreement)
        if not trusted:
            self._incomplete = True
        elif claimable is not None:
            self._claim(listing, found, claimable)
        if trusted and end > began - self._settle():
            self._lag.listed(LatestListing(end, began - self._settle()))
        listing.state.to_list -= 1
        self._listing -= 1

    async def _store_slices(self, listing: ListingRange) -> AsyncIterator[SeenSlice]:
        """List a range and store the headers, slice by slice."""
        async for part in self._lister.slices(listing.window, self._clock.now() - self._settle()):
            await self._throttle.wait()
            now = self._clock.now()
            result = self.tracker.store_listed(
                part.conversations, part.unreadable, now, compare=listing.compare
            )
            times = {c.id: c.updated_at for c in part.conversations}
            self.newest_listed = max(self.newest_listed, *times.values(), 0)
            for second in () if listing.compare else map(times.__getitem__, result.stored.changed):
                if listing.state.covered.holds(second):
                    self._lag.found(second, listing.state.listed_before, now)
            pending = {i for i, _ in result.stored.pending}
            self.counts["unchanged"] += sum(i not in pending for i in result.stored.unchanged)
            self._report(result.stored.changed, coverage_changed=result.coverage_changed)
            self._wake.set()
            odd = {int(i.id): i.updated_at or 0 for i in part.unreadable if i.id.isdecimal()}
            yield SeenSlice(part.window, times | odd, tuple(part.unreadable), part.gave_up)

    def _claim(self, listing: ListingRange, found: Sequence[SeenSlice], claimable: Interval) -> None:
        claims = [
            Claim(window, frozenset(part.ids_within(window)), part.unreadable)
            for part in found
            if part.window is not None and (window := part.window.intersect(claimable)) is not None
        ]
        listing.state.open_slices += len(claims)
        for first in range(0, len(claims), CLAIMS):
            some = claims[first : first + CLAIMS]
            changed = self.tracker.claim(some, listing.state.slice_covered, self._clock.now())
            self._report([], coverage_changed=changed)

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
            skipped = self._in_flight.keys() | self._retry_at.keys() | self._unsettled
            for conversation_id, listed_at in next_pending(
                self._database, state.job.range, limit=room + len(skipped), max_attempts=MAX_ATTEMPTS
            ):
                if room > 0 and conversation_id not in skipped:
                    self._begin_fetch(conversation_id, listed_at)
                    room -= 1

    def _start_checks(self) -> None:
        """Read complete threads again when nothing else is to be done."""
        if self._plan or self._listing or self._retry_at:
            return
        while self._to_check and len(self._in_flight) < CHECKS:
            conversation_id, updated_at = self._to_check.popleft()
            if conversation_id not in self._in_flight:
                self._read_again.add(conversation_id)
                self._begin_fetch(conversation_id, updated_at)
        if self._outdated and not self._to_check:
            self._start_rereads()

    def _start_rereads(self) -> None:
        now = time.monotonic()
        if self._reread_until is None:
            self._reread_until = now + self._reread_time
        if now >= self._reread_until:
            self._outdated.clear()
        while self._outdated and len(self._in_flight) < REREADS:
            conversation_id, updated_at = self._outdated.popleft()
            if conversation_id not in self._in_flight:
                self._read_again.add(conversation_id)
                self._begin_fetch(conversation_id, updated_at)

    def _begin_fetch(self, conversation_id: int, listed_at: int, *, urgent: bool = False) -> None:
        self._in_flight[conversation_id] = listed_at
        self._start(self._fetch(conversation_id, urgent=urgent))

    async def _fetch(self, conversation_id: int, *, urgent: bool) -> None:
        if not urgent:
            await self._throttle.wait()
        try:
            record = await self._client.conversation(
                conversation_id, asked_at=self._clock.now(), urgent=urgent
            )
        except NotFound:
            self._missing.append(conversation_id)
        except (Unreachable, BadAnswer, Forbidden) as error:
            self._failed[conversation_id] = error.message
            self._consecutive_failures[conversation_id] = error
            unreachable = sum(isinstance(e, Unreachable) for e in self._consecutive_failures.values())
            if unreachable >= MAX_UNREACHABLE or len(self._consecutive_failures) >= MAX_FAILURES:
                raise
            return
        else:
            self._threads.append(record)
        self._consecutive_failures.clear()

    def _store_fetched(self) -> None:
        threads, missing, failed = self._threads, self._missing, self._failed
        if not (threads or missing or failed):
            return
        self._threads, self._missing, self._failed = [], [], {}
        ids = [*(r.id for r in threads), *missing, *failed]
        batch = FetchedBatch(threads, missing, failed, [self._in_flight[i] for i in ids])
        result = self.tracker.store_fetched(batch, self._clock.now())
        self._stored_at = time.monotonic()
        self._unsettled.update(result.stored.unsettled)
        again = [i for i, _ in result.stored.pending if i not in self._unsettled]
        for i in ids:
            del self._in_flight[i]
        for i in (*failed, *missing, *again):
            self._retry_at[i] = self._stored_at + RETRY_AFTER
        fetched = max(0, len({r.id for r in threads} - self._read_again) - len(again))
        self._read_again.difference_update(ids)
        self.progress.done += fetched
        self.progress.remaining = max(0, self.progress.remaining - fetched)
        self.counts["new"] += len(result.stored.new)
        self.counts["updated"] += len(result.stored.updated)
        self._report(result.stored.changed, coverage_changed=result.coverage_changed)
        self._stop_if_implausible()

    def _stop_if_implausible(self) -> None:
        """Stop when too many vanish at once. It is told once: the next runs know them."""
        missing = self.tracker.newly_missing
        if missing > PLAUSIBLE_LOSS and missing > self._plausible_loss() and self._fatal is None:
            self._fatal = BadAnswer(
                f"Intercom answers that {missing} conversations do not exist (404), but it listed them: that"
                " cannot be right. Nothing was deleted; check that the token may read them"
            )

    def _plausible_loss(self) -> int:
        """How many conversations may be denied without a mention in the list of deletions."""
        return max(PLAUSIBLE_LOSS, count_conversations(self._database) // 20)

    def report_deleted(self, ids: list[int]) -> None:
        """Count conversations that were deleted here, and emit the event."""
        self.counts["deleted"] += len(ids)
        if ids:
            self._emit(ConversationsStored(tuple(ids)))

    def _report(self, changed: Sequence[int], *, coverage_changed: bool) -> None:
        if changed:
            self._emit(ConversationsStored(tuple(changed)))
        if coverage_changed:
            self._emit(FreshnessChanged(last_sync(self._database, self._clock.now())))

    def _shortfall(self, problems: Sequence[ConversationProblem]) -> str:
        if problems:
            first = problems[0]
            more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
            missed = counted(len(problems), "conversation")
            return f"{missed} could not be read: {first.id} ({first.problem}){more}; a later sync tries again"
        if self._incomplete:
            return "Intercom's search contradicts itself about a part of the range; the next sync asks again"
        return ""
