"""What the next start restores."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.dashboard.stage import Stage, dashboard, press_each, screen_of, settle, type_query, wait_for
from tui.dashboard.themes import LIGHT

pytestmark = pytest.mark.anyio


async def test_search_order_and_split_are_remembered(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "is:open")
        await press_each(pilot, "enter", "s", "S")
        await pilot.press("less_than_sign", "less_than_sign")
        await settle(pilot)
        width = screen_of(pilot).results.size.width
        assert width < 60
        ids = list(screen_of(pilot).results.table.model.ids)
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        assert screen.search_pane.text == "is:open"
        assert (screen.results.table.sort, screen.results.table.reverse) == ("created", True)
        assert list(screen.results.table.model.ids) == ids
        assert screen.results.size.width == width
        assert screen.results.table.has_focus


async def test_the_settings_file_wins_when_it_was_changed_since(
    stage_with: Callable[..., Stage], tmp_path: Path
) -> None:
    stage = stage_with(options={"conversations": 5})
    stage.sync()
    async with dashboard(stage) as pilot:
        await pilot.press("ctrl+t")
        await wait_for(pilot, lambda: pilot.app.theme == LIGHT)
    stage.close()
    again = stage_with(options={"conversations": 5}, settings={"theme": "nord"})
    async with dashboard(again, ready=False) as pilot:
        assert pilot.app.theme == "nord"
