"""Keys pressed before the results of a search arrive."""

from __future__ import annotations

import pytest

from tests.dashboard.jobs import hold_store
from tests.dashboard.stage import Stage, dashboard, press_at_once, screen_of, settle, type_query, wait_for

pytestmark = pytest.mark.anyio


async def test_what_is_typed_behind_enter_is_for_the_list_that_comes(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        ids = list(screen.results.table.model.ids)
        await pilot.press("slash")
        held = hold_store(pilot)
        press_at_once(pilot, *"is:closed", "enter", *"jj", "asterisk", *"k")
        await wait_for(pilot, lambda: screen.results.table.has_focus)
        await pilot.press("k")
        assert screen.search_pane.text == "is:closed"
        assert list(screen.results.table.model.ids) == ids
        assert screen.results.table.cursor == 0, "keys are about no line of the list before"
        held.set()
        await settle(pilot)
        listed = stage.workspace.search_ids(stage.workspace.parse("is:closed"))
        assert list(screen.results.table.model.ids) == list(listed)
        assert screen.results.table.cursor == 0
        assert list(stage.workspace.annotations.read(ids)) == [listed[2]]


async def test_enter_goes_to_the_list_at_once_and_the_search_line_can_be_had_back(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        await pilot.press("slash", *"is:clo")
        held = hold_store(pilot)
        await pilot.press(*"sed", "enter")
        assert screen.results.table.has_focus
        await pilot.press("j", "slash", "x", "backspace")
        held.set()
        await settle(pilot)
        assert screen.search_pane.input.has_focus
        assert screen.search_pane.text == "is:closed"
        assert screen.results.table.cursor == 0


@pytest.mark.parametrize("query", ["is:opn", "tag:nonesuch"])
async def test_enter_on_what_is_no_query_stays_and_says_so(stage: Stage, query: str) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        await pilot.press("slash")
        press_at_once(pilot, *query, "enter", "j", "q")
        await wait_for(pilot, lambda: screen.search_pane.has_class("-error"))
        await settle(pilot)
        assert screen.search_pane.input.has_focus
        assert screen.search_pane.text == query
        await pilot.press("enter")
        assert screen.search_pane.input.has_focus, "it is known by now"
        await pilot.press("backspace", "n")
        assert screen.search_pane.text == query[:-1] + "n"


async def test_a_list_that_is_asked_for_again_leaves_the_keys_where_they_are(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "is:open")
        await pilot.press("enter")
        await settle(pilot)
        screen = screen_of(pilot)
        assert screen.results.table.has_focus
        await pilot.press("slash")
        screen.search(screen.request, keep=True)  # as the end of a sync does
        await settle(pilot)
        assert screen.search_pane.input.has_focus
        await pilot.press("d")
        assert screen.search_pane.text.endswith("d")
