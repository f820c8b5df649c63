"""The engine gives way to an interface, but never for good."""

from __future__ import annotations

import time

import pytest

from tui.sync.courtesy import BREATH, LONGEST, Courtesy

pytestmark = pytest.mark.anyio


async def test_nobody_asks_and_nobody_waits() -> None:
    started = time.monotonic()
    await Courtesy().turn()
    assert time.monotonic() - started < 0.05


async def test_the_engine_waits_as_long_as_it_was_asked_to() -> None:
    courtesy = Courtesy()
    courtesy.give_way(0.1)
    started = time.monotonic()
    await courtesy.turn()
    assert time.monotonic() - started >= 0.09


async def test_asking_again_and_again_does_not_hold_up_the_engine_for_good() -> None:
    courtesy = Courtesy()
    started = time.monotonic()
    courtesy.give_way(60)
    courtesy.give_way(60)
    await courtesy.turn()
    waited = time.monotonic() - started
    assert LONGEST - 0.01 <= waited < LONGEST + BREATH
    courtesy.give_way(60)  # the engine has just begun to work again
    again = time.monotonic()
    await courtesy.turn()
    assert time.monotonic() - again < BREATH
