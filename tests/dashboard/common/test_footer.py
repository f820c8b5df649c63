"""The footer: which keys it shows, what a click does, and which keys are left out on a narrow screen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from rich.cells import cell_len

from tests.dashboard.stage import Dashboard, Stage, Story, dashboard, screen_of, settle, text_of, wait_for
from tui.dashboard.common.footer import KeyFooter
from tui.dashboard.footer_keys import LIST_KEYS, READER_KEYS, SEARCH_KEYS, selection_keys
from tui.dashboard.keymap import actions
from tui.dashboard.play.screen import FOOTER as PLAY
from tui.domain import Count

pytestmark = pytest.mark.anyio


def footer(pilot: Dashboard) -> KeyFooter:
    return pilot.app.screen.query_one(KeyFooter)


def column(pilot: Dashboard, words: str) -> int:
    line = text_of(pilot)[-1]
    assert words in line, line
    return cell_len(line[: line.index(words)])


async def test_it_shows_the_keys_of_the_moment(stage: Stage) -> None:
    async with dashboard(stage, size=(200, 50)) as pilot:
        assert "⏎ read" in text_of(pilot)[-1]
        await pilot.press("slash")
        await settle(pilot)
        assert "⏎ read" not in text_of(pilot)[-1]


@pytest.mark.parametrize("width", [60, 80, 120, 200])
async def test_help_and_palette_stay_and_nothing_is_cut(stage: Stage, width: int) -> None:
    async with dashboard(stage, size=(width, 24)) as pilot:
        line = text_of(pilot)[-1]
        assert line.endswith("? help  ^p" if width < 100 else "? help  ^p palette")
        items = [item for item in footer(pilot).items if f" {item.display} {item.description} " in f"{line} "]
        shown = [*items, *footer(pilot).items[-1:]] if width < 100 else items
        assert len(items) >= 3
        assert ("…" in line) == (len(shown) < len(footer(pilot).items))


async def test_each_place_shows_its_own_keys(stage_with: Callable[..., Stage]) -> None:
    """With the user's own keys; a key that does not work at present is left out."""
    stage = stage_with(settings={"keymap": {"done": "D"}})
    async with dashboard(stage) as pilot:

        async def footer_after(*keys: str) -> str:
            await pilot.press(*keys)
            await settle(pilot)
            return text_of(pilot)[-1].strip()

        right = r" +\? help  \^p palette"
        lists = "⏎ read  D done  \\* star  B reply  F remind  p play  x select  / search  r sync" + right
        assert re.fullmatch(lists, await footer_after())
        reader = "esc back  ] next  } conversation  D done  B reply  F remind  y copy  w customer" + right
        assert re.fullmatch(reader, await footer_after("enter"))
        total = screen_of(pilot).results.table.count
        many = f"■ 2 selected   D done  \\* star  F remind  A all {total}  esc clear" + right
        assert re.fullmatch(many, await footer_after("escape", "x", "j", "x"))
        everything = f"■ {total} selected   D done  \\* star  F remind  esc clear" + right
        assert re.fullmatch(everything, await footer_after("A"))
        assert re.fullmatch(lists, await footer_after("escape"))
        search = r"⏎ search  ↑ earlier searches  esc back +f1 help  \^p palette"
        assert re.fullmatch(search, await footer_after("slash")), "? is typed there"
        play = "D done  s skip  b back  B reply  F remind  m note  \\* star  esc end" + right
        assert re.fullmatch(play, await footer_after("escape", "p"))


def test_the_places_name_actions_that_exist() -> None:
    keys = (
        *LIST_KEYS,
        *READER_KEYS,
        *SEARCH_KEYS,
        *PLAY,
        *selection_keys(Count(1, exact=True), Count(2, exact=True)),
    )
    assert {name for name, _ in keys} <= set(actions())


async def test_a_click_does_what_the_key_does(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await pilot.press("x")
        await pilot.click(KeyFooter, offset=(column(pilot, "star"), 0))
        await settle(pilot)
        assert story.tells("AnnotationsChanged")
        await pilot.click(KeyFooter, offset=(column(pilot, "selected"), 0))
        await pilot.click(KeyFooter, offset=(column(pilot, "? help") + 1, 0))
        await wait_for(pilot, lambda: pilot.app.screen is not screen_of(pilot))


async def test_a_click_beside_the_keys_does_nothing(stage: Stage) -> None:
    async with dashboard(stage, size=(200, 24)) as pilot:
        await pilot.click(KeyFooter, offset=(column(pilot, "? help") - 5, 0))
        await settle(pilot)
        assert pilot.app.screen is screen_of(pilot)


async def test_the_pointer_brings_up_what_the_key_is_for(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await pilot.hover(KeyFooter, offset=(column(pilot, "star"), 0))
        assert str(footer(pilot).tooltip) == "Star or unstar"
        await pilot.hover(None, offset=(5, 5))
        assert footer(pilot).tooltip is None


async def test_it_is_drawn_again_only_when_it_says_something_else(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        drawn = footer(pilot).items
        await pilot.press("down")
        await settle(pilot)
        assert footer(pilot).items is drawn
