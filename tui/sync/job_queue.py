"""What is asked of the engine, from any thread: ranges to sync, and conversations somebody opened."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from tui.freshness import Interval
from tui.sync.jobs import Priority, SyncError, SyncJob

MERGE_WITHIN = 10.0
"""Seconds in which equal requests are one: a job that just started, or a waiting query's that just ended."""


class JobQueue:
    """A queue that merges. `nudge` is called when something came in. All methods are thread-safe."""

    def __init__(self, nudge: Callable[[], None]) -> None:
        self._nudge = nudge
        self._guard = threading.Lock()
        self._queue: list[SyncJob] = []
        self._active: list[SyncJob] = []
        self._done = False
        self._active_since = 0.0
        self._ended: list[tuple[float, SyncJob]] = []
        self._opened: list[int] = []

    @property
    def in_progress(self) -> bool:
        return bool(self._queue or (self._active and not self._done))

    @property
    def waiting(self) -> bool:
        """Whether something is to be done that is not being done."""
        return bool(self._queue or self._opened)

    @property
    def only_opened(self) -> bool:
        """Whether all that waits is conversations somebody opened."""
        return not self._queue

    def request(self, asked: Interval | None, *, urgent: bool = False) -> SyncJob:
        """Queue a sync of a range (None: the history up to now), or return the job that does it already."""
        with self._guard:
            job = self._same_window(asked, urgent=urgent) if asked else self._same_history()
            if job is None:
                # While the history is still being filled, only what is new has to be asked for on top.
                running = any(j.asked is None for j in self._active)
                kind = Priority.INCREMENTAL if asked is None and running else Priority.BACKFILL
                job = SyncJob(asked, Priority.WAITING_QUERY if urgent else kind)
                self._queue.append(job)
            elif urgent and job in self._queue:
                job.priority = Priority.WAITING_QUERY
        self._nudge()
        return job

    def _same_history(self) -> SyncJob | None:
        young = time.monotonic() - self._active_since < MERGE_WITHIN
        candidates = [*self._queue, *(self._active if young else ())]
        return next((j for j in candidates if j.asked is None and j.priority is not Priority.RECONCILE), None)

    def _same_window(self, asked: Interval, *, urgent: bool) -> SyncJob | None:
        recent = time.monotonic() - MERGE_WITHIN
        self._ended = [(at, j) for at, j in self._ended if at >= recent]
        candidates = [*self._queue, *self._active, *(j for _, j in self._ended if urgent)]
        # "Up to now" is a little later with every call.
        start, end = asked.start, asked.end - int(MERGE_WITHIN)
        for job in candidates:
            if job.asked is not None and job.asked.contains(Interval(start, max(start, end))):
                return job
        return None

    def add(self, job: SyncJob) -> None:
        with self._guard:
            self._queue.append(job)

    def open(self, conversation_id: int) -> None:
        """Have this conversation's thread fetched before all others."""
        with self._guard:
            self._opened.append(conversation_id)
        self._nudge()

    def begin(self) -> None:
        """A run starts."""
        self._active_since = time.monotonic()
        self._done = False

    def done(self) -> None:
        """The run has done its work: only its jobs do not know yet."""
        self._done = True

    def take(self) -> tuple[list[SyncJob], list[int]]:
        """The new jobs, active from now on, and the opened conversations."""
        with self._guard:
            jobs, self._queue = self._queue, []
            opened, self._opened = self._opened, []
            self._note_ended()
            self._active += jobs
        return jobs, opened

    def take_opened(self) -> tuple[list[SyncJob], list[int]]:
        """The opened conversations only."""
        with self._guard:
            opened, self._opened = self._opened, []
        return [], opened

    def end(self) -> None:
        """The run is over, its jobs have succeeded."""
        with self._guard:
            self._note_ended()
            self._active = []

    def fail(self, error: SyncError) -> None:
        """Nothing that was asked for can be done now."""
        with self._guard:
            jobs = [*self._active, *self._queue]
            self._active, self._queue, self._opened = [], [], []
        for job in jobs:
            job.fail(error)

    def _note_ended(self) -> None:
        self._ended += [(time.monotonic(), j) for j in self._active if j.done]
        self._active = [j for j in self._active if not j.done]
