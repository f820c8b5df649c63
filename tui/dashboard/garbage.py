"""Settings of Python's garbage collector for a process that only runs the dashboard.

A full collection looks at every object: with the dashboard loaded it takes 100 ms and holds up every key.
"""

from __future__ import annotations

import gc
import time

THRESHOLDS = (10_000, 20, 50)
"""Collect the youngest objects every 10,000 allocations, and older ones more rarely than by default."""
IDLE = 30.0
"""Seconds without a key or a click after which a full collection disturbs nobody."""


class GarbageCollection:
    """Rare collections while somebody works; a full one after a while without input."""

    def __init__(self) -> None:
        self._touched = time.monotonic()
        self._is_due = True

    def start(self) -> None:
        """Call when start-up is over: what is loaded by now stays, and is not looked at again."""
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)
        gc.enable()

    def touch(self) -> None:
        """Somebody used the keyboard or the mouse."""
        self._touched, self._is_due = time.monotonic(), True

    def collect_when_idle(self) -> None:
        if self._is_due and time.monotonic() - self._touched >= IDLE:
            self._is_due = False
            gc.collect()
