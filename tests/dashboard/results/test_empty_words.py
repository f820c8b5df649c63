"""The words in place of an empty list: they name only what helps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.dashboard.stage import (
    START,
    Dashboard,
    Stage,
    dashboard,
    screen_of,
    settle,
    text_of,
    type_query,
    wait_for,
)
from tui.simulator.faults import Fault

pytestmark = pytest.mark.anyio


def note(pilot: Dashboard) -> list[str]:
    """The lines of the note; each is whole, because the terminal has 80 columns."""
    lines = [line.strip() for line in text_of(pilot)]
    start = next(n for n, line in enumerate(lines) if line.startswith("Nothing found yet"))
    return lines[start + 1 : start + 3]


async def test_a_running_sync_is_named(stage: Stage) -> None:
    stage.sync(START - timedelta(days=2), START)
    stage.wire.hold()
    async with dashboard(stage, ready=False, size=(80, 24)) as pilot:
        await type_query(pilot, "zeppelin")
        await wait_for(pilot, lambda: "Syncing…" in note(pilot))


async def test_a_rejected_token_is_what_stands_in_the_way(stage: Stage) -> None:
    stage.sync(START - timedelta(days=2), START)
    stage.world.faults.script(Fault.UNAUTHORIZED, times=None)
    async with dashboard(stage, ready=False, size=(80, 24)) as pilot:
        screen = screen_of(pilot)
        await wait_for(pilot, lambda: screen.sync.activity.failure is not None)
        await type_query(pilot, "zeppelin")
        await settle(pilot)
        assert note(pilot)[0] == "Token rejected: E takes a new one."


async def test_an_unreachable_server_is_what_stands_in_the_way(stage: Stage) -> None:
    stage.sync(START - timedelta(days=2), START)
    stage.wire.is_cut = True
    async with dashboard(stage, ready=False, size=(80, 24)) as pilot:
        screen = screen_of(pilot)
        await wait_for(pilot, lambda: screen.sync.activity.failure is not None)
        await type_query(pilot, "zeppelin")
        await settle(pilot)
        assert note(pilot)[0] == "Offline since 14:30; f tries now."


async def test_no_sync_is_offered_for_what_is_not_kept(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(settings={"retention": "30d"})
    stage.sync()
    async with dashboard(stage, size=(80, 24)) as pilot:
        await type_query(pilot, "zeppelin since:100d")
        await settle(pilot)
        assert note(pilot) == [
            "Conversations before 20 Nov 2024 are not kept (retention = 30d).",
            "/ changes the search",
        ]
