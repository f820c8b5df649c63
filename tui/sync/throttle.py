"""Pauses the sync while somebody works with an interface of the same process.

Python runs one thread at a time: parsing what comes in from Intercom would make every key wait.
"""

from __future__ import annotations

import asyncio
import time

MAX_PAUSE = 0.5
"""Seconds of pause at a stretch, so that no one can hold up a sync."""
MIN_WORK = 0.25
"""Seconds of work after a pause of that length before the next one."""


class Throttle:
    """Pauses are asked for on any thread; the engine waits for their end before each piece of work."""

    def __init__(self) -> None:
        self._began = self._until = float("-inf")

    def pause_sync(self, seconds: float) -> None:
        """Pause from now on for so many seconds, within `MAX_PAUSE`."""
        now = time.monotonic()
        if now >= self._until + MIN_WORK:
            self._began = now
        self._until = min(now + seconds, self._began + MAX_PAUSE)

    async def wait(self) -> None:
        """Return when no pause is in force."""
        while (seconds := self._until - time.monotonic()) > 0:
            await asyncio.sleep(seconds)
