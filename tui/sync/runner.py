"""One run: lease, history entry, the check of the workspace, housekeeping, and the scheduler in between."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tui.clock import OffsetClock, from_epoch, to_epoch
from tui.records import DECODER_VERSION
from tui.store.coverage import last_sync, read_coverage
from tui.store.database import Database
from tui.store.runs import RunCounts, begin_run, finish_run
from tui.store.settings_table import read_setting, write_setting
from tui.sync.events import (
    ConversationsStored,
    FreshnessChanged,
    Reason,
    SyncEvent,
    SyncFinished,
    SyncProgress,
    SyncStarted,
    SyncSummary,
)
from tui.sync.failures import explain_failure
from tui.sync.housekeeping import (
    check_database,
    fetch_missing_names,
    merge_search_index,
    overwrite_deleted,
    read_deletions,
    refresh_directory,
    refresh_macros,
    remove_unkept,
)
from tui.sync.job_queue import JobQueue
from tui.sync.jobs import Priority, SyncError, SyncJob
from tui.sync.lease import Lease
from tui.sync.outbox_sender import OutboxSchedule, OutboxSender
from tui.sync.run_clock import RunClock
from tui.sync.scheduler import Limits, SyncScheduler, TakeRequests
from tui.sync.throttle import Throttle

if TYPE_CHECKING:
    from tui.intercom.client import IntercomClient
    from tui.intercom.payloads import Me

RECONCILE_EVERY = 86_400
"""Seconds between two full listings that find what changed or vanished without a trace."""
RECONCILED_WITH = "reconciled_with"
"""Setting: the `DECODER_VERSION` of the last of them."""
CLOSING_PASS_AFTER = 60
"""Seconds of a run after which what changed meanwhile is listed before it ends."""
STOPPED = "the sync was stopped"

logger = logging.getLogger(__name__)


def refuse_other_workspace(database: Database, me: Me) -> None:
    """Raise `SyncError` when another workspace than that of the token is mirrored here."""
    mirrored = read_setting(database, "app")
    if mirrored is not None and mirrored != me.app_id:
        name = read_setting(database, "app_name") or mirrored
        raise SyncError(
            Reason.WRONG_WORKSPACE,
            f"{database.path} mirrors the workspace {name}, but the token belongs to {me.app_name};"
            " choose another profile with --profile, or another file with --database",
        )


def _log_problems(scheduler: SyncScheduler) -> None:
    """A line for each conversation that could not be read, unless it was known and not tried again."""
    tracker = scheduler.tracker
    for name, problem in tracker.problems.values():
        if name in tracker.met:
            logger.warning("conversation %s cannot be read: %s", name, problem)


@dataclass(slots=True)
class SyncRunner:
    """Carries out one run. `summary` is set at its end, also when it failed."""

    database: Database
    client: IntercomClient
    limits: Limits
    clock: OffsetClock
    emit: Callable[[SyncEvent], None]
    queue: JobQueue
    take_requests: TakeRequests
    throttle: Throttle
    outbox: OutboxSchedule
    summary: SyncSummary | None = None
    notices: tuple[str, ...] = ()
    run_clock: RunClock = field(init=False)

    def __post_init__(self) -> None:
        self.run_clock = RunClock(self.client, self.clock, self.database)

    async def run(self) -> None:
        """Do all that was requested, and what is requested meanwhile.

        Raises `LeaseHeld`, `SyncError` for a token of another workspace, and the `IntercomError` or
        `StoreError` that ended the run early.
        """
        with Lease(self.database, self.clock()):
            self.queue.run_started()
            scheduler = self._scheduler(self.take_requests, self.emit)
            with self.database.transaction():
                run_id = begin_run(self.database, to_epoch(self.clock()))
            try:
                self.summary = await self._work(scheduler)
            except BaseException as error:
                interrupted = isinstance(error, asyncio.CancelledError)
                words = STOPPED if interrupted else str(explain_failure(error))
                self.summary = replace(scheduler.summary(words), notices=self.notices)
                self._finish(run_id, self.summary, "interrupted" if interrupted else "failed")
                raise
            finally:
                _log_problems(scheduler)
            self._finish(run_id, self.summary, self.summary.outcome)
        self.queue.run_finished()  # first, because subscribers may ask whether a sync is in progress
        self.emit(SyncFinished(self.summary))
        scheduler.complete_all_jobs(self.summary)
        self.queue.jobs_completed()

    async def send_and_fetch(self) -> None:
        """Send what is due in the outbox and fetch the prioritised conversations: no listing, no entry in the
        history. Raises as `run`."""
        with Lease(self.database, self.clock()):
            # It is no run, whose end would be told: it has no progress.
            scheduler = self._scheduler(self.queue.take_prioritised, self._emit_changes)
            await self._check_workspace(await self.client.me())
            await self._sender(scheduler).send_due()
            await scheduler.execute()

    def _sender(self, scheduler: SyncScheduler) -> OutboxSender:
        return OutboxSender(
            self.database, self.client, scheduler.tracker, self.run_clock, self.emit, self.outbox
        )

    @asynccontextmanager
    async def _sending(self, scheduler: SyncScheduler) -> AsyncIterator[None]:
        """Send what is due in the outbox first, and what becomes due beside what is done inside."""
        sender, stop = self._sender(scheduler), asyncio.Event()
        if self.outbox.is_due(self.run_clock.now()):
            await sender.send_due()
        beside = asyncio.create_task(sender.serve(stop))
        try:
            yield
            stop.set()  # what is being sent is finished: to stop it would leave its outcome unknown
            await beside
        finally:
            beside.cancel()
            await asyncio.gather(beside, return_exceptions=True)

    @asynccontextmanager
    async def _reading_macros(self) -> AsyncIterator[None]:
        """Read the macros beside what is done inside: a long list takes a request for each of them."""
        if not self.outbox.may_send():
            yield
            return
        reading = asyncio.create_task(refresh_macros(self.client, self.database, self.run_clock.now()))
        try:
            yield
            self.notices += await reading
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    def _scheduler(self, take_requests: TakeRequests, emit: Callable[[SyncEvent], None]) -> SyncScheduler:
        return SyncScheduler(
            self.database, self.client, self.limits, self.run_clock, emit, take_requests, self.throttle
        )

    def _emit_changes(self, event: SyncEvent) -> None:
        if not isinstance(event, SyncProgress):
            self.emit(event)

    async def _work(self, scheduler: SyncScheduler) -> SyncSummary:
        me = await self.client.me()
        await self._check_workspace(me)
        self.emit(SyncStarted(from_epoch(self.run_clock.now())))
        async with self._sending(scheduler), self._reading_macros():
            scheduler.report_deleted(await self._read_deletions(scheduler))
            self.notices += await refresh_directory(self.client, self.database, me, self.run_clock.now())
            # Several answers are in: now it can be said what time it is.
            if self.run_clock.settle():
                self.emit(FreshnessChanged(last_sync(self.database, self.run_clock.now())))
            began = self.run_clock.now()
            reconciles = await self._queue_reconcile(began)
            self._check_again(scheduler, began)
            await scheduler.execute()
            if self.run_clock.now() - began > CLOSING_PASS_AFTER and self.queue.syncs_history:
                # What changed during a long run is missing still.
                self.queue.add(SyncJob(None, Priority.INCREMENTAL))
                await scheduler.execute()
            if scheduler.tracker.missing:
                scheduler.report_deleted(await self._read_deletions(scheduler))
            scheduler.progress.phase = "finishing"
            scheduler.finish()
            self.run_clock.listed(scheduler.newest_listed - self.limits.settle)
            if named := await fetch_missing_names(self.client, self.database, self.run_clock.now()):
                self.emit(ConversationsStored(tuple(named)))
            if await remove_unkept(
                self.database, self.limits.retention, self.run_clock.now(), scheduler.report_deleted
            ):
                self.emit(FreshnessChanged(last_sync(self.database, self.run_clock.now())))
            await merge_search_index(self.database)
        self.notices += await overwrite_deleted(self.database)
        if reconciles:
            self._note_reconciled(began)
        return replace(scheduler.summary(), notices=self.notices)

    async def _read_deletions(self, scheduler: SyncScheduler) -> list[int]:
        return await read_deletions(self.client, self.database, scheduler.tracker, self.run_clock)

    def _check_again(self, scheduler: SyncScheduler, now: int) -> None:
        """Find what no listing shows, and what an older decoder did not keep, in proportion to the time since
        the last run."""
        last = read_setting(self.database, "checked_again_at")
        if last is not None and int(last) <= now:
            scheduler.check_again(now - int(last))
            scheduler.reread_outdated(now - int(last))
        self._write_setting("checked_again_at", now)

    async def _check_workspace(self, me: Me) -> None:
        """The token must be of the workspace that is mirrored here, and the host of its region."""
        self.client.check_region(me)
        refuse_other_workspace(self.database, me)
        if read_setting(self.database, "app") is None:
            self._write_setting("app", me.app_id)

    async def _queue_reconcile(self, now: int) -> bool:
        """Once a day, and after an upgrade of the decoder, the database is checked and everything covered is
        listed again.

        A new database has nothing to compare yet. Raises `DatabaseCorrupt`.
        """
        last = read_setting(self.database, "reconciled_at")
        is_upgraded = read_setting(self.database, RECONCILED_WITH) != str(DECODER_VERSION)
        # A mark in the future is that of a clock that was wrong.
        is_due = last is not None and not 0 <= now - int(last) < RECONCILE_EVERY
        if last is None:
            self._note_reconciled(now)
        elif (is_due or is_upgraded) and read_coverage(self.database):
            await check_database(self.database)
            self.queue.add(SyncJob(None, Priority.RECONCILE))
            return True
        return False

    def _note_reconciled(self, now: int) -> None:
        with self.database.transaction():
            write_setting(self.database, "reconciled_at", str(now))
            write_setting(self.database, RECONCILED_WITH, str(DECODER_VERSION))

    def _write_setting(self, key: str, value: object) -> None:
        with self.database.transaction():
            write_setting(self.database, key, str(value))

    def _finish(self, run_id: int, summary: SyncSummary, outcome: str) -> None:
        """Complete the entry in the history."""
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
                problems=summary.problems,
            )
