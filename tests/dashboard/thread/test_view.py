"""The thread view: messages, notes, events, attachments, long threads, threads that are not synced yet."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from textual.app import App, ComposeResult
from textual.widget import Widget

from tests.attacks import MARKUP
from tests.dashboard.screen_text import screen_text
from tests.dashboard.stage import (
    START,
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
from tui.dashboard.app import STYLES
from tui.dashboard.themes import DARK_THEME, own_variables
from tui.dashboard.thread.layout import MessageItem, ThreadLayout
from tui.dashboard.thread.message_blocks import EventsBlock, MessageBlock
from tui.dashboard.thread.scroll import ThreadScroll
from tui.domain import Attachment, PartKind, Person, ThreadPart

pytestmark = pytest.mark.anyio
ADA = Person("admin", "1", "Ada [/b]")
ZOE = Person("user", "2", "Zoë")


def part(number: int, kind: PartKind = PartKind.MESSAGE, author: Person = ZOE, text: str = "") -> ThreadPart:
    return ThreadPart(
        number, "comment", kind, author, START + timedelta(minutes=number), text or f"text {number}"
    )


async def test_messages_notes_and_events_can_be_told_apart_without_colour(stage: Stage) -> None:
    opened = stage.world.create("<p>My zeppelin is late.</p>")
    stage.world.note(opened, "<p>Known problem.</p>")
    stage.world.close(opened)
    stage.clock.move(minutes=1)
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "zeppelin")
        lines = [line[73:].strip() for line in text_of(pilot)]
        assert any("INTERNAL NOTE" in line for line in lines)
        assert any(line.startswith("∙") and "closed" in line.lower() for line in lines)
        assert any("✓ closed" in line for line in lines)
        blocks = screen_of(pilot).thread.scroll.blocks
        assert [block.style_name for block in blocks if isinstance(block, MessageBlock)] == [
            "customer",
            "note",
        ]
        assert sum(isinstance(block, EventsBlock) for block in blocks) == 1


class OnePart(App[None]):
    """Shows a part, to see how it is drawn."""

    CSS_PATH = STYLES

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return own_variables(DARK_THEME)

    def compose(self) -> ComposeResult:
        yield ThreadScroll()


async def drawn(shown: ThreadPart) -> str:
    app = OnePart()
    async with app.run_test(size=(60, 12)) as pilot:
        count = len(shown.attachments)
        item = MessageItem(shown, shown.text, attachment_links=(0,) * count, attachment_hosts=("",) * count)
        app.query_one(ThreadScroll).show(ThreadLayout((item,), ()), START, None)
        await pilot.pause()
        return "\n".join(screen_text(app))


async def test_attachments_are_listed_with_size_and_type() -> None:
    files = (Attachment("bill [1].pdf", "application/pdf", 120_000, ""), Attachment("x.png", "", None, ""))
    text = await drawn(replace(part(1), attachments=files))
    assert "⊕ bill [1].pdf (120 kB, application/pdf)" in text
    assert "⊕ x.png" in text


async def test_what_is_cut_or_redacted_says_so() -> None:
    text = await drawn(replace(part(1), truncated=True, redacted=True))
    assert "[redacted in Intercom]" in text
    assert "[cut here: read the rest in Intercom]" in text


@pytest.mark.parametrize("hostile", MARKUP.values())
async def test_hostile_text_is_shown_as_it_is(hostile: str) -> None:
    text = await drawn(replace(part(1, text=hostile), author=ADA))
    assert all(word in text for word in hostile.split())


async def test_a_thread_of_hundreds_of_parts_comes_whole_and_the_last_match_is_reached(stage: Stage) -> None:
    opened = stage.world.create("<p>My zeppelin is late.</p>")
    stage.world.grow(opened, 300)
    stage.world.reply(opened, "<p>The zeppelin is here.</p>")
    stage.clock.move(minutes=1)
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "zeppelin")
        screen = screen_of(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("G")
        await settle(pilot)
        assert any("The zeppelin is here." in line for line in text_of(pilot))
        await pilot.press("g")
        await settle(pilot)
        await pilot.press("N")
        await settle(pilot)
        assert any("The zeppelin is here." in line for line in text_of(pilot))
        assert any(re.search(r"match (\d+) of \1\b", line) for line in text_of(pilot))
        assert screen.thread.scroll.scroll_y > 300


async def test_a_thread_still_to_come_says_fetching_and_goes_first(stage: Stage) -> None:
    stage.sync()
    stage.clock.move(minutes=3)
    opened = stage.world.create("<p>My zeppelin is late.</p>")
    stage.world.note(opened, "<p>Known problem.</p>")
    stage.clock.move(minutes=1)
    stage.wire.hold(r"/conversations/\d+")
    story = Story()
    async with dashboard(stage, story=story, ready=False) as pilot:
        screen = screen_of(pilot)
        table, marker = screen.results.table, screen.results.marker
        await wait_for(pilot, lambda: bool(marker.display) or opened in table.model.ids)
        await pilot.press("full_stop")
        await wait_for(pilot, lambda: opened in table.model.ids)
        await pilot.press("home")
        await wait_for(pilot, lambda: "ThreadAwaited" in story)
        await settle(pilot)
        assert screen.thread.conversation_id == opened
        assert any("fetching…" in line for line in text_of(pilot))
        assert not any("Known problem." in line for line in text_of(pilot))

        stage.wire.release()
        await wait_for(pilot, lambda: any("Known problem." in line for line in text_of(pilot)))
        await settle(pilot)
        assert not any("fetching…" in line for line in text_of(pilot))


async def test_a_reply_that_a_sync_brings_appears_in_the_open_thread(stage: Stage) -> None:
    opened = stage.world.create("<p>My zeppelin is late.</p>")
    stage.clock.move(minutes=1)
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "zeppelin")
        await press_each(pilot, "enter")
        stage.clock.move(minutes=3)
        stage.world.reply(opened, "<p>Still waiting!</p>")
        stage.clock.move(minutes=1)
        await pilot.press("r")
        await wait_for(pilot, lambda: any("Still waiting!" in line for line in text_of(pilot)))


def shown(widget: Widget) -> bool:
    return bool(widget.display)


async def test_reading_takes_the_whole_of_a_small_screen(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage, size=(80, 24)) as pilot:
        screen = screen_of(pilot)
        assert shown(screen.results)
        assert screen.thread.size.height > 4
        await pilot.press("enter")
        await settle(pilot)
        assert not shown(screen.results)
        assert screen.thread.scroll.has_focus
        assert screen.thread.size.height > 15
        await pilot.press("escape")
        await settle(pilot)
        assert shown(screen.results)
        assert screen.results.table.has_focus
