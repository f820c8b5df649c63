"""What the user does to conversations moves them at once: out of the queue, and back with undo."""

from __future__ import annotations

from array import array
from collections.abc import Callable

import pytest

from tests.dashboard.jobs import hold_store
from tests.dashboard.stage import (
    Dashboard,
    Stage,
    Story,
    dashboard,
    press_at_once,
    press_each,
    screen_of,
    settle,
    toasts,
    type_query,
    wait_for,
)
from tui.dashboard.results.annotation_changes import with_lines_of, without_lines
from tui.dashboard.results.table import ResultsTable
from tui.dashboard.results.window import PAGE
from tui.store.listing_pages import Page

pytestmark = pytest.mark.anyio
INBOX, STARRED, FOLLOW_UPS = "Inbox", "Starred", "Follow-ups"


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.sync()
    return stage


async def open_queue(pilot: Dashboard, name: str) -> ResultsTable:
    screen = screen_of(pilot)
    screen.views.open_by_name(name)
    await settle(pilot)
    assert screen.tabs.active is not None
    assert screen.tabs.active.name == name
    return screen.results.table


def tab_count(pilot: Dashboard, name: str) -> int:
    count = screen_of(pilot).tabs.counts[name]
    assert count is not None
    return count.total


async def test_done_leaves_the_queue_at_once_and_undo_brings_it_back_where_it_was(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        table = await open_queue(pilot, INBOX)
        screen, ids = screen_of(pilot), list(table.model.ids)
        await press_each(pilot, "j", "j")
        story.clear()
        await pilot.press("d")
        await wait_for(pilot, lambda: ids[2] not in table.model.ids)
        assert story.tells("AnnotationsChanged", "AnnotationChangesRead")
        assert "ResultsTaken" not in story
        await settle(pilot)
        assert story.tells(
            "AnnotationsChanged", "AnnotationChangesRead", "ConversationHighlighted", "ThreadFetched"
        )
        assert story.tells("AnnotationChangesRead", "ViewsCounted")
        assert list(table.model.ids) == [*ids[:2], *ids[3:]]
        assert (table.cursor, table.selected_id) == (2, ids[3])
        assert screen.thread.conversation_id == ids[3]
        assert tab_count(pilot, INBOX) == len(ids) - 1
        assert not screen.results.marker.display
        assert toasts(pilot) == [], "the list shows it"
        story.clear()
        await press_each(pilot, "j", "u")
        assert story.tells("ActionRestored", "AnnotationChangesRead", "ThreadFetched")
        assert list(table.model.ids) == ids
        assert (table.cursor, screen.thread.conversation_id) == (2, ids[2])
        assert tab_count(pilot, INBOX) == len(ids)
        await press_each(pilot, "ctrl+r")
        assert (table.cursor, table.selected_id) == (2, ids[3])


async def test_after_the_last_line_the_cursor_goes_up_and_an_empty_queue_has_no_reader(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        few = list(stage.workspace.search_ids(stage.workspace.parse("is:open")))[:3]
        stage.workspace.annotations.star(few)
        table = await open_queue(pilot, STARRED)
        ids = list(table.model.ids)
        assert sorted(ids) == sorted(few)
        await press_each(pilot, "end", "asterisk")
        assert (list(table.model.ids), table.selected_id) == (ids[:2], ids[1])
        await press_each(pilot, "enter", "asterisk")
        assert screen.thread.conversation_id == ids[0]
        assert screen.thread.scroll.has_focus, "one goes on reading"
        await press_each(pilot, "asterisk")
        assert table.count == 0
        assert table.has_focus
        assert not screen.thread.header.display
        await press_each(pilot, "u")
        assert (table.selected_id, screen.thread.conversation_id) == (ids[0], ids[0])


async def test_a_burst_of_keys_is_about_one_conversation_each(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        table = await open_queue(pilot, INBOX)
        ids = list(table.model.ids)
        held = hold_store(pilot)
        press_at_once(pilot, *"dddjd")
        await pilot.pause()
        held.set()
        await settle(pilot)
        assert list(table.model.ids) == [ids[3], *ids[5:]]
        assert table.selected_id == ids[5]


async def test_all_of_a_queue_is_done_at_once_and_undone(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        table = await open_queue(pilot, INBOX)
        screen, ids = screen_of(pilot), list(table.model.ids)
        await press_each(pilot, "j", "A", "x", "j", "d")
        assert list(table.model.ids) == [ids[1]], "the rest is shown"
        assert not table.selection
        assert not screen.selection_summary
        assert (table.selected_id, screen.thread.conversation_id) == (ids[1], ids[1])
        assert tab_count(pilot, INBOX) == 1
        assert toasts(pilot) == [f"Marked {len(ids) - 1} conversations done for today"]
        await press_each(pilot, "u")
        assert list(table.model.ids) == ids
        assert table.selected_id == ids[2], "where one was"
        assert tab_count(pilot, INBOX) == len(ids)
        await press_each(pilot, "home", "x", "j", "x", "d")
        assert list(table.model.ids) == ids[2:]
        assert not table.selection


async def test_a_whole_queue_comes_back_with_the_cursor_in_view(stage: Stage) -> None:
    async with dashboard(stage, size=(80, 24)) as pilot:
        await type_query(pilot, "-is:done")
        table = screen_of(pilot).results.table
        table.focus()
        ids = list(table.model.ids)
        assert len(ids) > 2 * table.page
        await press_each(pilot, "j", "A", "d")
        assert table.count == 0
        await press_each(pilot, "u")
        assert list(table.model.ids) == ids
        assert (table.cursor, table.visible_lines[0]) == (1, 0)
        await press_each(pilot, "end", "A", "d", "u")
        await wait_for(pilot, lambda: table.visible_lines[0] <= table.cursor < table.visible_lines[1])
        assert table.selected_id == ids[-1]


async def test_what_the_sync_changed_waits_while_what_the_user_did_moves(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        table = await open_queue(pilot, INBOX)
        screen, ids = screen_of(pilot), list(table.model.ids)
        stage.clock.move(minutes=2)
        stage.world.close(ids[4])
        new = stage.world.create("<p>Hello, I am new.</p>")
        stage.clock.move(minutes=1)
        screen.action_sync()
        await wait_for(pilot, lambda: screen.results.marker.arrived == 1 and screen.results.marker.gone == 1)
        await press_each(pilot, "d")
        assert list(table.model.ids) == ids[1:], "neither the new one nor the closed one moved"
        assert (screen.results.marker.arrived, screen.results.marker.gone) == (1, 1)
        await press_each(pilot, "u")
        assert list(table.model.ids) == ids
        assert (screen.results.marker.arrived, screen.results.marker.gone) == (1, 1)
        await press_each(pilot, "full_stop")
        assert list(table.model.ids) == [new, *ids[:4], *ids[5:]]


async def test_a_follow_up_moves_to_its_place_in_the_queue(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        table = await open_queue(pilot, INBOX)
        ids = list(table.model.ids)[:3]
        for id_, when in zip(ids, ("3d", "1d", "2d"), strict=True):
            await press_each(pilot, "F", *when, "enter", "j")
            assert id_ in table.model.ids
        table = await open_queue(pilot, FOLLOW_UPS)
        first, second, third = ids[1], ids[2], ids[0]
        assert list(table.model.ids) == [first, second, third]
        await press_each(pilot, "F", *"4d", "enter")
        assert list(table.model.ids) == [second, third, first]
        assert table.selected_id == first
        await press_each(pilot, "F", "ctrl+d")
        assert list(table.model.ids) == [second, third]
        assert table.selected_id == third
        await press_each(pilot, "u")
        assert list(table.model.ids) == [second, third, first]
        assert table.selected_id == first


@pytest.mark.parametrize("query", ["-is:done", "-is:done sort:created"])
async def test_a_long_list_loses_lines_in_the_middle_and_is_read_on(
    stage_with: Callable[..., Stage], query: str
) -> None:
    stage = stage_with(options={"conversations": 2000})
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, query)
        await press_each(pilot, "enter")
        table = screen_of(pilot).results.table
        ids = list(stage.workspace.search_ids(stage.workspace.parse(query)))
        await press_each(pilot, *["pagedown"] * 4)
        at = table.cursor
        top = table.visible_lines[0]
        await press_each(pilot, *"dddd")
        del ids[at : at + 4]
        assert (table.cursor, table.visible_lines[0]) == (at, top)
        assert table.selected_id == ids[at]
        assert table.count == len(ids)
        while table.model.window.end < PAGE + 200:
            await press_each(pilot, "pagedown")
        window = table.model.window
        assert list(window.ids) == ids[window.first : window.end]
        await press_each(pilot, "end", "d", "A", "d")
        assert table.count == 0
        await press_each(pilot, "u")
        assert table.count == len(ids) - 1
        assert table.selected_id == ids[-2]
        window = table.model.window
        assert list(window.ids) == ids[:-1][window.first : window.end]


def page(*ids: int, first: int = 0) -> Page:
    return Page(first, array("q", ids), array("q", range(first, first + len(ids))))


def test_lines_that_are_gone_lower_the_numbers_of_those_below() -> None:
    shown = page(1, 2, 3, 4, first=10)
    left = without_lines(shown, {1, 3}, are_numbers=True)
    assert (list(left.ids), list(left.keys)) == ([2, 4], [10, 11])
    assert list(without_lines(shown, {1, 3}, are_numbers=False).keys) == [11, 13]


def test_only_the_users_own_lines_are_put_where_they_are_now() -> None:
    shown, again = page(1, 2, 3, 4), page(9, 5, 4, 2, 8, 1, 6)
    assert list(with_lines_of(shown, again, {5, 6}, are_numbers=True).ids) == [5, 1, 6, 2, 3, 4]
    assert list(with_lines_of(shown, again, {1, 3, 7}, are_numbers=True).ids) == [2, 1, 4]
    assert list(with_lines_of(page(), again, {8, 9}, are_numbers=True).ids) == [9, 8]
