"""The footer: which keys it shows, what a click does, and which keys are left out on a narrow screen."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tests.dashboard.stage import Dashboard, Stage, Story, dashboard, screen_of, settle, text_of, wait_for
from tui.dashboard.common.footer import KeyFooter

pytestmark = pytest.mark.anyio


def footer(pilot: Dashboard) -> KeyFooter:
    return pilot.app.screen.query_one(KeyFooter)


def column(pilot: Dashboard, words: str) -> int:
    line = text_of(pilot)[-1]
    assert words in line, line
    return cell_len(line[: line.index(words)])


async def test_it_shows_the_keys_of_the_moment(stage: Stage) -> None:
    async with dashboard(stage, size=(200, 50)) as pilot:
        assert "⏎ Read" in text_of(pilot)[-1]
        await pilot.press("slash")
        await settle(pilot)
        assert "⏎ Read" not in text_of(pilot)[-1]


@pytest.mark.parametrize("width", [60, 80, 120, 200])
async def test_help_and_palette_stay_and_nothing_is_cut(stage: Stage, width: int) -> None:
    async with dashboard(stage, size=(width, 24)) as pilot:
        line = text_of(pilot)[-1]
        assert line.endswith("? Help  ^p palette")
        items = [item for item in footer(pilot).items if f" {item.display} {item.description} " in f"{line} "]
        left_out = len(items) < len(footer(pilot).items)
        assert len(items) >= 3
        assert ("…" in line) == left_out


async def test_a_click_does_what_the_key_does(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await pilot.click(KeyFooter, offset=(column(pilot, "Sort"), 0))
        await settle(pilot)
        assert story.tells("SortChosen", "ResultsFetched")
        await pilot.click(KeyFooter, offset=(column(pilot, "? Help") + 1, 0))
        await wait_for(pilot, lambda: pilot.app.screen is not screen_of(pilot))


async def test_a_click_beside_the_keys_does_nothing(stage: Stage) -> None:
    async with dashboard(stage, size=(200, 24)) as pilot:
        await pilot.click(KeyFooter, offset=(column(pilot, "? Help") - 5, 0))
        await settle(pilot)
        assert pilot.app.screen is screen_of(pilot)


async def test_the_pointer_brings_up_what_the_key_is_for(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await pilot.hover(KeyFooter, offset=(column(pilot, "Sort"), 0))
        assert str(footer(pilot).tooltip) == "Sort by last update, creation or waiting time"
        await pilot.hover(None, offset=(5, 5))
        assert footer(pilot).tooltip is None


async def test_it_is_drawn_again_only_when_it_says_something_else(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        drawn = footer(pilot).items
        await pilot.press("down")
        await settle(pilot)
        assert footer(pilot).items is drawn
