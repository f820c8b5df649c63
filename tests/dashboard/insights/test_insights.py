"""Statistics of a period, and the conversations behind each number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.dashboard.secondary import open_screen, static_text
from tests.dashboard.stage import (
    START,
    Stage,
    Story,
    app_of,
    dashboard,
    screen_of,
    settle,
    text_of,
    type_query,
    wait_for,
)
from tests.insights.support import numbers
from tui.dashboard.common.messages import QueryChosen
from tui.dashboard.insights.screen import InsightsScreen
from tui.dashboard.results.messages import ResultsFetched
from tui.query import Who

pytestmark = pytest.mark.anyio


async def test_every_number_lists_its_conversations(stage: Stage) -> None:
    stage.sync()
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = await open_screen(pilot, "i", InsightsScreen)
        stops = list(screen.grid._stops)
        assert len(stops) > 200
        assert all(stop.cell.query for stop in stops)
        open_now = next(n for n, s in enumerate(stops) if s.cell.words.endswith(" open"))
        screen.grid.index = open_now
        await pilot.pause()
        assert stops[open_now].cell.words in static_text(screen, "#insights-detail")
        story.clear()
        await pilot.press("enter")
        await wait_for(pilot, lambda: pilot.app.screen is screen_of(pilot))
        await settle(pilot)
        assert story.tells("CellOpened", "QueryChosen", "ResultsFetched")
        chosen = next(m for m in story.messages if isinstance(m, QueryChosen))
        fetched = next(
            m for m in story.messages if isinstance(m, ResultsFetched) and m.query.source == chosen.query
        )
        number = int(stops[open_now].cell.words.rsplit(": ", 1)[1].split()[0])
        assert screen_of(pilot).search_pane.text == chosen.query
        assert fetched.count.total == number


async def test_the_period_can_be_changed_and_shows_its_freshness(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(settings={"history": "90d"}, options={"days": 90})
    stage.sync(START - timedelta(days=40), START)
    stage.wire.is_cut = True
    story = Story()
    async with dashboard(stage, story=story, ready=False) as pilot:
        screen = await open_screen(pilot, "i", InsightsScreen)
        assert "🟢 Fresh" in static_text(screen, "#insights-freshness")
        assert "Open and waiting now: 🟡 Partial" in static_text(screen, "#insights-freshness")
        story.clear()
        await pilot.press("9")
        await wait_for(pilot, lambda: screen._report.window.end - screen._report.window.start > 80 * 86400)
        assert "🟡 Partial" in static_text(screen, "#insights-freshness")
        assert "; not synced: 21 Sep–10 Nov" in static_text(screen, "#insights-freshness")
        assert story.tells("PeriodChosen", "ReportFetched", "CellHighlighted")
        assert "[90 d]" in text_of(pilot)[0]
        await pilot.press("p")
        await wait_for(pilot, lambda: len(screen._report.days) == 8)
        await pilot.click("#insights-period", offset=(8, 0))
        await wait_for(pilot, lambda: len(screen._report.days) == 31)


async def test_the_scope_is_the_results_or_the_whole_workspace(stage: Stage) -> None:
    stage.sync()
    workspace = stage.workspace
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await type_query(pilot, "is:open -tag:none sort:waiting")
        await pilot.press("enter")
        await settle(pilot)
        screen = await open_screen(pilot, "i", InsightsScreen)
        head = text_of(pilot)[1]
        assert "[these results]  whole workspace" in head
        assert "open · with a tag" in head
        found = len(workspace.search_ids(workspace.parse("is:open -tag:none since:30d")))
        assert screen._report.active.value == found > 0
        assert screen._report.active.query == "is:open -tag:none since:30d"
        shown = [n.query for n in numbers(screen._report)]
        assert all("is:open" in query and "-tag:none" in query for query in shown)
        story.clear()
        await pilot.press("w")
        await wait_for(pilot, lambda: not screen.is_waiting)
        assert story.tells("ScopeChosen", "ReportFetched")
        assert "these results  [whole workspace]" in text_of(pilot)[1]
        assert screen._report.active.query == "since:30d"
        assert screen._report.active.value > found
        await pilot.click("#insights-scope", offset=(3, 0))
        await wait_for(pilot, lambda: not screen.is_waiting and screen._report.active.value == found)
        await pilot.press("end", "enter")
        await wait_for(pilot, lambda: pilot.app.screen is screen_of(pilot))
        await settle(pilot)
        assert screen_of(pilot).search_pane.text.startswith("is:open -tag:none ")


async def test_the_period_of_the_search_can_be_chosen(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "since:2024-12-10 until:2024-12-15")
        await pilot.press("enter")
        await settle(pilot)
        screen = await open_screen(pilot, "i", InsightsScreen)
        assert "[since 2024-12-10 until 2024-12-15]  7 d   30 d   90 d" in text_of(pilot)[0]
        assert len(screen._report.days) == 6
        await pilot.press("p")
        await wait_for(pilot, lambda: not screen.is_waiting)
        assert "[7 d]" in text_of(pilot)[0]
        assert len(screen._report.days) == 8
        await pilot.press("w")
        await wait_for(pilot, lambda: not screen.is_waiting)
        assert "until" not in text_of(pilot)[0]


async def test_without_a_search_there_is_no_scope_to_choose(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = await open_screen(pilot, "i", InsightsScreen)
        assert not screen.query_one("#insights-scope-line").display
        assert "Scope" not in text_of(pilot)[-1]
        await pilot.press("w")
        await pilot.pause()
        assert screen._report.active.query == "since:30d"


async def test_a_query_that_has_become_invalid_is_reported(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "assignee:me")
        await pilot.press("enter")
        await settle(pilot)
        query = screen_of(pilot).results.query_shown
        assert query is not None
        gone = replace(query, expression=Who("tag", "gone"))
        app = app_of(pilot)
        screen = InsightsScreen(app.store, app.feed, gone, id="insights")
        pilot.app.push_screen(screen)
        await wait_for(pilot, lambda: not screen.is_waiting)
        await pilot.pause()
        assert "These results cannot be counted: no tag is called “gone”" in static_text(
            screen, "#insights-freshness"
        )


async def test_arrow_keys_and_mouse_move_the_cursor(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = await open_screen(pilot, "i", InsightsScreen)
        grid = screen.grid
        assert grid.index == 0
        await pilot.press("down", "right", "l")
        assert grid.stop.line > 0
        line = grid.stop.line
        await pilot.press("left", "h", "k", "j")
        assert grid.stop.line == line
        await pilot.press("end")
        assert grid.index == len(grid._stops) - 1
        assert grid.stop.line < grid.scroll_y + grid.size.height
        await pilot.press("home")
        assert grid.scroll_y == 0
        stop = grid._stops[5]
        await pilot.click(
            "#insights-grid", offset=(stop.start + grid.gutter.left, stop.line + grid.gutter.top)
        )
        assert grid.index == 5


async def test_where_nothing_is_to_be_counted_it_says_what_to_do(stage: Stage) -> None:
    async with dashboard(stage, size=(80, 24)) as pilot:
        await type_query(pilot, "zeppelin")
        await pilot.press("enter")
        screen = await open_screen(pilot, "i", InsightsScreen)
        words = "Nothing to count in this period · p next period · w all conversations"
        assert any(words in line for line in text_of(pilot))
        await pilot.press("w")
        await wait_for(pilot, lambda: not screen.is_waiting)
        assert not any("Nothing to count" in line for line in text_of(pilot))
