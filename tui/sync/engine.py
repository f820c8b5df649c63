"""The engine's thread: does what is requested, one run after another, and emits events."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.clock import OffsetClock
from tui.freshness import Interval
from tui.store.database import Database
from tui.sync.contacts import fetch_contact
from tui.sync.events import Reason, SyncEvent, SyncFailed, SyncSummary
from tui.sync.failures import TEMPORARY, explain_failure, retry_delay
from tui.sync.job_queue import JobQueue
from tui.sync.jobs import SyncError, SyncJob
from tui.sync.lease import LeaseHeld
from tui.sync.outbox_sender import OutboxSchedule
from tui.sync.runner import STOPPED, SyncRunner
from tui.sync.scheduler import Limits
from tui.sync.throttle import Throttle
from tui.uptime import uptime

if TYPE_CHECKING:
    from tui.intercom.client import IntercomClient

OUTBOX_POLL = 1.0
"""Seconds between two looks into the outbox, where other processes put something too."""
LONGEST_WINDOW = 60.0
"""Seconds that an engine without an interval waits for the end of an undo window."""
CANCEL_POLL = 0.1
"""Seconds between two checks of a `threading.Event`, which no event loop can wait for."""
ContactCallback = Callable[[SyncError | None], object]
"""Called with the reason why a contact could not be fetched; None when it is stored."""
NOTHING_DONE = SyncSummary("failed", 0, 0, 0, 0, 0, 0, 0, 0.0)

logger = logging.getLogger(__name__)


class SyncEngine:
    """Syncs one workspace. Everything public is thread-safe but `run`, which is the engine's thread.

    `clock` learns the server's time; `make_client` is called on the engine's thread when the network is first
    needed, and after a refused token. `may_send` says whether anything of the outbox may be sent.
    """

    def __init__(
        self,
        database: Database,
        limits: Limits,
        clock: OffsetClock,
        make_client: Callable[[], IntercomClient],
        may_send: Callable[[], bool],
    ) -> None:
        self._database = database
        self._limits = limits
        self._clock = clock
        self._make_client = make_client
        self._queue = JobQueue(self._wake_up)
        self._throttle = Throttle()
        self._outbox = OutboxSchedule(database, may_send)
        self._looked_at_outbox = 0.0
        self._lock = threading.Lock()
        self._run_lock = threading.Lock()
        self._subscribers: list[Callable[[SyncEvent], None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: asyncio.Event | None = None
        self._client: IntercomClient | None = None
        self._is_client_old = False
        """Whether the next run needs a new client."""
        self._thread: threading.Thread | None = None
        self._serving = False
        self._stop = threading.Event()
        self._interval: float | None = None
        self._due = 0.0
        self._last: SyncSummary | None = None
        self._failure: SyncError | None = None
        self._failures = 0
        self._contact_tasks: set[asyncio.Task[None]] = set()

    # --- from any thread -----------------------------------------------------------------------------

    @property
    def in_progress(self) -> bool:
        """Whether a job is queued or being worked on."""
        return self._queue.in_progress

    @property
    def failure(self) -> SyncError | None:
        """Why the last run failed; None after one that did not."""
        return self._failure

    @property
    def is_running(self) -> bool:
        """Whether the engine runs, on whatever thread of this process."""
        return self._serving

    @property
    def sending_failure(self) -> SyncError | None:
        """Why nothing of the outbox could be sent the last time; None when that worked, or when the writes
        themselves say why not."""
        return self._outbox.failure

    def subscribe(self, callback: Callable[[SyncEvent], None]) -> Callable[[], None]:
        """Have events delivered to `callback` on the engine's thread. Returns the function that ends it."""
        with self._lock:
            self._subscribers = [*self._subscribers, callback]

        def unsubscribe() -> None:
            with self._lock:
                self._subscribers = [c for c in self._subscribers if c is not callback]

        return unsubscribe

    def request(self, requested: Interval | None, *, urgent: bool = False) -> SyncJob:
        """Queue a sync of a range (None: the history up to now), or return the job that does it already."""
        return self._queue.request(requested, urgent=urgent)

    def send_soon(self) -> None:
        """Something was put into the outbox of this process."""
        self._outbox.worked()  # a person did something: not worth waiting for an earlier failure
        self._looked_at_outbox = 0.0

    def prioritise(self, conversation_id: int) -> None:
        """Fetch this conversation's thread before all others, if the engine runs."""
        if self._loop is not None:
            self._queue.prioritise(conversation_id)

    def fetch_threads(self, conversation_ids: Iterable[int]) -> SyncError | None:
        """Fetch these threads on this thread, without a sync. Returns why that failed."""
        for id_ in conversation_ids:
            self._queue.prioritise(id_)
        self.run(cancel=threading.Event())
        return self._failure

    def reconnect(self) -> None:
        """Have the client made anew before the next run: the token is another one."""
        self._is_client_old = True

    def pause_sync(self, seconds: float) -> None:
        """Pause a run for so long (within bounds), because an interface of this process has work to do."""
        self._throttle.pause_sync(seconds)

    def request_contact(self, contact_id: str, on_done: ContactCallback) -> None:
        """Fetch a contact at once, whatever else is being done. `on_done` is called on the engine's thread,
        or on this one when the engine does not run."""
        with self._lock:
            loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop closed in between
                loop.call_soon_threadsafe(self._begin_contact, contact_id, on_done)
                return
        on_done(SyncError(Reason.INTERRUPTED, "no sync is running that could ask Intercom"))

    def ensure_running(self) -> None:
        """Start the engine's own thread unless the engine runs already; it ends when nothing is left."""
        with self._lock:
            if self._serving:
                return
            self._serving = True
            self._thread = threading.Thread(target=self._run_alone, name="fastintercom-sync", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the engine's own thread and wait for it."""
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def run(self, *, cancel: threading.Event, interval: float | None = None) -> SyncSummary | None:
        """Run the engine on this thread: until nothing is left, or for ever with an `interval` (seconds).

        Returns the last run's summary. Ends soon after `cancel` is set. Failures are emitted as events and
        raised by the jobs; none is raised here.
        """
        while not self._run_lock.acquire(timeout=CANCEL_POLL):
            if cancel.is_set():
                return self._last
        try:
            return asyncio.run(self._main(cancel, interval))
        finally:
            self._run_lock.release()

    def _run_alone(self) -> None:
        """The engine's own thread."""
        try:
            self.run(cancel=self._stop)
        finally:
            self._database.release()

    # --- on the engine's thread ----------------------------------------------------------------------

    async def _main(self, cancel: threading.Event, interval: float | None) -> SyncSummary | None:
        with self._lock:
            self._serving = True
            self._loop, self._wake = asyncio.get_running_loop(), asyncio.Event()
        self._interval, self._due = interval, uptime()
        has_nothing_left = False
        try:
            while not self._is_over(cancel):
                work = asyncio.create_task(self._serve())
                while not work.done() and not cancel.is_set():
                    await asyncio.wait([work], timeout=CANCEL_POLL)
                    if self._is_due() or self._has_writes():
                        self._wake.set()
                work.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await work
            has_nothing_left = not cancel.is_set()
        finally:
            for task in self._contact_tasks:
                task.cancel()
            await asyncio.gather(*self._contact_tasks, return_exceptions=True)
            with self._lock:
                self._serving, self._loop, self._wake = False, None, None
            if not has_nothing_left:  # else what is in the queue came in since, and the next engine takes it
                self._queue.fail(SyncError(Reason.INTERRUPTED, STOPPED))
            await self._disconnect()  # here, where no cancellation can interrupt it
        return self._last

    def _is_over(self, cancel: threading.Event) -> bool:
        """Whether the engine may end. If so, the next request starts it again."""
        with self._lock:
            over = cancel.is_set() or (
                self._interval is None and not self._queue.has_requests and not self._expects_writes()
            )
            if over:
                self._serving, self._loop, self._wake = False, None, None
            return over

    async def _serve(self) -> None:
        while True:
            self._request_if_due()
            if self._queue.has_requests:
                await self._run_once()
            elif self._outbox.is_due(self._now()):
                await self._send_writes()
            elif self._interval is None and not self._expects_writes():
                return
            await self._wait_for_work()

    def _now(self) -> float:
        return self._clock().timestamp()

    def _has_writes(self) -> bool:
        """Whether something of the outbox is to be sent now; the database is asked once a second."""
        if uptime() - self._looked_at_outbox < OUTBOX_POLL:
            return False
        self._looked_at_outbox = uptime()
        return self._outbox.is_due(self._now())

    def _expects_writes(self) -> bool:
        """Whether something of the outbox can be sent soon: worth waiting for."""
        return self._outbox.is_expected(self._now(), LONGEST_WINDOW)

    async def _send_writes(self) -> None:
        """Send what is due between two runs. What fails is in the outbox, with the reason."""
        try:
            await (await self._make_runner()).send_and_fetch()
        except asyncio.CancelledError:
            raise
        except LeaseHeld as error:
            logger.info("the outbox waits: %s", error)  # whoever has the lease sends what is due
            self._outbox.failed(explain_failure(error))
        except Exception as error:  # the thread's boundary
            failure = explain_failure(error)
            level = logging.ERROR if failure.reason is Reason.INTERNAL else logging.WARNING
            logger.log(level, "the outbox was not sent: %s", failure, exc_info=level == logging.ERROR)
            self._outbox.failed(failure)
            if failure.reason is Reason.UNAUTHORIZED:
                await self._disconnect()  # the token may be another one next time

    def _is_due(self) -> bool:
        return self._interval is not None and uptime() >= self._due

    def _request_if_due(self) -> None:
        if self._interval is not None and self._is_due():
            self._due = uptime() + self._interval
            self._queue.request(None)

    def _take_requests(self) -> tuple[list[SyncJob], list[int]]:
        """What was requested since the last call; during a long run also the sync that became due."""
        self._request_if_due()
        return self._queue.take()

    def _connected(self) -> IntercomClient:
        """The client, made when it is first needed."""
        if self._client is None:
            self._client = self._make_client()
        return self._client

    def _begin_contact(self, contact_id: str, on_done: ContactCallback) -> None:
        task = asyncio.create_task(self._fetch_contact(contact_id, on_done))
        self._contact_tasks.add(task)
        task.add_done_callback(self._contact_tasks.discard)

    async def _fetch_contact(self, contact_id: str, on_done: ContactCallback) -> None:
        try:
            await fetch_contact(self._connected(), self._database, contact_id)
        except asyncio.CancelledError:
            on_done(SyncError(Reason.INTERRUPTED, STOPPED))
            raise
        except Exception as error:
            failure = explain_failure(error)
            level = logging.ERROR if failure.reason is Reason.INTERNAL else logging.INFO
            logger.log(level, "a contact could not be fetched: %s", failure, exc_info=level == logging.ERROR)
            on_done(failure)
        else:
            on_done(None)

    async def _make_runner(self) -> SyncRunner:
        if self._is_client_old:
            self._is_client_old = False
            await self._disconnect()
        return SyncRunner(
            self._database,
            self._connected(),
            self._limits,
            self._clock,
            self._emit,
            self._queue,
            self._take_requests,
            self._throttle,
            self._outbox,
        )

    async def _run_once(self) -> None:
        runner: SyncRunner | None = None
        try:
            runner = await self._make_runner()
            if not self._queue.has_jobs:
                await runner.send_and_fetch()
                return
            await runner.run()
        except asyncio.CancelledError:
            self._fail(SyncError(Reason.INTERRUPTED, STOPPED), runner)
            raise
        except Exception as error:  # the thread's boundary: reported, logged, retried
            self._fail(error, runner)
            if self._failure is not None and self._failure.reason is Reason.UNAUTHORIZED:
                await self._disconnect()  # the token may be another one next time
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                # The store failed while a stopped run cleaned up: the stop still holds.
                raise asyncio.CancelledError from error
            return
        self._last, self._failure, self._failures = runner.summary, None, 0

    async def _disconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _wait_for_work(self) -> None:
        """Wait for a request or until the next sync is due."""
        assert self._wake is not None  # noqa: S101 - set while the loop runs
        self._wake.clear()
        is_serving = self._interval is not None or self._expects_writes()
        if is_serving and not self._queue.has_requests:
            await self._wake.wait()  # `_main` sets it when the time has come: no timer counts a suspension

    def _fail(self, error: Exception, runner: SyncRunner | None) -> None:
        failure = explain_failure(error)
        if failure.reason is Reason.INTERNAL:
            logger.error("the sync failed", exc_info=error)
        elif failure.reason is Reason.INTERRUPTED:
            logger.info(STOPPED)
        else:
            logger.warning("the sync stopped: %s", failure)
        done = runner.summary if runner is not None and runner.summary is not None else NOTHING_DONE
        self._last = replace(done, outcome="failed", error=str(failure))
        self._failure = failure
        if failure.reason in TEMPORARY and self._interval is not None:
            self._due = min(self._due, uptime() + retry_delay(self._failures, self._interval))
        self._failures += 1
        self._queue.fail(failure)  # first: what is requested when the event is heard is for the next run
        self._emit(SyncFailed(failure.reason, str(failure), self._last))

    def _emit(self, event: SyncEvent) -> None:
        for callback in self._subscribers:
            try:
                callback(event)
            except Exception:  # a fault of a subscriber must not stop the sync
                logger.exception("a subscriber failed on %s", type(event).__name__)

    def _wake_up(self) -> None:
        with self._lock:
            loop, wake = self._loop, self._wake
        if loop is not None and wake is not None:
            with contextlib.suppress(RuntimeError):  # the loop closed in between: nobody to wake
                loop.call_soon_threadsafe(wake.set)
