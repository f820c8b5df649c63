"""What was requested of the engine, from any thread: ranges to sync, and conversations to fetch first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from tui.freshness import Interval
from tui.sync.jobs import Priority, SyncError, SyncJob

MERGE_WITHIN = 10.0
"""Seconds in which equal requests are one: a job that just started, or a waiting query's that just ended."""


class JobQueue:
    """A queue that merges equal requests. `on_request` is called after each. All methods are thread-safe."""

    def __init__(self, on_request: Callable[[], None]) -> None:
        self._on_request = on_request
        self._lock = threading.Lock()
        self._queue: list[SyncJob] = []
        self._active: list[SyncJob] = []
        self._run_is_over = False
        self._active_since = 0.0
        self._ended: list[tuple[float, SyncJob]] = []
        self._prioritised: list[int] = []

    @property
    def in_progress(self) -> bool:
        """Whether a job is queued or being worked on."""
        return bool(self._queue or (self._active and not self._run_is_over))

    @property
    def has_jobs(self) -> bool:
        """Whether a job is queued that no run has taken yet."""
        return bool(self._queue)

    @property
    def has_requests(self) -> bool:
        """Whether a job or a prioritised conversation is queued that no run has taken yet."""
        return bool(self._queue or self._prioritised)

    @property
    def syncs_history(self) -> bool:
        """Whether the present run was asked for the whole history up to now."""
        return any(j.requested is None for j in self._active)

    def request(self, requested: Interval | None, *, urgent: bool = False) -> SyncJob:
        """Queue a sync of a range (None: the history up to now), or return the job that does it already."""
        with self._lock:
            job = self._same_window(requested, urgent=urgent) if requested else self._same_history()
            if job is None:
                # While the history is still being filled, only what is new has to be requested on top.
                running = any(j.requested is None for j in self._active)
                kind = Priority.INCREMENTAL if requested is None and running else Priority.BACKFILL
                job = SyncJob(requested, Priority.WAITING_QUERY if urgent else kind)
                self._queue.append(job)
            elif urgent and job in self._queue:
                job.priority = Priority.WAITING_QUERY
        self._on_request()
        return job

    def _same_history(self) -> SyncJob | None:
        young = time.monotonic() - self._active_since < MERGE_WITHIN
        candidates = [*self._queue, *(self._active if young else ())]
        return next(
            (j for j in candidates if j.requested is None and j.priority is not Priority.RECONCILE), None
        )

    def _same_window(self, requested: Interval, *, urgent: bool) -> SyncJob | None:
        self._forget_ended()
        candidates = [*self._queue, *self._active, *(j for _, j in self._ended if urgent)]
        # "Up to now" is a little later with every call.
        start, end = requested.start, requested.end - int(MERGE_WITHIN)
        for job in candidates:
            if job.requested is not None and job.requested.contains(Interval(start, max(start, end))):
                return job
        return None

    def add(self, job: SyncJob) -> None:
        """Queue a job of the engine's own, without merging."""
        with self._lock:
            self._queue.append(job)

    def prioritise(self, conversation_id: int) -> None:
        """Have this conversation's thread fetched before all others."""
        with self._lock:
            self._prioritised.append(conversation_id)
        self._on_request()

    def take(self) -> tuple[list[SyncJob], list[int]]:
        """Remove and return the queued jobs, active from now on, and the prioritised conversations."""
        with self._lock:
            jobs, self._queue = self._queue, []
            prioritised, self._prioritised = self._prioritised, []
            self._remember_ended()
            self._active += jobs
        return jobs, prioritised

    def take_prioritised(self) -> tuple[list[SyncJob], list[int]]:
        """`take` without the jobs, which stay queued."""
        with self._lock:
            prioritised, self._prioritised = self._prioritised, []
        return [], prioritised

    def run_started(self) -> None:
        """A run begins, which will take the jobs."""
        self._active_since = time.monotonic()
        self._run_is_over = False

    def run_finished(self) -> None:
        """The run has done its work, though its jobs are not completed yet."""
        self._run_is_over = True

    def jobs_completed(self) -> None:
        """The jobs of the run are completed."""
        with self._lock:
            self._remember_ended()
            self._active = []

    def fail(self, error: SyncError) -> None:
        """Fail and remove every job, active or queued, and drop the prioritised conversations."""
        with self._lock:
            jobs = [*self._active, *self._queue]
            self._active, self._queue, self._prioritised = [], [], []
        for job in jobs:
            job.fail(error)

    def _forget_ended(self) -> None:
        recent = time.monotonic() - MERGE_WITHIN
        self._ended = [(at, j) for at, j in self._ended if at >= recent]

    def _remember_ended(self) -> None:
        self._forget_ended()
        self._ended += [(time.monotonic(), j) for j in self._active if j.done]
        self._active = [j for j in self._active if not j.done]
