"""The engine's thread: does what is requested, one run after another, and tells what happens."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.clock import OffsetClock
from tui.freshness import Interval
from tui.store.database import Database
from tui.sync.contacts import fetch_contact
from tui.sync.events import Reason, SyncEvent, SyncFailed, SyncSummary
from tui.sync.failures import TEMPORARY, explain_failure
from tui.sync.job_queue import JobQueue
from tui.sync.jobs import SyncError, SyncJob
from tui.sync.scheduler import Limits
from tui.sync.session import STOPPED, Session
from tui.sync.throttle import Throttle

if TYPE_CHECKING:
    from tui.intercom.client import IntercomClient

FIRST_RETRY = 5.0
"""Seconds until a run is tried again that failed for a temporary reason; doubles up to the interval."""
CANCEL_POLL = 0.1
"""Seconds between two looks at a `threading.Event`, which no event loop can wait for."""
ContactTold = Callable[[SyncError | None], object]
"""Hears why a contact could not be fetched; None when it is stored."""
NOTHING_DONE = SyncSummary("failed", 0, 0, 0, 0, 0, 0, 0, 0.0)

logger = logging.getLogger(__name__)


class SyncEngine:
    """Owns the engine of one workspace. `request`, `prioritise`, `subscribe` and `stop` are thread-safe."""

    def __init__(
        self,
        database: Database,
        limits: Limits,
        clock: OffsetClock,
        make_client: Callable[[], IntercomClient],
    ) -> None:
        self._database = database
        self._limits = limits
        self._clock = clock
        self._make_client = make_client
        self._queue = JobQueue(self._nudge)
        self._throttle = Throttle()
        self._guard = threading.Lock()
        self._running = threading.Lock()
        self._subscribers: list[Callable[[SyncEvent], None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: asyncio.Event | None = None
        self._client: IntercomClient | None = None
        self._thread: threading.Thread | None = None
        self._serving = False
        self._stop = threading.Event()
        self._interval: float | None = None
        self._due = 0.0
        self._last: SyncSummary | None = None
        self._failure: SyncError | None = None
        self._failures = 0
        self._contacts: set[asyncio.Task[None]] = set()

    # --- from any thread -----------------------------------------------------------------------------

    @property
    def in_progress(self) -> bool:
        return self._queue.in_progress

    @property
    def failure(self) -> SyncError | None:
        """Why the last run failed; None after one that did not."""
        return self._failure

    def subscribe(self, callback: Callable[[SyncEvent], None]) -> Callable[[], None]:
        """Events go to `callback` on the engine's thread. Returns what ends it."""
        with self._guard:
            self._subscribers = [*self._subscribers, callback]

        def unsubscribe() -> None:
            with self._guard:
                self._subscribers = [c for c in self._subscribers if c is not callback]

        return unsubscribe

    def request(self, asked: Interval | None, *, urgent: bool = False) -> SyncJob:
        """Queue a sync of a range (None: the history up to now), or return the job that does it already."""
        return self._queue.request(asked, urgent=urgent)

    def prioritise(self, conversation_id: int) -> None:
        """Fetch this conversation's thread before all others, if the engine runs."""
        if self._loop is not None:
            self._queue.open(conversation_id)

    def give_way(self, seconds: float) -> None:
        """Step aside for so long, for an interface of this process that has work to do."""
        self._throttle.give_way(seconds)

    def request_contact(self, contact_id: str, told: ContactTold) -> None:
        """Ask for a contact at once, whatever else is being done; `told` hears on the engine's thread how it
        ended, or on this one that the engine does not run."""
        with self._guard:
            loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop closed in between
                loop.call_soon_threadsafe(self._begin_contact, contact_id, told)
                return
        told(SyncError(Reason.INTERRUPTED, "no sync is running that could ask Intercom"))

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
        while not self._running.acquire(timeout=CANCEL_POLL):
            if cancel.is_set():
                return self._last
        try:
            return asyncio.run(self._main(cancel, interval))
        finally:
            self._running.release()

    # --- on the engine's thread ----------------------------------------------------------------------

    async def _main(self, cancel: threading.Event, interval: float | None) -> SyncSummary | None:
        with self._guard:
            self._serving = True
            self._loop, self._wake = asyncio.get_running_loop(), asyncio.Event()
        self._interval, self._due = interval, time.monotonic()
        try:
            while not self._is_over(cancel):
                work = asyncio.create_task(self._serve())
                while not work.done() and not cancel.is_set():
                    await asyncio.wait([work], timeout=CANCEL_POLL)
                work.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await work
        finally:
            for task in self._contacts:
                task.cancel()
            await asyncio.gather(*self._contacts, return_exceptions=True)
            with self._guard:
                self._serving, self._loop, self._wake = False, None, None
            self._queue.fail(SyncError(Reason.INTERRUPTED, STOPPED))
            await self._disconnect()  # here, where no cancellation can interrupt it
        return self._last

    def _is_over(self, cancel: threading.Event) -> bool:
        """Whether the engine may end; then no request can come in any more unnoticed."""
        with self._guard:
            over = cancel.is_set() or (self._interval is None and not self._queue.waiting)
            if over:
                self._serving, self._loop, self._wake = False, None, None
            return over

    async def _serve(self) -> None:
        while True:
            self._ask_if_due()
            if self._queue.waiting:
                await self._attempt()
            elif self._interval is None:
                return
            await self._rest()

    def _ask_if_due(self) -> None:
        if self._interval is not None and time.monotonic() >= self._due:
            self._due = time.monotonic() + self._interval
            self._queue.request(None)

    def _intake(self) -> tuple[list[SyncJob], list[int]]:
        """What came in; during a long run also the sync that became due."""
        self._ask_if_due()
        return self._queue.take()

    def _connected(self) -> IntercomClient:
        """The client, made when it is first needed."""
        if self._client is None:
            self._client = self._make_client()
        return self._client

    def _begin_contact(self, contact_id: str, told: ContactTold) -> None:
        task = asyncio.create_task(self._contact(contact_id, told))
        self._contacts.add(task)
        task.add_done_callback(self._contacts.discard)

    async def _contact(self, contact_id: str, told: ContactTold) -> None:
        try:
            await fetch_contact(self._connected(), self._database, contact_id)
        except asyncio.CancelledError:
            told(SyncError(Reason.INTERRUPTED, STOPPED))
            raise
        except Exception as error:
            failure = explain_failure(error)
            level = logging.ERROR if failure.reason is Reason.INTERNAL else logging.INFO
            logger.log(level, "a contact could not be fetched: %s", failure, exc_info=level == logging.ERROR)
            told(failure)
        else:
            told(None)

    async def _attempt(self) -> None:
        session: Session | None = None
        try:
            session = Session(
                self._database,
                self._connected(),
                self._limits,
                self._clock,
                self._emit,
                self._queue,
                self._intake,
                self._throttle,
            )
            if self._queue.only_opened:
                await session.fetch_opened()
                return
            await session.run()
        except asyncio.CancelledError:
            self._fail(SyncError(Reason.INTERRUPTED, STOPPED), session)
            raise
        except Exception as error:  # the thread's boundary: told, logged, retried
            self._fail(error, session)
            if self._failure is not None and self._failure.reason is Reason.UNAUTHORIZED:
                await self._disconnect()  # the token may be another one next time
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                # The store failed while a stopped run cleaned up: the stop still holds.
                raise asyncio.CancelledError from error
            return
        self._last, self._failure, self._failures = session.summary, None, 0

    async def _disconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _rest(self) -> None:
        """Wait for a request or until the next sync is due."""
        assert self._wake is not None  # noqa: S101 - set while the loop runs
        self._wake.clear()
        if self._interval is not None and not self._queue.waiting:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), max(0.0, self._due - time.monotonic()))

    def _fail(self, error: Exception, session: Session | None) -> None:
        failure = explain_failure(error)
        if failure.reason is Reason.INTERNAL:
            logger.error("the sync failed", exc_info=error)
        elif failure.reason is Reason.INTERRUPTED:
            logger.info(STOPPED)
        else:
            logger.warning("the sync stopped: %s", failure)
        done = session.summary if session is not None and session.summary is not None else NOTHING_DONE
        self._last = replace(done, outcome="failed", error=str(failure))
        self._failure = failure
        if failure.reason in TEMPORARY and self._interval is not None:
            pause = min(self._interval, FIRST_RETRY * 2.0 ** min(self._failures, 10))
            self._due = min(self._due, time.monotonic() + pause)
        self._failures += 1
        self._emit(SyncFailed(failure.reason, str(failure), self._last))
        self._queue.fail(failure)

    def _emit(self, event: SyncEvent) -> None:
        for callback in self._subscribers:
            try:
                callback(event)
            except Exception:  # a listener's fault must not stop the sync
                logger.exception("a listener failed on %s", type(event).__name__)

    def _nudge(self) -> None:
        with self._guard:
            loop, wake = self._loop, self._wake
        if loop is not None and wake is not None:
            with contextlib.suppress(RuntimeError):  # the loop closed in between: nobody to wake
                loop.call_soon_threadsafe(wake.set)
