"""A list that is longer than what the dashboard keeps of it: scrolling, jumps, changes, selections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest

from tests.dashboard.jobs import Inbox, hold
from tests.dashboard.mouse import drag
from tests.dashboard.stage import (
    Dashboard,
    Stage,
    app_of,
    dashboard,
    press_each,
    screen_of,
    settle,
    text_of,
    toasts,
    type_query,
    wait_for,
)
from tui.dashboard.main_screen import DashboardScreen
from tui.dashboard.play.screen import PlayScreen
from tui.dashboard.results.table import ResultsTable
from tui.dashboard.results.window import MARGIN, PAGE
from tui.dashboard.store_thread import Job, JobKind
from tui.dashboard.triage.follow_up_dialog import FollowUpDialog
from tui.store.errors import StoreError

pytestmark = pytest.mark.anyio


@pytest.fixture
def stage(stage_with: Callable[..., Stage]) -> Stage:
    stage = stage_with(options={"conversations": 2000})
    stage.sync()
    return stage


def whole(stage: Stage, query: str = "") -> list[int]:
    return list(stage.workspace.search_ids(stage.workspace.parse(query)))


def in_view(table: ResultsTable) -> list[int]:
    """The conversations of the lines in view."""
    first, last = table.visible_lines
    ids = list(table.model.window.between(first, last))
    assert len(ids) == last - first, "every line in view is known"
    return ids


def is_known(table: ResultsTable) -> bool:
    """Whether all lines in view are known."""
    first, last = table.visible_lines
    return len(table.model.window.between(first, last)) == last - first


def in_step(table: ResultsTable, ids: list[int]) -> None:
    """Every known line is the one of the whole list that has its number."""
    window = table.model.window
    assert list(window.ids) == ids[window.first : window.end]
    assert table.count == len(ids)
    assert table.selected_id == ids[table.cursor]
    first, last = table.visible_lines
    assert in_view(table) == ids[first:last]


async def change_and_sync(stage: Stage, pilot: Dashboard, *changes: Callable[[], object]) -> None:
    """Make changes in Intercom, and sync them."""
    stage.clock.move(minutes=2)
    for change in changes:
        change()
    stage.clock.move(minutes=1)
    runs = len(stage.workspace.runs(100))
    screen_of(pilot).action_sync()
    await wait_for(pilot, lambda: len(stage.workspace.runs(100)) > runs)
    await wait_for(pilot, lambda: not stage.workspace.sync_in_progress)
    await settle(pilot)


async def test_a_long_list_is_counted_and_walked_from_end_to_end(stage: Stage) -> None:
    ids = whole(stage)
    assert len(ids) > 3 * PAGE
    async with dashboard(stage) as pilot:
        table = screen_of(pilot).results.table
        in_step(table, ids)
        assert len(table.model.ids) == PAGE
        await press_each(pilot, "end")
        assert table.cursor == len(ids) - 1
        in_step(table, ids)
        assert screen_of(pilot).thread.conversation_id == ids[-1]
        await press_each(pilot, *["pageup"] * (PAGE // table.page + 2))
        in_step(table, ids)
        await press_each(pilot, "home")
        assert table.cursor == 0
        in_step(table, ids)
        seen = in_view(table)
        while table.cursor < len(ids) - 1:
            await pilot.press("pagedown")
            await wait_for(pilot, lambda: is_known(table))
            in_step(table, ids)
            seen += [id_ for id_ in in_view(table) if id_ not in seen]
        assert seen == ids


async def test_the_scrollbar_is_dragged_through_a_long_list(stage: Stage) -> None:
    ids = whole(stage)
    async with dashboard(stage) as pilot:
        table = screen_of(pilot).results.table
        x = table.region.right - 1
        await drag(pilot, (x, table.region.y), (x, table.region.y + 5), (x, table.region.y + 15))
        await settle(pilot)
        first, last = table.visible_lines
        assert first > PAGE + MARGIN
        assert in_view(table) == ids[first:last]
        assert all(table.model.line(line) for line in range(first, last)), "their rows are shown"
        assert table.cursor == 0
        assert table.selected_id == ids[0], "the cursor stays where it is, out of view"
        await press_each(pilot, "down")
        assert table.cursor == 1
        in_step(table, ids)


@pytest.mark.parametrize("query", ["sort:oldest", "sort:created", "sort:waiting", "is:open OR is:closed"])
async def test_every_order_is_read_in_parts(stage: Stage, query: str) -> None:
    ids = whole(stage, query)
    async with dashboard(stage) as pilot:
        table = screen_of(pilot).results.table
        await type_query(pilot, query)
        await press_each(pilot, "enter", "end", *["pageup"] * 5)
        in_step(table, ids)
        await press_each(pilot, "home")
        table.scroll_to(y=PAGE - table.page, animate=False)
        await settle(pilot)
        assert table.model.window.end > PAGE + MARGIN
        first, last = table.visible_lines
        assert in_view(table) == ids[first:last]
        await press_each(pilot, "S", "end")
        in_step(table, ids[::-1])


async def test_what_a_sync_brings_moves_nothing_while_one_reads_deep_in_the_list(stage: Stage) -> None:
    ids = whole(stage)
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        table, marker = screen.results.table, screen.results.marker
        table.cursor = 1200
        await settle(pilot)
        before, selected, top = in_view(table), table.selected_id, table.scroll_y
        world, seen = stage.world, in_view(table)[3]
        await change_and_sync(
            stage, pilot, *[world.create] * 3, *(partial(world.reply, ids[line]) for line in (1500, 10, 700))
        )
        await wait_for(pilot, lambda: marker.display)
        await settle(pilot)
        assert (marker.arrived, marker.moved) == (6, 0), "what moved is not among the lines in memory"
        assert (in_view(table), table.selected_id, table.scroll_y) == (before, selected, top)
        await change_and_sync(stage, pilot, partial(world.reply, seen))
        await wait_for(pilot, lambda: marker.moved == 1)
        assert marker.arrived == 6
        assert (in_view(table), table.selected_id, table.scroll_y) == (before, selected, top)
        on_screen = table.cursor - round(table.scroll_y)
        await press_each(pilot, "full_stop")
        assert not marker.display
        assert table.selected_id == selected
        assert table.cursor - round(table.scroll_y) == on_screen
        in_step(table, whole(stage))
        assert table.cursor == 1200 + 4, "of seven above the cursor, three were above it before"


async def test_lines_that_left_above_are_found_out_at_the_top(stage: Stage) -> None:
    ids = whole(stage)
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        table = screen.results.table
        table.cursor = 1200
        await settle(pilot)
        await change_and_sync(stage, pilot, *(partial(stage.world.reply, ids[line]) for line in range(5)))
        await wait_for(pilot, lambda: screen.results.marker.arrived == 5)
        assert table.selected_id == ids[1200]
        left = [id_ for id_ in ids if id_ not in ids[:5]]
        seen = in_view(table)
        while table.cursor:
            await pilot.press("pageup")
            await wait_for(pilot, lambda: is_known(table))
            lines = in_view(table)
            seen = lines[: lines.index(seen[0])] + seen
        assert seen == left[: len(seen)]
        await settle(pilot)
        assert table.cursor == 0
        in_step(table, left)


async def test_what_moves_far_down_in_an_order_of_its_own_is_shown_once(stage: Stage) -> None:
    """In orders other than by activity pages are read by number, and numbers change."""
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        table = screen.results.table
        await type_query(pilot, "sort:created")
        await press_each(pilot, "enter")
        before = whole(stage, "sort:created")
        await change_and_sync(stage, pilot, *[stage.world.create] * 3)
        await wait_for(pilot, lambda: screen.results.marker.arrived == 3)
        table.scroll_to(y=PAGE, animate=False)
        await settle(pilot)
        window = table.model.window
        assert window.end > PAGE + MARGIN
        assert list(window.ids) == before[: window.end], "no line twice, none left out"


async def test_the_cursor_stays_on_its_conversation_when_the_list_is_searched_again(stage: Stage) -> None:
    ids = whole(stage)
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        table = screen.results.table
        table.cursor = 1300
        await settle(pilot)
        table.scroll_to(y=1290, animate=False)
        await settle(pilot)
        screen.search(screen.request, keep=True)
        await settle(pilot)
        assert (table.cursor, table.scroll_y) == (1300, 1290)
        in_step(table, ids)
        await press_each(pilot, "S")
        assert table.selected_id == ids[1300], "the same place in the reverse order"
        in_step(table, ids[::-1])
        await press_each(pilot, "S")
        table.scroll_to(y=20, animate=False)
        await settle(pilot)
        screen.search(screen.request, keep=True)
        await settle(pilot)
        assert (table.scroll_y, table.cursor) == (20, 1300), "what is in view stays, wherever the cursor is"
        assert table.selected_id == ids[1300]
        await press_each(pilot, "down")
        assert table.selected_id == ids[1301]
        moved = ids[1301]
        await change_and_sync(stage, pilot, partial(stage.world.reply, moved))
        await wait_for(pilot, lambda: screen.results.marker.moved == 1)
        await press_each(pilot, "full_stop")
        assert table.selected_id == moved
        assert table.cursor == 0
        table.cursor = 1300
        await settle(pilot)
        await press_each(pilot, "s")
        assert table.cursor == 0, "where it is in another order is not known"
        in_step(table, whole(stage, "sort:created"))


async def test_the_end_is_gone_to_when_it_is_known(stage: Stage) -> None:
    ids = whole(stage)
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        table = screen.results.table
        begun, held = threading.Event(), threading.Event()
        screen.search(screen.request)
        job = Job(JobKind.OTHER, "hold", partial(hold, begun=begun, until=held))
        app_of(pilot).store.run(job, Inbox())
        await wait_for(pilot, lambda: begun.is_set() and not table.model.window.is_counted)
        assert table.count == 1000
        await pilot.press("end")
        held.set()
        await settle(pilot)
        assert table.cursor == len(ids) - 1
        in_step(table, ids)


async def test_all_but_one_are_selected_and_changed(stage: Stage) -> None:
    ids = whole(stage)
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        annotations = stage.workspace.annotations
        await press_each(pilot, "A")
        assert f"■ {len(ids):,} selected " in text_of(pilot)[-1]
        table = screen.results.table
        table.cursor = 1400
        await settle(pilot)
        spared = ids[1400]
        await press_each(pilot, "x")
        assert f"■ {len(ids) - 1:,} selected " in text_of(pilot)[-1]
        await press_each(pilot, "d")
        assert toasts(pilot)[-1] == f"Marked {len(ids) - 1:,} conversations done for today"
        assert set(annotations.read(ids)) == {*ids} - {spared}
        await wait_for(pilot, lambda: sum("☑" in line for line in text_of(pilot)) > 5)
        await press_each(pilot, "u")
        assert annotations.read(ids) == {}
        await pilot.press("F")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, FollowUpDialog))
        await settle(pilot)
        assert any(f"Remind me about {len(ids) - 1:,} conversations" in line for line in text_of(pilot))
        await press_each(pilot, *"2h", "enter")
        assert toasts(pilot)[-1].startswith(f"Follow-up set for {len(ids) - 1:,} conversations: ")
        await press_each(pilot, "u", "m")
        assert any(f"On {len(ids) - 1:,} conversations" in line for line in text_of(pilot))
        await press_each(pilot, *"all", "ctrl+s")
        assert {note.note for note in annotations.read(ids).values()} == {"all"}
        assert len(annotations.read(ids)) == len(ids) - 1
        await press_each(pilot, "u", "escape")
        assert not table.selection
        assert annotations.read(ids) == {}


async def test_all_follow_the_list_and_end_with_the_search(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        selection, summary = screen.results.table.selection, screen.selection_summary
        await press_each(pilot, "A")
        before = summary.count.total
        await change_and_sync(stage, pilot, *[stage.world.create] * 2)
        await wait_for(pilot, lambda: screen.results.marker.arrived == 2)
        assert summary.count.total == before, "what waits to be shown is not selected"
        await press_each(pilot, "full_stop")
        assert summary.count.total == before + 2
        await press_each(pilot, "s")
        assert summary.count.total == before + 2, "another order of the same list"
        await press_each(pilot, "1")
        assert not selection
        assert not summary


async def test_a_range_goes_over_lines_that_are_not_in_memory(stage: Stage) -> None:
    ids = whole(stage)
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        table = screen.results.table
        table.cursor = 5
        await press_each(pilot, "x", "end", "up", "X")
        assert table.model.window.line_of(ids[5]) is None
        assert table.selection.picked == set(ids[5:-1])
        assert f"■ {len(ids) - 6:,} selected " in text_of(pilot)[-1]
        await press_each(pilot, "asterisk")
        assert toasts(pilot)[-1] == f"Starred {len(ids) - 6:,} conversations"
        await press_each(pilot, "escape", "x", "home")
        await change_and_sync(stage, pilot, partial(stage.world.reply, ids[700]))
        await pilot.click("#results", offset=(20, 4), shift=True)
        await settle(pilot)
        assert table.selection.picked == {*ids[3:-1]} - {ids[700]}, "upwards, as the list is by then"


async def test_of_a_selection_it_is_told_how_much_is_not_in_a_long_list(stage: Stage) -> None:
    hidden, shown = whole(stage, "is:snoozed")[:3], whole(stage, "-is:snoozed")[-2:]
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        screen.results.table.selection.add([*hidden, *shown], None)
        await type_query(pilot, "-is:snoozed")
        assert "■ 5 selected, 3 not in this list" in text_of(pilot)[-1]


async def test_a_range_that_is_too_long_is_refused_with_the_number(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("queries", "list_actions"):
        monkeypatch.setattr(f"tui.dashboard.results.{module}.LONGEST_RANGE", 700)
    async with dashboard(stage) as pilot:
        await press_each(pilot, "x", "end", "X")
        total = screen_of(pilot).results.table.count
        (toast,) = toasts(pilot)
        assert toast == (
            f"Not selected: {total:,} conversations are too many for a range: it can have 700."
            " Narrow the search, and select all of it."
        )
        assert len(screen_of(pilot).results.table.selection.picked) == 1


async def test_tabs_of_long_lists_each_begin_at_their_top(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        table = screen.results.table
        await press_each(pilot, "end")
        for view in screen.tabs.views:
            screen.views.open_by_name(view.name)
            await settle(pilot)
            ids = whole(stage, view.source)
            assert table.count == len(ids)
            assert table.cursor == 0
            if ids:
                in_step(table, ids)
            await press_each(pilot, "end")


async def test_play_mode_reviews_the_first_of_a_long_list(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.dashboard.play.queries.LONGEST_QUEUE", 700)
    ids = whole(stage)
    async with dashboard(stage) as pilot:
        await press_each(pilot, "end", "p")
        assert isinstance(pilot.app.screen, PlayScreen)
        queue = pilot.app.screen.panel.queue
        assert queue.ids == set(ids[:700])
        assert queue.current == ids[0]
        assert "1 of the first 700" in text_of(pilot)[0]
        await press_each(pilot, "escape")
        assert isinstance(pilot.app.screen, DashboardScreen)


async def test_reading_goes_on_from_one_part_of_the_list_to_the_next(stage: Stage) -> None:
    ids = whole(stage)
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        screen.results.table.cursor = PAGE - 3
        await press_each(pilot, "enter", *["right_curly_bracket"] * 6)
        assert screen.thread.conversation_id == ids[PAGE + 3]
        await press_each(pilot, *["left_curly_bracket"] * 2)
        assert screen.thread.conversation_id == ids[PAGE + 1]


async def test_lines_that_could_not_be_read_are_read_when_they_are_seen_next(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = whole(stage)

    def fail(*_: object, **__: object) -> None:
        raise StoreError("the disk is gone")

    async with dashboard(stage) as pilot:
        table = screen_of(pilot).results.table
        with monkeypatch.context() as broken:
            broken.setattr("tui.dashboard.results.pane.fetch_page", fail)
            await press_each(pilot, "end")
        assert table.selected_id is None
        assert any("the disk is gone" in toast for toast in toasts(pilot))
        await press_each(pilot, "home", "end")
        in_step(table, ids)
