"""The help lists every key, scrolls, and can be filtered."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.dashboard.mouse import drag
from tests.dashboard.owners import owners
from tests.dashboard.stage import (
    Dashboard,
    Stage,
    app_of,
    dashboard,
    press_each,
    screen_of,
    text_of,
    wait_for,
)
from tui.dashboard.help_screen import HelpScreen, HelpText
from tui.dashboard.keymap import declared
from tui.dashboard.triage.marks import LEGEND

pytestmark = pytest.mark.anyio


def help_text(pilot: Dashboard) -> str:
    return "\n".join(block.content.plain for block in pilot.app.screen.query_one(HelpText).blocks)


async def test_the_help_lists_every_binding_with_its_real_key(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(settings={"keymap": {"refresh": "f9"}})
    stage.sync()
    async with dashboard(stage, size=(120, 120)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HelpScreen)
        text = help_text(pilot)
        elsewhere = {"start_demo", "leave"}
        for owner in owners():
            for binding in declared(owner):
                if binding.id not in elsewhere:
                    assert binding.tooltip in text
        sync = next(line for line in text.splitlines() if "Sync with Intercom now" in line)
        assert "f9" in sync
        assert "f5" not in sync
        assert "tag:" in text
        await pilot.press(*"intercom now")
        await pilot.pause()
        narrowed = help_text(pilot)
        assert "Sync with Intercom now" in narrowed
        assert "tag:" not in narrowed
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app_of(pilot).screen, HelpScreen)


async def test_the_help_is_read_with_the_keyboard(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage, size=(80, 24)) as pilot:
        await press_each(pilot, "question_mark")
        text = pilot.app.screen.query_one(HelpText)
        steps: list[float] = []
        for key in ("down", "pagedown", "pageup", "up", "ctrl+end", "ctrl+home"):
            await press_each(pilot, key)
            steps.append(text.scroll_y)
        page = text.size.height
        assert steps == [1, 1 + page, 1, 0, text.max_scroll_y, 0]
        assert "Everywhere" in text_of(pilot)[text.region.y]
        await press_each(pilot, *"nothing like it")
        assert "No help for “nothing like it”" in text_of(pilot)[text.region.y]


async def test_what_is_wrapped_in_the_help_is_marked_as_it_was_written(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage, size=(80, 24)) as pilot:
        await press_each(pilot, "question_mark", *"choose the columns, their order")
        text = pilot.app.screen.query_one(HelpText)
        title, line = help_text(pilot).splitlines()
        shown, top = text_of(pilot), text.region.y
        assert title in shown[top]
        first, last = line.split()[1], line.split()[-1]
        assert last in shown[top + 2], "it takes two lines"
        start, end = shown[top + 1].index(first), shown[top + 2].index(last) + len(last) - 1
        await drag(pilot, (start, top + 1), (end, top + 2))
        assert pilot.app.screen.get_selected_text() == line[line.index(first) :]


async def test_help_and_tooltip_tell_each_mark_of_the_list_once(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage, size=(120, 120)) as pilot:
        table = screen_of(pilot).results.table
        heading = table.region.y
        await drag(pilot, (3, heading), drop=False)
        await wait_for(pilot, lambda: table.tooltip is not None)
        told = str(table.tooltip).splitlines()
        for (glyphs, meaning), line in zip(LEGEND, told, strict=True):
            assert line.split() == [*glyphs.split(), *meaning.split()]
        await drag(pilot, (60, heading), drop=False)
        await wait_for(pilot, lambda: table.tooltip is None)
        await pilot.press("question_mark")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        lines = help_text(pilot).splitlines()
        for glyphs, meaning in LEGEND:
            (line,) = (line for line in lines if meaning in line)
            assert line.split() == [*glyphs.split(), *meaning.split()]
