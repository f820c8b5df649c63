"""The results table: cursor, sorting, mouse, columns, wide characters, rows that are fetched or deleted."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from rich.cells import cell_len

from tests.dashboard.mouse import scroll_down
from tests.dashboard.stage import Stage, Story, dashboard, screen_of, settle, table_lines, text_of, wait_for
from tui.dashboard.results.columns import column_at, lay_out
from tui.dashboard.triage.marks import STATE_GLYPHS

pytestmark = pytest.mark.anyio


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.sync()
    return stage


async def test_keys_move_the_cursor_and_the_thread_follows(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        table, thread = screen_of(pilot).results.table, screen_of(pilot).thread
        story.clear()
        for keys, line in (("down", 1), ("j", 2), ("k", 1), ("end", table.count - 1), ("g", 0)):
            await pilot.press(keys)
            await settle(pilot)
            assert table.cursor == line
            assert thread.conversation_id == table.selected_id
        assert story.tells("ConversationHighlighted", "ThreadFetched")
        await pilot.press("pagedown")
        assert table.cursor == table.page - 1
        await pilot.press("up", *["pageup"] * 3)
        assert table.cursor == 0


async def test_rows_out_of_memory_are_fetched_when_they_come_into_view(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        table = screen_of(pilot).results.table
        story.clear()
        await pilot.press("end")
        await settle(pilot)
        assert story.tells("RowsWanted", "RowsFetched")
        assert any(glyph in text_of(pilot)[-3] for glyph in STATE_GLYPHS.values())
        assert table.model.line(table.cursor) is not None


async def test_the_wheel_scrolls_and_leaves_the_cursor(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        table = screen_of(pilot).results.table
        await scroll_down(pilot, (table.region.x + 5, table.region.y + 5))
        await settle(pilot)
        assert table.cursor == 0
        assert table.scroll_y > 0


async def test_clicks_select_and_a_double_click_reads(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = screen_of(pilot)
        await pilot.click("#results", offset=(20, 5))
        assert screen.results.table.cursor == 4
        await pilot.double_click("#results", offset=(20, 3))
        await settle(pilot)
        assert screen.results.table.cursor == 2
        assert story.tells("ConversationHighlighted", "ConversationOpened")
        assert screen.thread.scroll.has_focus


async def test_s_changes_the_order_and_the_heading_shows_it(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        table = screen.results.table
        selected = table.selected_id
        assert "Upd▼" in table_lines(pilot)[0]
        await pilot.press("s")
        await settle(pilot)
        assert table.sort == "created"
        assert "Made▼" in table_lines(pilot)[0]
        assert table.selected_id == selected
        await pilot.press("s")
        await settle(pilot)
        assert "Wait▼" in table_lines(pilot)[0]
        rows = [line.row for i in range(20) if (line := table.model.line(i))]
        waits = [row.waiting_since for row in rows if row.waiting_since]
        assert waits == sorted(waits)
        await pilot.press("s")
        await settle(pilot)
        assert table.sort == "updated"


async def test_headings_sort_on_a_click_and_reverse_on_the_next(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        table = screen_of(pilot).results.table
        newest_first = list(table.model.ids)
        width = table.scrollable_content_region.width
        updated = next(c for c in lay_out(width) if c.key == "updated")
        await pilot.click("#results", offset=(updated.start + 1, 0))
        await settle(pilot)
        assert story.tells("HeadingClicked", "SortChosen", "ResultsFetched")
        assert list(table.model.ids) == newest_first[::-1]
        assert "Upd▲" in table_lines(pilot)[0]
        waiting = next(c for c in lay_out(width) if c.key == "waiting")
        await pilot.click("#results", offset=(waiting.start + 1, 0))
        await settle(pilot)
        assert table.sort == "waiting"
        assert not table.reverse


async def test_a_sort_term_in_the_query_gives_way_to_a_chosen_order(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        screen.search_pane.text = "is:open sort:waiting"
        await settle(pilot)
        assert screen.results.table.sort == "waiting"
        await pilot.press("s")
        await settle(pilot)
        assert screen.results.table.sort == "updated"
        assert screen.search_pane.text == "is:open"


async def test_a_conversation_that_was_deleted_leaves_when_the_change_is_taken(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        screen = screen_of(pilot)
        table = screen.results.table
        gone = table.model.ids[1]
        stage.clock.move(minutes=2)
        stage.world.delete(gone)
        stage.clock.move(minutes=1)
        await pilot.press("r")
        await wait_for(pilot, lambda: bool(screen.results.marker.gone))
        await settle(pilot)
        assert gone in table.model.ids
        await pilot.press("full_stop")
        await settle(pilot)
        assert gone not in table.model.ids


@pytest.mark.parametrize("width", [*range(44, 220, 7), 400])
def test_columns_never_overlap_and_fit(width: int) -> None:
    for sort in ("updated", "created", "waiting", "relevance"):
        columns = lay_out(width, sort)
        assert columns[-1].end <= width
        assert all(left.end < right.start for left, right in pairwise(columns))
        keys = {column.key for column in columns}
        assert {"customer", "subject"} <= keys
        assert "state" not in keys, "it is in the gutter"
        assert sort == "relevance" or sort in keys
        for column in columns:
            assert column_at(columns, column.start) is column


async def test_every_line_has_the_width_of_the_table(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(options={"conversations": 20})
    for text in ("你好世界" * 20, "e\u0301" * 60, "🧑‍💻👍🏽" * 30, "A" * 300, "\U0001f1e9\U0001f1ea"):
        stage.world.create(f"<p>{text}</p>", subject=text)
    stage.clock.move(minutes=1)
    stage.sync()
    for size in ((80, 24), (120, 36), (200, 50)):
        async with dashboard(stage, size=size) as pilot:
            table = screen_of(pilot).results.table
            width = table.scrollable_content_region.width
            for y in range(table.size.height):
                strip = table.render_line(y)
                assert strip.cell_length == width
                assert sum(cell_len(segment.text) for segment in strip) == width
