"""Drill-downs: escape leads back to the list as it was, several levels deep."""

from __future__ import annotations

import pytest

from tests.dashboard.secondary import open_screen
from tests.dashboard.stage import (
    Stage,
    Story,
    dashboard,
    press_each,
    screen_of,
    settle,
    text_of,
    type_query,
    wait_for,
)
from tui.dashboard.coverage.screen import CoverageScreen
from tui.dashboard.insights.screen import InsightsScreen

pytestmark = pytest.mark.anyio


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.sync()
    return stage


async def test_escape_leads_back_level_by_level_to_the_list_as_it_was(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story, size=(120, 24)) as pilot:
        screen = screen_of(pilot)
        table = screen.results.table
        await type_query(pilot, "is:open OR is:closed")
        await press_each(pilot, "enter", "S", "home", "x", *["j"] * 30, *["k"] * 5, "x", "enter")
        assert screen.thread.scroll.has_focus
        first = (list(table.model.ids), table.cursor, round(table.scroll_y), table.selection.picked)
        assert first[2] > 0
        await press_each(pilot, "W")
        theirs = screen.request.text
        assert theirs.startswith("from:")
        assert "back to “is:open OR is:closed”" in text_of(pilot)[-1]
        insights = await open_screen(pilot, "i", InsightsScreen)
        await pilot.press("9")
        await wait_for(pilot, lambda: not insights.is_waiting)
        await pilot.press("down", "down", "right")
        index, state = insights.grid.index, insights.state
        assert index > 0
        await pilot.press("enter")
        await wait_for(pilot, lambda: pilot.app.screen is screen)
        await settle(pilot)
        assert screen.request.text not in (theirs, "is:open OR is:closed")
        assert "back to insights" in text_of(pilot)[-1]
        story.clear()
        await pilot.press("escape")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, InsightsScreen))
        again = pilot.app.screen
        assert isinstance(again, InsightsScreen)
        await wait_for(pilot, lambda: not again.is_waiting and again.grid.index == index)
        assert story.tells("ScreenReopened", "ReportFetched")
        assert again.state == state
        await pilot.press("escape")
        await settle(pilot)
        assert screen.request.text == theirs
        story.clear()
        await pilot.press("escape")
        await settle(pilot)
        assert story.tells("ResultsFetched", "ThreadFetched")
        assert (list(table.model.ids), table.cursor, round(table.scroll_y), table.selection.picked) == first
        assert screen.request.reverse
        assert screen.thread.scroll.has_focus, "one was reading"
        assert not screen.back_stack
        await press_each(pilot, "escape")
        assert table.has_focus
        assert "back to" not in text_of(pilot)[-1]


async def test_a_search_by_hand_and_a_tab_end_the_way_back(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        await press_each(pilot, "4", "W")
        assert "back to “Waiting”" in text_of(pilot)[-1]
        await type_query(pilot, "is:closed")
        await press_each(pilot, "enter")
        assert not screen.back_stack
        await press_each(pilot, "W", "1")
        assert not screen.back_stack
        assert "back to" not in text_of(pilot)[-1]


async def test_a_day_of_the_calendar_leads_back_to_the_calendar(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        coverage = await open_screen(pilot, "c", CoverageScreen)
        await pilot.press("left", "left", "up")
        day = coverage.calendar.cursor
        await pilot.press("enter")
        await wait_for(pilot, lambda: pilot.app.screen is screen)
        await settle(pilot)
        await pilot.press("escape")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, CoverageScreen))
        again = pilot.app.screen
        assert isinstance(again, CoverageScreen)
        await wait_for(pilot, lambda: not again.is_waiting and again.calendar.cursor == day)
