"""When Python collects garbage while somebody looks on: in full, that holds up every key for 100 ms and more.

So what was made lately is looked at often, and what lives of it is set aside before it gets to be much.
What dies later, and refers to itself, is found when nobody is at the keyboard.
"""

from __future__ import annotations

import gc
import time

COLLECT_EVERY = 0.1
"""Seconds between two looks at what was made lately, when it is a good moment:"""
BREATH = 0.05
"""so many seconds after a key, when what it asked for is on screen;"""
AT_LATEST = 1.0
"""so many seconds after the look before, good moment or not."""
LITTLE = 2_000
"""Objects made lately that are not worth a look."""
MUCH = 6_000
"""Objects that live and are not set aside; looking at them takes some 2 ms."""
TOO_MUCH = 10_000
"""Objects made lately that are set aside without a look: it would be noticed."""
AWAY = 10.0
"""Seconds without a key or a click after which nobody may be there: all of it can take a second."""
WORTH = 10_000_000
"""Objects set aside, times seconds without a key or a click, that make it worth while: 250,000 objects
(some 40 MB) after forty seconds, a million after ten."""
NOT_BY_ITSELF = 1_000_000
"""Objects made lately, or looks at them, before Python looks at more: never."""


class Collections:
    """Takes the place of Python's own full collections."""

    def __init__(self) -> None:
        self._touched = self._looked = time.monotonic()
        self._aside = 0
        """Objects set aside since everything was looked at; to ask Python for their number takes too long."""

    @staticmethod
    def suspend() -> None:
        """Modules are loaded and the first screen is built: there is no garbage yet."""
        gc.disable()

    def begin(self) -> None:
        """All is loaded, and stays."""
        gc.freeze()
        gc.set_threshold(NOT_BY_ITSELF, NOT_BY_ITSELF, NOT_BY_ITSELF)
        gc.enable()

    def touched(self) -> None:
        """A key was pressed, or the mouse."""
        self._touched = time.monotonic()

    def collect(self) -> None:
        now = time.monotonic()
        pause, ago = now - self._touched, now - self._looked
        if pause < BREATH and ago < AT_LATEST:
            return
        self._looked, made = now, gc.get_count()[0]
        if pause >= AWAY and self._aside * pause >= WORTH:
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            self._aside = 0
        elif made > TOO_MUCH:
            self._set_aside(made)
        elif made > LITTLE:
            gc.collect()
            living = len(gc.get_objects())
            if living >= MUCH:
                self._set_aside(living)

    def _set_aside(self, count: int) -> None:
        gc.freeze()
        self._aside += count
