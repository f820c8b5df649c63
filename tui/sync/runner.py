"""One run from the lease to the entry in the history."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.clock import OffsetClock, to_epoch
from tui.freshness import Interval
from tui.store.coverage import read_coverage
from tui.store.database import Database
from tui.store.directory import read_setting, write_setting
from tui.store.runs import RunCounts, begin_run, finish_run
from tui.sync.events import ConversationsStored, Reason, SyncEvent, SyncFinished, SyncStarted, SyncSummary
from tui.sync.failures import explain_failure
from tui.sync.housekeeping import name_the_nameless, read_deletions, refresh_directory
from tui.sync.job_queue import JobQueue
from tui.sync.jobs import Priority, SyncError, SyncJob
from tui.sync.lease import Lease
from tui.sync.scheduler import Intake, Limits, SyncScheduler
from tui.sync.throttle import Throttle

if TYPE_CHECKING:
    from tui.intercom.client import IntercomClient
    from tui.intercom.payloads import Me

RECONCILE_EVERY = 86_400
"""Seconds between two full listings that find what changed or vanished without a trace."""
STOPPED = "the sync was stopped"


@dataclass(slots=True)
class Session:
    """Carries out what was requested. `summary` is that of the run, also of one that failed."""

    database: Database
    client: IntercomClient
    limits: Limits
    clock: OffsetClock
    emit: Callable[[SyncEvent], None]
    queue: JobQueue
    intake: Intake
    throttle: Throttle
    summary: SyncSummary | None = None

    async def run(self) -> None:
        """One whole run. Raises `LeaseHeld`, and whatever made the run impossible."""
        with Lease(self.database, self.clock()):
            self.queue.begin()
            run = SyncScheduler(
                self.database, self.client, self.limits, self.emit, self.intake, self.throttle
            )
            with self.database.transaction():
                run_id = begin_run(self.database, to_epoch(self.clock()))
            try:
                self.summary = await self._work(run)
            except BaseException as error:
                interrupted = isinstance(error, asyncio.CancelledError)
                self.summary = run.summary(STOPPED if interrupted else str(explain_failure(error)))
                self._record(run_id, self.summary, "interrupted" if interrupted else "failed")
                raise
            self._record(run_id, self.summary, self.summary.outcome)
        self.queue.done()  # before anybody is told, and looks
        self.emit(SyncFinished(self.summary))
        run.end_jobs(self.summary)
        self.queue.end()

    async def fetch_opened(self) -> None:
        """Only what somebody opened: no listing, no entry in the history."""
        with Lease(self.database, self.clock()):
            run = SyncScheduler(
                self.database, self.client, self.limits, self.emit, self.queue.take_opened, self.throttle
            )
            await self._check(await self.client.me())
            await run.execute()

    async def _work(self, run: SyncScheduler) -> SyncSummary:
        me = await self.client.me()
        await self._check(me)
        started = self.client.server_now()
        if self.clock.learn(started):
            self._note("clock_offset", int(self.clock.offset.total_seconds()))
        now = to_epoch(started)
        history = Interval(now - self.limits.history, now)
        self.emit(SyncStarted(started, (history,)))
        await refresh_directory(self.client, self.database, me, started)
        run.note_deleted(await read_deletions(self.client, self.database, run.tracker, started))
        reconcile = self._reconcile_job(now)
        await run.execute()
        run.meter.phase = "finishing"
        if named := await name_the_nameless(self.client, self.database, started):
            self.emit(ConversationsStored(tuple(named)))
        if reconcile is not None:
            self._note("reconciled_at", now)
        return run.summary()

    async def _check(self, me: Me) -> None:
        """The token must be of the workspace that is mirrored here, and the host of its region."""
        self.client.check_region(me)
        mirrored = read_setting(self.database, "app")
        if mirrored is None:
            self._note("app", me.app_id)
        elif mirrored != me.app_id:
            name = read_setting(self.database, "app_name") or mirrored
            raise SyncError(
                Reason.WRONG_WORKSPACE,
                f"{self.database.path} mirrors the workspace {name}, but the token belongs to {me.app_name};"
                " choose another file with --database",
            )

    def _reconcile_job(self, now: int) -> SyncJob | None:
        """Once a day everything covered is listed again; a new database has nothing to compare yet."""
        last = read_setting(self.database, "reconciled_at")
        if last is None:
            self._note("reconciled_at", now)
        elif now - int(last) >= RECONCILE_EVERY and read_coverage(self.database):
            job = SyncJob(None, Priority.RECONCILE)
            self.queue.add(job)
            return job
        return None

    def _note(self, key: str, value: object) -> None:
        with self.database.transaction():
            write_setting(self.database, key, str(value))

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
        with self.database.transaction():
            finish_run(
                self.database,
                run_id,
                finished_at=to_epoch(self.clock()),
                outcome=outcome,
                counts=counts,
                error=summary.error,
            )
