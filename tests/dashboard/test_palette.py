"""The command palette."""

from __future__ import annotations

import pytest
from textual.events import Paste
from textual.widgets import Input

from tests.dashboard.stage import Stage, command, dashboard, screen_of, settle, text_of, toasts, wait_for

pytestmark = pytest.mark.anyio


async def test_the_palette_offers_actions_and_conversations(stage: Stage) -> None:
    wanted = stage.world.create("<p>My [zeppelin] is late.</p>", subject="[/b] zeppelin")
    stage.clock.move(minutes=1)
    stage.sync()
    async with dashboard(stage) as pilot:
        await pilot.press("j")
        await command(pilot, "zeppelin", "zeppelin")
        await wait_for(pilot, lambda: screen_of(pilot).thread.conversation_id == wanted)
        await pilot.press("escape")
        await command(pilot, "sort by waiting", "Sort by waiting")
        await wait_for(pilot, lambda: screen_of(pilot).results.table.sort == "waiting")


async def test_a_view_that_holds_a_customers_words_does_not_break_the_palette(stage: Stage) -> None:
    stage.sync()
    stage.workspace.views.save("[/b] of [red]", 'subject:"[/bug] [bold"')
    async with dashboard(stage) as pilot:
        await command(pilot, "[/b] of", "[/b] of [red]")
        await settle(pilot)
        assert screen_of(pilot).search_pane.text == 'subject:"[/bug] [bold"'


async def test_the_palette_sets_any_theme(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await pilot.press("ctrl+p", *"theme nord")
        await wait_for(pilot, lambda: any("Theme: nord" in line for line in text_of(pilot)))
        await pilot.press("enter")
        await wait_for(pilot, lambda: pilot.app.theme == "nord")


@pytest.mark.parametrize("number", ["9" * 25, "#" + "9" * 19, "9" * 5_000, "²", "#²"])
async def test_a_number_that_no_conversation_can_have_finds_none(stage: Stage, number: str) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await pilot.press("ctrl+p")
        pilot.app.post_message(Paste(number))
        await settle(pilot)
        assert pilot.app.screen.query_one(Input).value == number
        assert not toasts(pilot)
