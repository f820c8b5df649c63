"""When Python collects garbage while somebody looks on: in full, that holds up every key for 30 to 140 ms."""

from __future__ import annotations

import gc
import time

COLLECT_EVERY = 20.0
"""Seconds between two full collections, if the moment is good."""
UNNOTICED = 1.5
"""Seconds without a key or a click after which the moment is good."""
AT_LATEST = 90.0
"""Seconds after which it has to be, good or not."""
NOT_BY_ITSELF = 1_000_000


class Collections:
    """Full collections happen while nobody presses a key, and leave out what was loaded at the start."""

    def __init__(self) -> None:
        self._touched = self._collected = time.monotonic()

    @staticmethod
    def suspend() -> None:
        """Modules are loaded and the first screen is built: there is no garbage yet."""
        gc.disable()

    def begin(self) -> None:
        """All is loaded, and stays."""
        gc.freeze()
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, NOT_BY_ITSELF)
        gc.enable()

    def touched(self) -> None:
        """A key was pressed, or the mouse."""
        self._touched = time.monotonic()

    def collect_if_unnoticed(self) -> None:
        now = time.monotonic()
        if now - self._touched >= UNNOTICED or now - self._collected >= AT_LATEST:
            gc.collect()
            self._collected = time.monotonic()
