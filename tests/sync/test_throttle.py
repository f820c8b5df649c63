"""The engine pauses for an interface, but never for good."""

from __future__ import annotations

import time

import pytest

from tui.sync.throttle import MAX_PAUSE, MIN_WORK, Throttle

pytestmark = pytest.mark.anyio


async def test_nobody_asks_and_nobody_waits() -> None:
    started = time.monotonic()
    await Throttle().wait()
    assert time.monotonic() - started < 0.05


async def test_the_engine_waits_as_long_as_it_was_asked_to() -> None:
    throttle = Throttle()
    throttle.pause_sync(0.1)
    started = time.monotonic()
    await throttle.wait()
    assert time.monotonic() - started >= 0.09


async def test_asking_again_and_again_does_not_hold_up_the_engine_for_good() -> None:
    throttle = Throttle()
    started = time.monotonic()
    throttle.pause_sync(60)
    throttle.pause_sync(60)
    await throttle.wait()
    waited = time.monotonic() - started
    assert MAX_PAUSE - 0.01 <= waited < MAX_PAUSE + MIN_WORK
    throttle.pause_sync(60)  # the engine has just begun to work again
    again = time.monotonic()
    await throttle.wait()
    assert time.monotonic() - again < MIN_WORK
