"""Garbage collection of a process that is all dashboard."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest

from tests.dashboard.stage import PATIENCE, Stage, app_of, dashboard
from tui.dashboard.garbage import IDLE, GarbageCollection

CONVERSATIONS = 2_000


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """Give Python's collector back as it was."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()
    gc.enable()


class Knot:
    """Refers to itself: only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


def test_a_full_collection_waits_until_nobody_is_at_the_keyboard() -> None:
    with patch("time.monotonic", return_value=0.0):
        collection = GarbageCollection()
    knot = weakref.ref(Knot())
    gc.disable()
    with patch("time.monotonic", return_value=IDLE - 1):
        collection.collect_when_idle()
    assert knot() is not None
    with patch("time.monotonic", return_value=IDLE):
        collection.collect_when_idle()
    assert knot() is None
    knot = weakref.ref(Knot())
    with patch("time.monotonic", return_value=3 * IDLE):
        collection.collect_when_idle()
        assert knot() is not None, "once is enough for one pause"
        collection.touch()
    with patch("time.monotonic", return_value=4 * IDLE):
        collection.collect_when_idle()
    assert knot() is None


@pytest.mark.anyio
@pytest.mark.parametrize("run", range(3))
async def test_a_first_sync_completes_with_the_collector_of_the_dashboard(
    stage_with: Callable[..., Stage], run: int
) -> None:
    stage = stage_with(options={"conversations": CONVERSATIONS})
    async with dashboard(stage, ready=False) as pilot:
        app_of(pilot).start_garbage_collection()
        job = stage.workspace.request_sync()
        summary = await asyncio.to_thread(job.wait, PATIENCE)  # raises where the sync failed
        assert not summary.failed_threads
        assert stage.workspace.total() == len(stage.world.conversations) > CONVERSATIONS / 2
