"""Requests to sync a range of time, and what came of them."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from concurrent.futures import Future
from enum import IntEnum
from typing import Any

from tui.freshness import Interval
from tui.sync.events import Reason, SyncSummary


class Priority(IntEnum):
    """Lower runs first. A conversation somebody opened comes before all of these."""

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
    """One request to bring `range` up to date. Awaitable; any number of callers may wait for it."""

    def __init__(self, asked: Interval | None, priority: Priority) -> None:
        self.asked = asked
        """The range asked for; None for "the configured history up to now"."""
        self.range = asked or Interval(0, 0)
        """The range that is synced; for an open request it is known once the job starts."""
        self.priority = priority
        self._future: Future[SyncSummary] = Future()

    @property
    def done(self) -> bool:
        return self._future.done()

    def wait(self, timeout: float | None = None) -> SyncSummary:
        """Block until the range is synced. Raises `SyncError`, or `TimeoutError` after `timeout` seconds."""
        return self._future.result(timeout)

    async def finished(self) -> SyncSummary:
        """The same for a coroutine. Giving up waiting does not stop the sync."""
        return await asyncio.shield(asyncio.wrap_future(self._future))

    def __await__(self) -> Generator[Any, None, SyncSummary]:
        return self.finished().__await__()

    def succeed(self, summary: SyncSummary) -> None:
        if not self._future.done():
            self._future.set_result(summary)

    def fail(self, error: SyncError) -> None:
        if not self._future.done():
            self._future.set_exception(error)
