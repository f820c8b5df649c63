"""Requests to sync a range of time, and their results."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from concurrent.futures import Future
from enum import IntEnum
from typing import Any

from tui.freshness import Interval
from tui.sync.events import Reason, SyncSummary


class Priority(IntEnum):
    """Lower runs first. Prioritised conversations come before all of these."""

    WAITING_QUERY = 0
    INCREMENTAL = 1
    BACKFILL = 2
    RECONCILE = 3


class SyncError(Exception):
    """A sync could not be carried out; `str()` is one line for people, `reason` is for programs."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class SyncJob:
    """One request to bring `range` up to date. Awaitable; any number of callers may wait for it, on any
    thread and event loop."""

    def __init__(self, requested: Interval | None, priority: Priority) -> None:
        self.requested = requested
        """None for "the configured history up to now"."""
        self.range = requested or Interval(0, 0)
        """The range that is synced; for an open request it is known once the job starts."""
        self.priority = priority
        self._future: Future[SyncSummary] = Future()

    @property
    def done(self) -> bool:
        """Whether it succeeded or failed."""
        return self._future.done()

    def wait(self, timeout: float | None = None) -> SyncSummary:
        """Block until the range is synced. Raises `SyncError`, or `TimeoutError` after `timeout` seconds."""
        return self._future.result(timeout)

    async def finished(self) -> SyncSummary:
        """`wait` for a coroutine. Cancelling the wait does not stop the sync. Raises `SyncError`."""
        return await asyncio.shield(asyncio.wrap_future(self._future))

    def __await__(self) -> Generator[Any, None, SyncSummary]:
        return self.finished().__await__()

    def succeed(self, summary: SyncSummary) -> None:
        """Give those who wait the summary; without effect on a job that is done."""
        if not self._future.done():
            self._future.set_result(summary)

    def fail(self, error: SyncError) -> None:
        """Raise `error` for those who wait; without effect on a job that is done."""
        if not self._future.done():
            self._future.set_exception(error)
