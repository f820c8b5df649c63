"""Estimates the server's time from `Date` headers, which have a resolution of one second."""

from __future__ import annotations

import time
from collections.abc import Callable


class ServerTimeEstimate:
    """How far the server's clock is ahead of a local one (in seconds, wall or monotonic).

    A Date header d on an answer to a call made between the local times s and r says that the server's
    clock stood somewhere in [d, d + 1) between them: the offset lies in [d - r, d + 1 - s]. Each answer
    narrows that range; one that contradicts it (a clock was set, the machine slept) replaces it.
    """

    def __init__(self, local: Callable[[], float] = time.time) -> None:
        self._local = local
        self._low: float | None = None
        self._high = 0.0

    def learn(self, date: float, sent: float, received: float) -> None:
        """Take in one answer: its Date header (epoch seconds), and when it was asked for and arrived."""
        low, high = date - received, date + 1 - sent
        if self._low is None or low > self._high or high < self._low:
            self._low, self._high = low, high
        else:
            self._low, self._high = max(self._low, low), min(self._high, high)

    @property
    def offset(self) -> float:
        """Server minus local, the lowest that fits: the server's clock is never read as too late."""
        return self._low or 0.0

    def now(self) -> float:
        """Epoch seconds on the server's clock; the local clock while nothing is known."""
        return self._local() + self.offset

    def latest(self) -> float:
        """The latest that the server's clock may stand at."""
        return self._local() + (self._high if self._low is not None else 0.0)
