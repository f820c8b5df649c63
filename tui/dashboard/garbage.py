"""Settings of Python's garbage collector for a process that only runs the dashboard.

A full collection visits every object. With the dashboard loaded it takes 100 ms, in which no key is handled.
"""

from __future__ import annotations

import gc
import time

THRESHOLDS = (5_000, 10, 1_000)
"""Collect the youngest objects every 5,000 allocations, the next generation every tenth time (which takes
about 15 ms) and all objects only after a thousand of those."""
IDLE = 30.0
"""Seconds without input after which a full collection disturbs nobody."""


class GarbageCollection:
    """Collects rarely while there is input, and once in full after each pause of `IDLE` seconds."""

    def __init__(self) -> None:
        self._last_input = time.monotonic()
        self._is_due = True

    def start(self) -> None:
        """Call after start-up: enables the collector, and exempts the objects that are loaded so far."""
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)
        gc.enable()

    def input_received(self) -> None:
        self._last_input, self._is_due = time.monotonic(), True

    def collect_when_idle(self) -> None:
        """Call this regularly, at least every `IDLE` seconds."""
        if self._is_due and time.monotonic() - self._last_input >= IDLE:
            self._is_due = False
            gc.collect()
