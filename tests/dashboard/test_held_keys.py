"""Keys pressed before the results of a search arrive."""

from __future__ import annotations

import pytest

from tests.dashboard.jobs import hold_store
from tests.dashboard.stage import (
    Stage,
    dashboard,
    press_at_once,
    press_each,
    screen_of,
    settle,
    type_query,
    wait_for,
)
from tui.query.syntax import term

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


async def test_a_key_behind_a_tab_is_for_the_view_that_it_opens(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        await press_each(pilot, "4")
        waiting, listed = screen.request.text, list(screen.results.table.model.ids)
        await type_query(pilot, "is:closed")
        await press_each(pilot, "enter")
        before = list(screen.results.table.model.ids)
        assert not set(before) & set(listed)
        held = hold_store(pilot)
        press_at_once(pilot, "4", "d", "asterisk")
        await wait_for(pilot, lambda: screen.request.text == waiting)
        held.set()
        await settle(pilot)
        annotations = stage.workspace.annotations.read([*before, *listed])
        assert {id_ for id_, each in annotations.items() if each.done_until} == {listed[0]}
        assert {id_ for id_, each in annotations.items() if each.starred} == {listed[1]}


async def test_a_key_behind_the_key_of_a_view_is_for_its_list(stage: Stage) -> None:
    stage.workspace.views.save("Closed", "is:closed", key="0")
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        listed = list(stage.workspace.search_ids(stage.workspace.parse("is:closed")))
        assert screen.results.table.model.ids[1] != listed[1]
        press_at_once(pilot, "0", "j", "asterisk")
        await settle(pilot)
        assert screen.results.table.cursor == 1
        assert list(stage.workspace.annotations.read(screen.results.table.model.ids)) == [listed[1]]


async def test_keys_behind_the_way_to_a_customer_and_back_are_for_the_list_it_leads_to(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        await press_each(pilot, "j", "j", "j")
        here = screen.results.table.selected_id
        press_at_once(pilot, "W", "end", "asterisk", "escape", "d")
        await settle(pilot)
        assert not screen.back_stack
        assert here is not None
        done = stage.workspace.annotations.read([here])[here]
        assert done.done_until is not None
        row = screen.results.table.model.row(here)
        assert row is not None
        theirs = stage.workspace.search_ids(stage.workspace.parse(term("from", row.row.customer.email)))
        starred = [id_ for id_, each in stage.workspace.annotations.read(theirs).items() if each.starred]
        assert starred == [theirs[-1]]


async def test_a_search_that_is_started_again_before_it_is_shown_begins_at_its_top(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        await press_each(pilot, *"jjjj")
        assert screen.results.table.cursor == 4
        await pilot.press("slash")
        held = hold_store(pilot)
        await pilot.press(*"sort:created")
        await wait_for(pilot, lambda: screen.request.text == "sort:created")
        await pilot.press("enter")
        screen.search(screen.request, keep=True)  # as the end of a sync does
        held.set()
        await settle(pilot)
        assert screen.results.query_shown == stage.workspace.parse("sort:created")
        assert screen.results.table.cursor == 0
