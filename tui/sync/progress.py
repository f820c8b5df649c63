"""How far a run is and how long it will take (seconds on the monotonic clock)."""

from __future__ import annotations

import time
from collections import deque
from typing import Literal

from tui.sync.events import SyncProgress

RATE_WINDOW = 10.0
"""Seconds over which the rate is taken: one of Intercom's rate-limit windows."""

Phase = Literal["connecting", "listing", "threads", "finishing"]


class ProgressTracker:
    """Counts threads and requests of a run and turns them into `SyncProgress` snapshots."""

    def __init__(self) -> None:
        self.phase: Phase = "connecting"
        self.done = 0
        """Threads stored."""
        self.remaining = 0
        """Threads known to be still needed."""
        self.listing_done = False
        self._samples: deque[tuple[float, int]] = deque([(time.monotonic(), 0)])

    def snapshot(self, *, waiting: float, requests: int) -> SyncProgress:
        """The present state; `waiting` is how many seconds the rate limit still holds calls back."""
        now = time.monotonic()
        self._samples.append((now, self.done))
        while len(self._samples) > 2 and now - self._samples[0][0] > RATE_WINDOW:
            self._samples.popleft()
        since, base = self._samples[0]
        rate = (self.done - base) / (now - since) if now > since else 0.0
        return SyncProgress(
            phase=self.phase,
            done=self.done,
            total=self.done + self.remaining,
            listing_done=self.listing_done,
            rate=rate,
            eta=self.remaining / rate if rate > 0 and self.listing_done else None,
            waiting=waiting,
            requests=requests,
        )
