"""The engine steps aside while somebody works with an interface of the same process.

Python runs one thread at a time: parsing what comes in from Intercom would make every key wait.
"""

from __future__ import annotations

import asyncio
import time

LONGEST = 0.5
"""Seconds the engine steps aside at a stretch, so that no one can hold up a sync."""
BREATH = 0.25
"""Seconds it works then before it steps aside again."""


class Throttle:
    """Asked for from any thread; the engine waits for its turn before each piece of work."""

    def __init__(self) -> None:
        self._began = self._until = float("-inf")

    def give_way(self, seconds: float) -> None:
        now = time.monotonic()
        if now >= self._until + BREATH:
            self._began = now
        self._until = min(now + seconds, self._began + LONGEST)

    async def turn(self) -> None:
        """Return when nobody has to be given way to."""
        while (seconds := self._until - time.monotonic()) > 0:
            await asyncio.sleep(seconds)
