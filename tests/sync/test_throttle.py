"""The engine gives way to an interface, but never for good."""

from __future__ import annotations

import time

import pytest

from tui.sync.throttle import BREATH, LONGEST, Throttle

pytestmark = pytest.mark.anyio


async def test_nobody_asks_and_nobody_waits() -> None:
    started = time.monotonic()
    await Throttle().turn()
    assert time.monotonic() - started < 0.05


async def test_the_engine_waits_as_long_as_it_was_asked_to() -> None:
    throttle = Throttle()
    throttle.give_way(0.1)
    started = time.monotonic()
    await throttle.turn()
    assert time.monotonic() - started >= 0.09


async def test_asking_again_and_again_does_not_hold_up_the_engine_for_good() -> None:
    throttle = Throttle()
    started = time.monotonic()
    throttle.give_way(60)
    throttle.give_way(60)
    await throttle.turn()
    waited = time.monotonic() - started
    assert LONGEST - 0.01 <= waited < LONGEST + BREATH
    throttle.give_way(60)  # the engine has just begun to work again
    again = time.monotonic()
    await throttle.turn()
    assert time.monotonic() - again < BREATH
