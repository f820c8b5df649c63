"""The screens above the main one replace each other, and adapt to the size of the terminal."""

from __future__ import annotations

import pytest

from tests.dashboard.secondary import open_screen
from tests.dashboard.stage import (
    Stage,
    app_of,
    dashboard,
    resize,
    screen_of,
    text_of,
)
from tui.dashboard.coverage.screen import CoverageScreen
from tui.dashboard.history.screen import HistoryScreen
from tui.dashboard.insights.screen import InsightsScreen

pytestmark = pytest.mark.anyio


async def test_the_screens_replace_each_other_and_can_be_resized(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        for key, kind in (("c", CoverageScreen), ("i", InsightsScreen), ("H", HistoryScreen)) * 2:
            await open_screen(pilot, key, kind)
            assert len(app_of(pilot).screen_stack) == 2
            for size in ((80, 24), (60, 15), (250, 70), (120, 36)):
                await resize(pilot, *size)
                assert len(text_of(pilot)) == size[1]
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is screen_of(pilot)
