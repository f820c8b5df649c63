"""When garbage is collected. Python's own collector is the real one: it is given back as it was."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from tui.dashboard.collecting import BREATH, LITTLE, MUCH, TOO_MUCH, WORTH, Collections


class Knot:
    """Refers to itself, so that only the collector finds it when it is not used any more."""

    def __init__(self, load: int = 0) -> None:
        self.itself = self
        self.load = [[number] for number in range(load)]


@pytest.fixture
def collections() -> Iterator[Collections]:
    before = gc.get_threshold()
    gc.collect()
    with patch("time.monotonic", return_value=0.0):
        made = Collections()
    made.begin()
    gc.disable()
    yield made
    gc.set_threshold(*before)
    gc.unfreeze()
    gc.enable()


def collect(collections: Collections, *, now: float = BREATH, made: int = LITTLE + 1) -> None:
    """After so much was made: with less, nothing would be looked at."""
    with patch("gc.get_count", return_value=(made, 0, 0)), patch("time.monotonic", return_value=now):
        collections.collect()


def typed(collections: Collections, *, now: float) -> None:
    with patch("time.monotonic", return_value=now):
        collections.touched()


def test_what_was_made_lately_goes_whoever_is_at_the_keyboard(collections: Collections) -> None:
    knot = weakref.ref(Knot())
    collect(collections)
    assert knot() is None


def test_little_is_looked_at_again(collections: Collections) -> None:
    knot = Knot()
    seen = weakref.ref(knot)
    collect(collections)
    del knot
    assert seen() is not None
    collect(collections)
    assert seen() is None


def test_much_is_set_aside_until_nobody_is_there(collections: Collections) -> None:
    knot = Knot(load=2 * MUCH)
    seen = weakref.ref(knot)
    collect(collections)
    assert len(gc.get_objects()) < MUCH
    del knot
    collect(collections, now=WORTH / MUCH / 3)
    assert seen() is not None, "what is set aside is not looked at"
    collect(collections, now=WORTH / MUCH)
    assert seen() is None
    assert len(gc.get_objects()) < MUCH, "what is left is set aside again"


def test_the_more_is_set_aside_the_shorter_a_pause_is_enough(collections: Collections) -> None:
    knot = Knot(load=10 * MUCH)
    seen = weakref.ref(knot)
    collect(collections)
    del knot
    typed(collections, now=100.0)
    collect(collections, now=100.0 + BREATH)
    assert seen() is not None
    collect(collections, now=100.0 + WORTH / MUCH / 9)
    assert seen() is None


def test_what_a_key_asks_for_comes_first_but_not_for_ever(collections: Collections) -> None:
    collect(collections, now=10.0)
    typed(collections, now=10.0)
    knot = weakref.ref(Knot())
    collect(collections, now=10.0 + BREATH / 2)
    assert knot() is not None
    collect(collections, now=10.0 + BREATH)
    assert knot() is None
    knot = weakref.ref(Knot())
    for now in (10.3, 10.6, 10.9):
        typed(collections, now=now)
        collect(collections, now=now)
        assert knot() is not None
    typed(collections, now=11.2)
    collect(collections, now=11.2)
    assert knot() is None


def test_nothing_is_looked_at_when_nothing_was_made(collections: Collections) -> None:
    knot = weakref.ref(Knot())
    collect(collections, made=LITTLE)
    assert knot() is not None


def test_too_much_is_set_aside_without_a_look_until_nobody_is_there(collections: Collections) -> None:
    knot = weakref.ref(Knot())
    collect(collections, made=TOO_MUCH + 1)
    assert knot() is not None
    collect(collections)
    assert knot() is not None
    collect(collections, now=WORTH / TOO_MUCH)
    assert knot() is None
