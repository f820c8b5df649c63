"""Scrolling through a thread: what stays in view, and what the mouse selects and opens."""

from __future__ import annotations

import pytest

from tests.dashboard.mouse import drag
from tests.dashboard.pictures.thread import LONG_REPLY, create_conversation, open_conversation
from tests.dashboard.stage import (
    Dashboard,
    Stage,
    dashboard,
    press_each,
    resize,
    screen_of,
    settle,
    text_of,
    type_query,
    wait_for,
)
from tui.dashboard.thread.message_blocks import MessageBlock

pytestmark = pytest.mark.anyio


@pytest.fixture
def long_story(stage: Stage) -> int:
    """A conversation of some 300 messages."""
    opened = int(stage.world.create("<p>My zeppelin is late.</p>"))
    stage.world.grow(opened, 300)
    stage.clock.move(minutes=1)
    stage.sync()
    return opened


async def read(pilot: Dashboard, *keys: str) -> None:
    await type_query(pilot, "zeppelin")
    await press_each(pilot, "enter", "enter", *keys)


def first_in_view(pilot: Dashboard) -> str:
    message = screen_of(pilot).thread.scroll.message
    assert message is not None
    return message.item.part.text


async def test_another_width_keeps_what_is_read_in_view(stage: Stage, long_story: int) -> None:
    async with dashboard(stage) as pilot:
        await read(pilot, "G", "pageup", "pageup")
        before = first_in_view(pilot)
        assert before.startswith("Line 2")
        for width in (200, 80, 120):
            await resize(pilot, width, 36)
            await settle(pilot)
            assert first_in_view(pilot) == before


async def test_the_end_is_the_end_while_the_thread_is_still_laid_out(stage: Stage, long_story: int) -> None:
    async with dashboard(stage) as pilot:
        await read(pilot)
        await pilot.resize_terminal(140, 36)
        await pilot.press("G")
        await settle(pilot)
        scroll = screen_of(pilot).thread.scroll
        assert scroll.scroll_y == scroll.max_scroll_y > 300
        assert any("Line 300 of the log" in line for line in text_of(pilot))


async def test_a_reply_leaves_open_what_was_opened_and_in_view_what_was_read(stage: Stage) -> None:
    opened = create_conversation(stage)
    stage.sync()
    async with dashboard(stage) as pilot:
        await open_conversation(pilot, stage)
        await press_each(pilot, *["right_square_bracket"] * 6, "enter", "pagedown")
        scroll = screen_of(pilot).thread.scroll
        assert any("Line 20 of a log" in line for line in text_of(pilot))
        line, parts = scroll.scroll_y, len(scroll.blocks)
        stage.clock.move(minutes=3)
        stage.world.reply(opened, LONG_REPLY)
        stage.clock.move(minutes=1)
        await pilot.press("r")
        await wait_for(pilot, lambda: len(scroll.blocks) > parts)
        await settle(pilot)
        assert scroll.scroll_y == line
        folded = [block.is_folded for block in scroll.blocks if isinstance(block, MessageBlock)]
        assert folded[-2:] == [False, True]


async def test_the_mouse_marks_text_across_messages(stage: Stage) -> None:
    create_conversation(stage)
    stage.sync()
    async with dashboard(stage) as pilot:
        await open_conversation(pilot, stage)
        lines = text_of(pilot)
        first = next(y for y, line in enumerate(lines) if "Where is my zeppelin?" in line)
        last = next(y for y, line in enumerate(lines) if "It was due on Monday." in line)
        start, end = lines[first].index("my zeppelin"), lines[last].index(" on Monday") - 1
        await drag(pilot, (start, first), (end, last))
        await settle(pilot)
        marked = pilot.app.screen.get_selected_text()
        assert marked is not None
        assert marked.startswith("my zeppelin?\n")
        assert marked.rstrip("\n").endswith("It was due")


async def test_a_run_of_events_opens_by_mouse_and_lights_up_under_it(stage: Stage) -> None:
    create_conversation(stage)
    stage.sync()
    async with dashboard(stage) as pilot:
        await open_conversation(pilot, stage)
        lines = text_of(pilot)
        row = next(y for y, line in enumerate(lines) if "▸ 2 events" in line)
        place = lines[row].index("▸ 2 events"), row
        before = pilot.app.screen.get_style_at(*place).color
        await pilot.hover(offset=place)
        await settle(pilot)
        assert pilot.app.screen.get_style_at(*place).color != before
        await pilot.click(offset=place)
        await settle(pilot)
        assert any("▾ 2 events" in line for line in text_of(pilot))
        assert any("∙ closed the conversation" in line for line in text_of(pilot))
