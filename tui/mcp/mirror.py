"""The workspace as the server uses it: read on threads of its own, and synced where an answer needs it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from mcp_types import CallToolResult

from tui.clock import from_epoch, to_epoch
from tui.formatting import date_time, duration, number
from tui.freshness import Interval, SyncState, Verdict
from tui.freshness_words import SyncOutlook
from tui.mcp.reply import with_line
from tui.mcp.shapes import SyncInfo
from tui.sync.events import Reason, SyncEvent, SyncFailed, SyncFinished, SyncProgress, SyncStarted
from tui.sync.jobs import SyncError, SyncJob
from tui.text import one_line
from tui.workspace import Workspace

THREADS = 4
"""That read the store. Each keeps its own connection to the database."""
POLL = 0.25
"""Seconds between two looks at a sync that is waited for."""
RETRY = 10.0
"""Seconds to wait for a sync whose last one could not run."""
LEAST_PROGRESS = 0.001
"""The protocol wants each number to be larger than the one before."""
RECENT = 60
"""Seconds. A period that ended no longer ago ends now."""
MOST_GAPS = 50
"""Gaps in one `sync_info`."""

Report = Callable[[float, float | None, str], Awaitable[None]]
"""Tells the client how far something is: done, total, and one line of words."""
T = TypeVar("T")


class Mirror:
    """Everything here may be called from the event loop, and does not hold it up."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="fastintercom-mcp")
        self._progress: SyncProgress | None = None
        self._unsubscribe = workspace.subscribe(self._note_progress)

    def close(self) -> None:
        """Wait for the reads that run."""
        self._unsubscribe()
        self._threads.shutdown(cancel_futures=True)

    async def read(self, function: Callable[[], T]) -> T:
        """What `function` returns on a thread that may use the store."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, function)

    async def answer(
        self,
        judge: Callable[[], Verdict],
        build: Callable[[SyncOutlook], CallToolResult],
        *,
        report: Report,
        wait: float | None = None,
    ) -> CallToolResult:
        """What `build` makes of the store, on a thread. A window that is stale is synced.

        `wait`: seconds to wait for that at most, which is then done for a partial window too, where a sync
        helps. None: do not wait.
        """

        def begin() -> SyncJob | CallToolResult:
            job, outlook = self._begin(judge(), is_awaited=wait is not None)
            return build(outlook) if job is None or wait is None else job

        begun = await self.read(begin)
        if not isinstance(begun, SyncJob):
            return begun
        has_ended = await self._wait_for(begun, _Teller(report), wait or 0)
        answer = await self.read(lambda: build(self.workspace.outlook()))
        return answer if has_ended else _unfinished(answer, wait or 0)

    async def sync(
        self, build: Callable[[bool], CallToolResult], *, report: Report, wait: float | None
    ) -> CallToolResult:
        """Start a sync of the configured history; answer at once, or when it has ended.

        `build` is given whether one was started: not when the database cannot be written, nor when another
        program syncs, for whose end is waited all the same. What was in the way of the last sync is tried
        again, and waited for: it mostly fails at once.
        """
        job, was_obstructed = await self.read(partial(self._start_sync, is_awaited=wait is not None))
        if job is None:
            return await self.read(lambda: build(False))
        has_ended = True
        if wait is not None or was_obstructed:
            has_ended = await self._wait_for(job, _Teller(report), RETRY if wait is None else wait)
        else:
            await self._tell(_Teller(report))
        answer = await self.read(lambda: build(True))
        return answer if has_ended or wait is None else _unfinished(answer, wait)

    def sync_info(self, verdict: Verdict, outlook: SyncOutlook) -> SyncInfo:
        """As the Python API gives it, with the newest gaps."""
        info = self.workspace.sync_info(verdict, outlook)
        return SyncInfo.model_validate({**info, "gaps": info["gaps"][-MOST_GAPS:]})

    def sentence(self, verdict: Verdict, outlook: SyncOutlook) -> str:
        """How complete an answer is, for who reads only its text."""
        message, tz, now = self.workspace.message(verdict, outlook), self.workspace.tz, self.workspace.clock()
        zone = f"Times are UTC{now.astimezone(tz).strftime('%z')}."
        if message is None:
            window = verdict.window
            start, end = (date_time(from_epoch(second), tz) for second in window)
            until = "now" if window.end >= to_epoch(now) - RECENT else end
            synced = "" if verdict.last_sync is None else date_time(from_epoch(verdict.last_sync), tz)
            as_of = f"; the mirror is as of {synced}" if synced else ""
            return f"Freshness: fresh. Complete for {start} to {until}{as_of}. {zone}"
        reason = outlook.reason or outlook.shortfall
        why = f" The last sync: {reason}." if reason and reason not in message else ""
        return one_line(f"Freshness: {verdict.state.value}. {message.rstrip('.')}.{why} {zone}")

    # --- on a thread that uses the store -------------------------------------------------------------

    def obstacle(self) -> str | None:
        """Why no sync can run now; None if nothing is known to be in the way."""
        if self.workspace.read_only:
            return f"{self.workspace.settings.database} can only be read"
        outlook = self.workspace.outlook(starting=True)
        return None if outlook.syncing else outlook.reason

    def _begin(self, verdict: Verdict, *, is_awaited: bool) -> tuple[SyncJob | None, SyncOutlook]:
        """Request what a window needs; with it comes what to say of that."""
        is_stale = verdict.state is SyncState.STALE
        if not is_stale and not (is_awaited and verdict.sync_helps):
            return None, self.workspace.outlook()
        if self.workspace.read_only:
            return None, self.workspace.outlook(reason=self.obstacle())
        outlook = self.workspace.outlook(starting=True)
        return self._request(verdict.window), outlook

    def _request(self, window: Interval | None) -> SyncJob:
        """None: the configured history."""
        start, end = (None, None) if window is None else map(from_epoch, window)
        return self.workspace.request_sync(start, end, urgent=True)

    def _start_sync(self, *, is_awaited: bool) -> tuple[SyncJob | None, bool]:
        """The sync, and whether something was in its way the last time."""
        if self.workspace.read_only or (not is_awaited and self.workspace.other_sync() is not None):
            return None, False
        was_obstructed = self.obstacle() is not None
        return self._request(None), was_obstructed

    # --- waiting -------------------------------------------------------------------------------------

    async def _wait_for(self, job: SyncJob, teller: _Teller, seconds: float) -> bool:
        """Until the job has ended, and the sync of another program that keeps it from running; False after
        `seconds`. How it ended is what the store and the outlook say afterwards."""
        deadline = time.monotonic() + seconds
        while await self._has_ended(job, teller, deadline):
            error = await _failure(job)
            if error is None or error.reason is not Reason.LOCKED:
                return True
            while (other := await self.read(self.workspace.other_sync)) and time.monotonic() < deadline:
                await teller.tell(0, None, f"{other.name} is syncing this mirror")
                await asyncio.sleep(POLL)
            if time.monotonic() >= deadline:
                return False
            job = await self.read(partial(self._request, job.requested))
        return False

    async def _has_ended(self, job: SyncJob, teller: _Teller, deadline: float) -> bool:
        """Whether a sync ended in time; the client is told how far it is meanwhile."""
        while not job.done:
            if time.monotonic() >= deadline:
                return False
            await self._tell(teller)
            await asyncio.sleep(POLL)
        return True

    async def _tell(self, teller: _Teller) -> None:
        progress = self._progress
        if progress is None:
            await teller.tell(0, None, "the sync starts")
            return
        total = progress.total if progress.listing_done else None
        of = f" of {number(progress.total)}{'' if progress.listing_done else '+'}"
        left = f", about {duration(progress.eta)} left" if progress.eta is not None else ""
        words = f"{progress.phase}: {number(progress.done)}{of} conversations{left}"
        await teller.tell(progress.done, total, words)

    def _note_progress(self, event: SyncEvent) -> None:
        """Called on the engine's thread."""
        if isinstance(event, SyncProgress):
            self._progress = event
        elif isinstance(event, SyncStarted | SyncFinished | SyncFailed):
            self._progress = None


class _Teller:
    """Tells one client how far something is, when there is something new."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._done = -1.0
        self._words = ""

    async def tell(self, done: float, total: float | None, words: str) -> None:
        if words == self._words:
            return
        self._words = words
        self._done = max(done, self._done + LEAST_PROGRESS)
        await self._report(self._done, total, words)


def _unfinished(answer: CallToolResult, seconds: float) -> CallToolResult:
    """The answer, which says that the sync was not waited for to its end."""
    return with_line(answer, f"The sync has not ended within {seconds:g} s: ask again later.")


async def _failure(job: SyncJob) -> SyncError | None:
    try:
        await job
    except SyncError as error:
        return error
    return None


@contextmanager
def syncing_every(workspace: Workspace, seconds: float | None) -> Iterator[None]:
    """Sync the configured history every so many seconds while the block runs; None: only on request.

    Another program that syncs the same mirror at the moment does it instead.
    """
    if seconds is None:
        yield
        return
    cancel = threading.Event()
    thread = threading.Thread(
        target=workspace.run_sync,
        kwargs={"cancel": cancel, "interval": seconds},
        name="fastintercom-mcp-sync",
    )
    thread.start()
    try:
        yield
    finally:
        cancel.set()
        thread.join()
