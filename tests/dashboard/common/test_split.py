"""The divider between results and thread: keys, the mouse, and the split after a restart."""

from __future__ import annotations

import pytest

from tests.dashboard.mouse import drag, let_go
from tests.dashboard.stage import Dashboard, Stage, Story, dashboard, resize, screen_of, settle
from tui.dashboard.common.split import MAX_SPLIT, MIN_SPLIT, Divider

pytestmark = pytest.mark.anyio


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.sync()
    return stage


def divider_of(pilot: Dashboard) -> Divider:
    return screen_of(pilot).list_and_thread.query_one(Divider)


async def test_the_divider_follows_the_mouse_and_stays_there(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen, divider = screen_of(pilot), divider_of(pilot)
        y = divider.region.y + 4
        assert screen.results.size.width == 72
        await drag(pilot, (divider.region.x, y), (60, y), (47, y + 40), drop=False)
        assert divider.region.x == 47
        assert screen.results.size.width == 47
        assert story.count("SplitChosen") == 0, "not while it is held"
        await let_go(pilot, (47, y))
        await settle(pilot)
        assert story.tells("DividerDragged", "DividerDropped", "SplitChosen")
        assert screen.results.table.has_focus
        assert screen.selections == {}
        await drag(pilot, (20, y), (90, y))
        assert divider.region.x == 47, "only the divider can be dragged"
    async with dashboard(stage) as pilot:
        assert divider_of(pilot).region.x == 47
        await pilot.press("greater_than_sign")
        await settle(pilot)
        assert screen_of(pilot).list_and_thread.share == 40, "keys go to round numbers"
        await pilot.press(*["less_than_sign"] * 5)
        assert screen_of(pilot).list_and_thread.share == MIN_SPLIT
        await drag(pilot, (divider_of(pilot).region.x, 9), (119, 9))
        assert screen_of(pilot).list_and_thread.share == MAX_SPLIT


async def test_panes_above_each_other_are_shared_out_the_same_way(stage: Stage) -> None:
    async with dashboard(stage, size=(80, 30)) as pilot:
        screen, divider = screen_of(pilot), divider_of(pilot)
        assert divider.region.height == 1
        top = divider.region.y
        await drag(pilot, (30, top), (30, top - 4))
        await settle(pilot)
        assert divider.region.y == top - 4
        assert screen.results.region.bottom == top - 4
        assert screen.thread.region.y == top - 3
        await resize(pilot, 120, 30)
        await settle(pilot)
        assert divider.region.width == 1
        assert screen.results.size.width == int(1.2 * screen.list_and_thread.share)
        assert screen.thread.region.right == 120


async def test_a_pane_alone_takes_the_whole_screen(stage: Stage) -> None:
    async with dashboard(stage, size=(80, 16)) as pilot:
        screen = screen_of(pilot)
        assert screen.results.size.height == screen.list_and_thread.size.height, "too short for two"
        await pilot.press("enter")
        await settle(pilot)
        assert screen.thread.region.height == screen.list_and_thread.size.height
        await resize(pilot, 120, 36)
        await pilot.press("z")
        await settle(pilot)
        assert screen.thread.region.width == 120
        assert not divider_of(pilot).display
        await pilot.press("z")
        await settle(pilot)
        assert divider_of(pilot).display
        assert divider_of(pilot).has_class("-active"), "the keys go to the conversation"
        await pilot.press("escape")
        await settle(pilot)
        assert not divider_of(pilot).has_class("-active")
