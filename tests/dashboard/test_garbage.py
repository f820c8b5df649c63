"""Garbage collection in a process that only runs the dashboard."""

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
    """Restore the settings of Python's collector."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()
    gc.enable()


class Cycle:
    """Refers to itself, so that only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


def test_a_full_collection_waits_for_a_pause_in_the_input() -> None:
    with patch("time.monotonic", return_value=0.0):
        collection = GarbageCollection()
    cycle = weakref.ref(Cycle())
    gc.disable()
    with patch("time.monotonic", return_value=IDLE - 1):
        collection.collect_when_idle()
    assert cycle() is not None
    with patch("time.monotonic", return_value=IDLE):
        collection.collect_when_idle()
    assert cycle() is None
    cycle = weakref.ref(Cycle())
    with patch("time.monotonic", return_value=3 * IDLE):
        collection.collect_when_idle()
        assert cycle() is not None, "one collection in each pause"
        collection.input_received()
    with patch("time.monotonic", return_value=4 * IDLE):
        collection.collect_when_idle()
    assert cycle() is None


@pytest.mark.anyio
@pytest.mark.parametrize("run", range(3))
async def test_a_first_sync_completes_while_the_collector_runs(
    stage_with: Callable[..., Stage], run: int
) -> None:
    stage = stage_with(options={"conversations": CONVERSATIONS})
    async with dashboard(stage, ready=False) as pilot:
        app_of(pilot).start_garbage_collection()
        job = stage.workspace.request_sync()
        summary = await asyncio.to_thread(job.wait, PATIENCE)  # raises if the sync failed
        assert not summary.problems
        assert stage.workspace.total() == len(stage.world.conversations) > CONVERSATIONS / 2
