"""The engine's thread: takes requests from anywhere, runs them one after another, tells what happens."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.clock import Clock, to_epoch
from tui.freshness import Interval
from tui.store.coverage import read_coverage
from tui.store.database import Database
from tui.store.directory import read_setting, write_setting
from tui.store.runs import RunCounts, begin_run, finish_run
from tui.sync.chores import name_the_nameless, read_deletions, refresh_directory
from tui.sync.events import (
    ConversationsStored,
    Reason,
    SyncEvent,
    SyncFailed,
    SyncFinished,
    SyncStarted,
    SyncSummary,
)
from tui.sync.failures import TEMPORARY, explain_failure
from tui.sync.jobs import Priority, SyncError, SyncJob
from tui.sync.lease import Lease
from tui.sync.run import Limits, SyncRun

if TYPE_CHECKING:
    from tui.intercom.client import IntercomClient

RECONCILE_EVERY = 86_400
"""Seconds between two full listings that find what changed or vanished without a trace."""
MERGE_WITHIN = 10.0
"""Seconds during which a new request for "everything up to now" is the one that just started."""
FIRST_RETRY = 5.0
"""Seconds until a run is tried again that failed for a temporary reason; doubles up to the interval."""
CANCEL_POLL = 0.1

logger = logging.getLogger(__name__)


class SyncService:
    """Owns the engine of one workspace. `request`, `prioritise`, `subscribe` and `stop` are thread-safe."""

    def __init__(
        self, database: Database, limits: Limits, clock: Clock, make_client: Callable[[], IntercomClient]
    ) -> None:
        self._database = database
        self._limits = limits
        self._clock = clock
        self._make_client = make_client
        self._guard = threading.Lock()
        self._running = threading.Lock()
        self._queue: list[SyncJob] = []
        self._active: list[SyncJob] = []
        self._active_since = 0.0
        self._urgent: list[int] = []
        self._subscribers: list[Callable[[SyncEvent], None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: asyncio.Event | None = None
        self._client: IntercomClient | None = None
        self._thread: threading.Thread | None = None
        self._serving = False
        self._stop = threading.Event()
        self._last: SyncSummary | None = None
        self._failure: SyncError | None = None
        self._failures = 0

    # --- from any thread -----------------------------------------------------------------------------

    @property
    def in_progress(self) -> bool:
        return bool(self._queue or self._active)

    @property
    def failure(self) -> SyncError | None:
        """Why the last run failed; None after one that did not."""
        return self._failure

    def subscribe(self, callback: Callable[[SyncEvent], None]) -> Callable[[], None]:
        """Events go to `callback` on the engine's thread. Returns what ends it."""
        self._subscribers = [*self._subscribers, callback]

        def unsubscribe() -> None:
            self._subscribers = [c for c in self._subscribers if c is not callback]

        return unsubscribe

    def request(self, asked: Interval | None, *, urgent: bool = False) -> SyncJob:
        """Queue a sync of a range (None: the history up to now), or return the job that does it already."""
        with self._guard:
            for job in self._queue:
                if job.asked == asked or (asked and job.asked and _inside(asked, job.asked)):
                    return job
            same = [j for j in self._active if j.asked == asked and j.priority is not Priority.RECONCILE]
            if same and (asked is not None or time.monotonic() - self._active_since < MERGE_WITHIN):
                return same[0]
            # While the history is still being filled, only what is new has to be asked for on top.
            kind = Priority.INCREMENTAL if same else Priority.BACKFILL
            job = SyncJob(asked, Priority.WAITING_QUERY if urgent else kind)
            self._queue.append(job)
        self._nudge()
        return job

    def prioritise(self, conversation_id: int) -> None:
        """Fetch this conversation's thread before all others, if the engine runs."""
        with self._guard:
            if self._loop is not None:
                self._urgent.append(conversation_id)
        self._nudge()

    def ensure_running(self) -> None:
        """Start the engine's own thread unless the engine runs already; it ends when nothing is left."""
        with self._guard:
            if self._serving:
                return
            self._serving = True
            self._thread = threading.Thread(
                target=self.run, name="fastintercom-sync", kwargs={"cancel": self._stop}, daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """End the engine's own thread and wait for it."""
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def run(self, *, cancel: threading.Event, interval: float | None = None) -> SyncSummary | None:
        """Run the engine on this thread: until nothing is left, or for ever with an `interval` (seconds).

        Returns the last run's summary. Ends soon after `cancel` is set. Failures are events and reach the
        jobs; none is raised here.
        """
        with self._running:
            return asyncio.run(self._main(cancel, interval))

    # --- on the engine's thread ----------------------------------------------------------------------

    async def _main(self, cancel: threading.Event, interval: float | None) -> SyncSummary | None:
        with self._guard:
            self._serving = True
            self._loop, self._wake = asyncio.get_running_loop(), asyncio.Event()
        try:
            while True:
                work = asyncio.create_task(self._serve(interval))
                while not work.done() and not cancel.is_set():
                    await asyncio.wait([work], timeout=CANCEL_POLL)
                work.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await work
                with self._guard:
                    # A request may have come after the last look at the queue.
                    if cancel.is_set() or not self._queue:
                        self._serving, self._loop, self._wake = False, None, None
                        left, self._queue, self._urgent = self._queue, [], []
                        break
        except BaseException:
            with self._guard:
                self._serving, self._loop, self._wake = False, None, None
            raise
        finally:
            await self._disconnect()  # here, where no cancellation can interrupt it
        for job in left:
            job.fail(SyncError(Reason.INTERRUPTED, "the sync was stopped"))
        return self._last

    async def _serve(self, interval: float | None) -> None:
        due = time.monotonic()
        while True:
            if interval is not None and time.monotonic() >= due:
                self.request(None)
            if self._queue or self._urgent:
                try:
                    if self._client is None:
                        self._client = self._make_client()
                    await self._one_run(self._client)
                except asyncio.CancelledError:
                    self._fail(SyncError(Reason.INTERRUPTED, "the sync was stopped"))
                    raise
                except Exception as error:  # noqa: BLE001 - the thread's boundary: told, logged, retried
                    self._fail(error)
                    if self._failure is not None and self._failure.reason is Reason.UNAUTHORIZED:
                        await self._disconnect()  # the token may be another one next time
                due = time.monotonic() + self._delay(interval)
            elif interval is None:
                return
            await self._rest(None if interval is None else due - time.monotonic())

    async def _disconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _delay(self, interval: float | None) -> float:
        if interval is None:
            return 0.0
        if self._failure is None or self._failure.reason not in TEMPORARY:
            return interval
        return min(interval, FIRST_RETRY * 2.0 ** (self._failures - 1))

    async def _rest(self, seconds: float | None) -> None:
        """Wait for a request, or for so many seconds; not at all when nobody can wait (None)."""
        assert self._wake is not None  # noqa: S101 - set while the loop runs
        if seconds is not None and not self._queue and not self._urgent:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), max(0.0, seconds))
        self._wake.clear()

    async def _one_run(self, client: IntercomClient) -> None:
        with Lease(self._database, self._clock()):
            self._active_since = time.monotonic()
            run = SyncRun(self._database, client, self._limits, self._emit, self._intake)
            with self._database.transaction():
                run_id = begin_run(self._database, to_epoch(self._clock()))
            try:
                self._last = await self._work(client, run)
            except BaseException as error:
                interrupted = isinstance(error, asyncio.CancelledError)
                words = "the sync was stopped" if interrupted else str(explain_failure(error))
                self._last = run.summary(words)
                self._record(run_id, self._last, "interrupted" if interrupted else "failed")
                raise
            self._record(run_id, self._last, self._last.outcome)
        self._active, self._failure, self._failures = [], None, 0
        self._emit(SyncFinished(self._last))
        run.end_jobs(self._last)

    async def _work(self, client: IntercomClient, run: SyncRun) -> SyncSummary:
        me = await client.me()
        client.check_region(me)
        started = client.server_now()
        now = to_epoch(started)
        history = Interval(now - self._limits.history, now)
        self._emit(SyncStarted(started, tuple(j.asked or history for j in self._queue)))
        await refresh_directory(client, self._database, me, started)
        run.note_deleted(await read_deletions(client, self._database, run.ledger, started))
        reconcile = self._reconcile_job(now)
        await run.execute()
        run.meter.phase = "finishing"
        if named := await name_the_nameless(client, self._database, started):
            self._emit(ConversationsStored(tuple(named)))
        if reconcile is not None:
            self._note_reconciled(now)
        return run.summary()

    def _reconcile_job(self, now: int) -> SyncJob | None:
        """Once a day everything covered is listed again; a new database has nothing to compare yet."""
        last = read_setting(self._database, "reconciled_at")
        if last is None:
            self._note_reconciled(now)
        elif now - int(last) >= RECONCILE_EVERY and read_coverage(self._database):
            job = SyncJob(None, Priority.RECONCILE)
            with self._guard:
                self._queue.append(job)
            return job
        return None

    def _note_reconciled(self, now: int) -> None:
        with self._database.transaction():
            write_setting(self._database, "reconciled_at", str(now))

    def _intake(self) -> tuple[list[SyncJob], list[int]]:
        with self._guard:
            jobs, self._queue = self._queue, []
            urgent, self._urgent = self._urgent, []
            self._active = [j for j in self._active if not j.done] + jobs
        return jobs, urgent

    def _fail(self, error: Exception) -> None:
        failure = error if isinstance(error, SyncError) else explain_failure(error)
        if failure.reason is Reason.INTERNAL:
            logger.error("the sync failed", exc_info=error)
        elif failure.reason is Reason.INTERRUPTED:
            logger.info("the sync was stopped")
        else:
            logger.warning("the sync stopped: %s", failure)
        with self._guard:
            jobs = [*self._active, *self._queue]
            self._active, self._queue = [], []
        for job in jobs:
            job.fail(failure)
        before = self._last or SyncSummary("failed", 0, 0, 0, 0, 0, 0, 0, 0.0)
        self._last = replace(before, outcome="failed", error=str(failure))
        self._failure = failure
        self._failures += 1
        self._emit(SyncFailed(failure.reason, str(failure), self._last))

    def _record(self, run_id: int, summary: SyncSummary, outcome: str) -> None:
        counts = RunCounts(
            summary.new,
            summary.updated,
            summary.unchanged,
            summary.deleted,
            summary.requests,
            summary.rate_limited,
            summary.retries,
        )
        with self._database.transaction():
            finish_run(
                self._database,
                run_id,
                finished_at=to_epoch(self._clock()),
                outcome=outcome,
                counts=counts,
                error=summary.error,
            )

    def _emit(self, event: SyncEvent) -> None:
        for callback in self._subscribers:
            callback(event)

    def _nudge(self) -> None:
        with self._guard:
            loop, wake = self._loop, self._wake
        if loop is not None and wake is not None:
            with contextlib.suppress(RuntimeError):  # the loop closed in between: nobody to wake
                loop.call_soon_threadsafe(wake.set)


def _inside(inner: Interval, outer: Interval) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
