"""How tests wait: for a condition, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

PATIENCE = 120.0
"""Seconds until a condition that never comes true fails the test."""
INTERVAL = 0.005
"""Seconds between two checks of a condition."""


def checks() -> Iterator[None]:
    """Go on until the patience is over, which fails the test. There is always a first check."""
    deadline = time.monotonic() + PATIENCE
    yield
    while time.monotonic() < deadline:
        yield
    raise AssertionError("the condition never came true")


def until(condition: Callable[[], object], pause: float = INTERVAL) -> None:
    """Wait for what another thread or another process does; `pause` seconds between two checks."""
    for _ in checks():
        if condition():
            return
        time.sleep(pause)
