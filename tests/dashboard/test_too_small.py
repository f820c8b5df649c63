"""A terminal that becomes too small, and large enough again."""

from __future__ import annotations

import pytest

from tests.dashboard.stage import (
    Dashboard,
    Stage,
    app_of,
    dashboard,
    resize,
    screen_of,
    settle,
    text_of,
    type_query,
    wait_for,
)
from tui.dashboard.common.screens import TooSmallScreen
from tui.dashboard.terminal_size import SMALLEST

pytestmark = pytest.mark.anyio


def covered(pilot: Dashboard) -> bool:
    return isinstance(pilot.app.screen, TooSmallScreen)


async def test_the_needed_size_is_shown_and_no_state_is_lost(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "is:open")
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("j", "j")
        await settle(pilot)
        screen = screen_of(pilot)
        before = (screen.results.table.selected_id, list(screen.results.table.model.ids))
        await resize(pilot, 59, 36)
        await wait_for(pilot, lambda: covered(pilot))
        await pilot.pause()
        assert "The terminal is too small." in "\n".join(text_of(pilot))
        assert "It is 59×36; 60×15 are needed." in "\n".join(text_of(pilot))
        await pilot.press("j", "s", "c")
        await resize(pilot, 20, 5)
        await pilot.pause()
        words = " ".join(" ".join(text_of(pilot)).split())
        assert words == "The terminal is too small. It is 20×5; 60×15 are needed."
        await resize(pilot, *SMALLEST)
        await wait_for(pilot, lambda: not covered(pilot))
        await settle(pilot)
        assert pilot.app.screen is screen
        assert (screen.results.table.selected_id, list(screen.results.table.model.ids)) == before
        assert screen.search_pane.text == "is:open"
        assert screen.results.table.has_focus


@pytest.mark.parametrize("keys", [["slash", "r", "e"], ["ctrl+p", "o"], ["i"], ["V", "x"], ["p"], ["w"]])
async def test_it_covers_every_screen(stage: Stage, keys: list[str]) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        screen, focused = pilot.app.screen, pilot.app.focused
        await resize(pilot, 60, 14)
        await wait_for(pilot, lambda: covered(pilot))
        await resize(pilot, 120, 36)
        await wait_for(pilot, lambda: not covered(pilot))
        await pilot.pause()
        assert pilot.app.screen is screen
        assert pilot.app.focused is focused


async def test_a_screen_opened_above_it_does_not_keep_it(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage, size=(50, 10), ready=False) as pilot:
        await wait_for(pilot, lambda: covered(pilot))
        app_of(pilot).action_help()
        await pilot.pause()
        assert not covered(pilot)
        await resize(pilot, 120, 36)
        await pilot.press("escape")
        await wait_for(pilot, lambda: pilot.app.screen is screen_of(pilot))
