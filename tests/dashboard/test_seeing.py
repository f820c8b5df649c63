"""The screens behind the main one: coverage, numbers, the history of syncs, the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from textual.widgets import Static

from tests.dashboard.stage import (
    START,
    Dashboard,
    Stage,
    Story,
    app_of,
    dashboard,
    resize,
    screen_of,
    settle,
    text_of,
    type_query,
    wait_for,
)
from tests.dashboard.views import with_a_gap
from tests.insights.support import numbers
from tui.dashboard.common.messages import QueryChosen
from tui.dashboard.common.screens import SecondaryScreen
from tui.dashboard.coverage.screen import CoverageScreen
from tui.dashboard.history.log_screen import LogScreen
from tui.dashboard.history.screen import HistoryScreen
from tui.dashboard.insights.screen import InsightsScreen
from tui.dashboard.results.messages import ResultsFetched
from tui.dashboard.sync_status.messages import WindowsSyncRequested
from tui.insights import DayState
from tui.query import Who

pytestmark = pytest.mark.anyio
TODAY = START.date()
START_OF_DAY = int(START.timestamp()) // 86400 * 86400


async def opened(pilot: Dashboard, key: str, kind: type[SecondaryScreen]) -> Any:
    """Press the key and wait until that screen shows what it was opened for."""
    await pilot.press(key)
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, kind) and not pilot.app.screen.is_waiting)
    await pilot.pause()
    return pilot.app.screen


def words_of(screen: SecondaryScreen, selector: str) -> str:
    return str(screen.query_one(selector, Static).content)


async def test_the_calendar_is_walked_by_day_and_week_and_tells_the_counts(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = await opened(pilot, "c", CoverageScreen)
        calendar = screen.calendar
        assert calendar.cursor == TODAY
        for key, days in (("left", -1), ("k", -7), ("h", -1), ("right", 1), ("down", 7), ("l", 1)):
            before = calendar.cursor
            await pilot.press(key)
            assert calendar.cursor - before == timedelta(days=days)
        await pilot.press("right", "down")
        assert calendar.cursor == TODAY, "there is no tomorrow"
        await pilot.press("home")
        assert calendar.cursor == stage.workspace.insights.horizon()[0]
        await pilot.press("end", "left")
        (day,) = stage.workspace.insights.days(calendar.cursor, calendar.cursor)
        expected = f"{day.conversations.value} conversation"
        assert "Thu 19 Dec 2024" in words_of(screen, "#coverage-detail")
        assert expected in words_of(screen, "#coverage-detail")


async def test_a_long_history_opens_on_today(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(settings={"history": "360d"}, options={"conversations": 5})
    stage.sync()
    async with dashboard(stage, size=(80, 24)) as pilot:
        calendar = (await opened(pilot, "c", CoverageScreen)).calendar

        def in_view() -> bool:
            line = calendar._plan.places[calendar.cursor][1] - calendar.scroll_y
            return bool(0 <= line < calendar.scrollable_content_region.height)

        await wait_for(pilot, in_view)
        assert calendar.scroll_y > 0
        await pilot.press("home")
        await wait_for(pilot, in_view)


async def test_enter_lists_the_day(stage: Stage) -> None:
    stage.sync()
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await opened(pilot, "c", CoverageScreen)
        story.clear()
        await pilot.press("left", "enter")
        await wait_for(pilot, lambda: pilot.app.screen is screen_of(pilot))
        await settle(pilot)
        assert story.tells("DaysHighlighted", "DaysChosen", "QueryChosen", "ResultsFetched")
        screen = screen_of(pilot)
        assert screen.search_pane.text == "on:2024-12-19"
        (day,) = stage.workspace.insights.days(date(2024, 12, 19), date(2024, 12, 19))
        assert screen.results.table.count == day.conversations.value


async def test_a_selected_range_is_synced_and_the_days_fill(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(settings={"history": "20d"}, options={"days": 20})
    stage.sync(START - timedelta(days=3), START)
    stage.wire.is_cut = True
    story = Story()
    async with dashboard(stage, story=story, ready=False) as pilot:
        await wait_for(pilot, lambda: screen_of(pilot).sync.activity.failure is not None)
        screen = await opened(pilot, "c", CoverageScreen)
        calendar = screen.calendar
        await pilot.press("up", "v", "left", "shift+left")
        assert calendar.selected == (TODAY - timedelta(days=9), TODAY - timedelta(days=7))
        assert "11–13 Dec 2024 (3 days)" in words_of(screen, "#coverage-detail")
        assert all(calendar.day(TODAY - timedelta(days=d)).state is DayState.NEVER for d in (7, 8, 9))
        story.clear()
        stage.wire.is_cut = False
        await pilot.press("r")
        await wait_for(
            pilot,
            lambda: all(calendar.day(TODAY - timedelta(days=d)).state is DayState.SYNCED for d in (7, 8, 9)),
        )
        (window,) = next(m for m in story.messages if isinstance(m, WindowsSyncRequested)).windows
        assert window == (START_OF_DAY - 9 * 86400, START_OF_DAY - 6 * 86400 - 1)
        assert story.tells("WindowsSyncRequested", "SyncStarted", "FreshnessChanged", "DaysFetched")
        await pilot.press("escape")
        assert calendar.origin is None
        assert app_of(pilot).screen is screen
        await pilot.press("escape")
        await pilot.pause()
        assert app_of(pilot).screen.id == "dashboard"


async def test_the_mouse_moves_selects_and_opens(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = await opened(pilot, "c", CoverageScreen)
        calendar = screen.calendar
        first = await _click(pilot, calendar, date(2024, 12, 10))
        assert calendar.cursor == date(2024, 12, 10)
        assert calendar.selected == (date(2024, 12, 10), date(2024, 12, 10))
        await _click(pilot, calendar, date(2024, 12, 12), shift=True)
        assert calendar.selected == (date(2024, 12, 10), date(2024, 12, 12))
        await pilot.double_click("#coverage-calendar", offset=first)
        await wait_for(pilot, lambda: pilot.app.screen is screen_of(pilot))
        assert screen_of(pilot).search_pane.text == "on:2024-12-10"


async def _click(pilot: Dashboard, calendar: Any, day: date, *, shift: bool = False) -> tuple[int, int]:
    x, y = calendar._plan.places[day]
    offset = (x + calendar.gutter.left + 1, y + calendar.gutter.top)
    await pilot.click("#coverage-calendar", offset=offset, shift=shift)
    return offset


async def test_every_state_of_a_day_has_a_mark_of_its_own(
    stage_with: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stage = stage_with(settings={"history": "90d"}, options={"days": 90})
    with_a_gap(stage)
    async with dashboard(stage, size=(80, 24), ready=False) as pilot:
        await wait_for(pilot, lambda: screen_of(pilot).sync.activity.failure is not None)
        await opened(pilot, "c", CoverageScreen)
        pilot.app.clear_notifications()
        await pilot.pause()
        text = "\n".join(text_of(pilot))
        assert all(words in text for words in ("█ synced", "▄ partly", "░ threads pending", "· never"))
        assert "█19" in text
        await pilot.press("home")
        await pilot.pause()
        assert "·" in "".join(text_of(pilot)[3:10])


async def test_every_number_leads_to_its_conversations(stage: Stage) -> None:
    stage.sync()
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = await opened(pilot, "i", InsightsScreen)
        stops = list(screen.sheet._stops)
        assert len(stops) > 200
        assert all(stop.cell.query for stop in stops)
        open_now = next(n for n, s in enumerate(stops) if s.cell.words.endswith(" open"))
        screen.sheet.index = open_now
        await pilot.pause()
        assert stops[open_now].cell.words in words_of(screen, "#insights-detail")
        story.clear()
        await pilot.press("enter")
        await wait_for(pilot, lambda: pilot.app.screen is screen_of(pilot))
        await settle(pilot)
        assert story.tells("LineOpened", "QueryChosen", "ResultsFetched")
        chosen = next(m for m in story.messages if isinstance(m, QueryChosen))
        fetched = next(
            m for m in story.messages if isinstance(m, ResultsFetched) and m.query.source == chosen.query
        )
        number = int(stops[open_now].cell.words.rsplit(": ", 1)[1].split()[0])
        assert screen_of(pilot).search_pane.text == chosen.query
        assert fetched.count.total == number


async def test_the_period_is_switched_and_labelled(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(settings={"history": "90d"}, options={"days": 90})
    stage.sync(START - timedelta(days=40), START)
    stage.wire.is_cut = True
    story = Story()
    async with dashboard(stage, story=story, ready=False) as pilot:
        screen = await opened(pilot, "i", InsightsScreen)
        assert "🟢 Fresh" in words_of(screen, "#insights-freshness")
        assert "Open and waiting: 🟡 Partial" in words_of(screen, "#insights-freshness")
        story.clear()
        await pilot.press("9")
        await wait_for(pilot, lambda: screen._report.window.end - screen._report.window.start > 80 * 86400)
        assert "🟡 Partial" in words_of(screen, "#insights-freshness")
        assert "was never synced" in words_of(screen, "#insights-freshness")
        assert story.tells("PeriodChosen", "ReportFetched", "NumberHighlighted")
        assert "[90 d]" in text_of(pilot)[0]
        await pilot.press("p")
        await wait_for(pilot, lambda: len(screen._report.days) == 8)
        await pilot.click("#insights-period", offset=(8, 0))
        await wait_for(pilot, lambda: len(screen._report.days) == 31)


async def test_the_numbers_are_about_the_results_or_about_everything(stage: Stage) -> None:
    stage.sync()
    workspace = stage.workspace
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await type_query(pilot, "is:open -tag:none sort:waiting")
        await pilot.press("enter")
        await settle(pilot)
        screen = await opened(pilot, "i", InsightsScreen)
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


async def test_the_period_of_the_search_is_one_to_choose(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await type_query(pilot, "since:2024-12-10 until:2024-12-15")
        await pilot.press("enter")
        await settle(pilot)
        screen = await opened(pilot, "i", InsightsScreen)
        assert "[since 2024-12-10 until 2024-12-15]  7 d   30 d   90 d" in text_of(pilot)[0]
        assert len(screen._report.days) == 6
        await pilot.press("p")
        await wait_for(pilot, lambda: not screen.is_waiting)
        assert "[7 d]" in text_of(pilot)[0]
        assert len(screen._report.days) == 8
        await pilot.press("w")
        await wait_for(pilot, lambda: not screen.is_waiting)
        assert "until" not in text_of(pilot)[0]


async def test_without_a_search_there_is_nothing_to_narrow(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = await opened(pilot, "i", InsightsScreen)
        assert not screen.query_one("#insights-what").display
        assert "Scope" not in text_of(pilot)[-1]
        await pilot.press("w")
        await pilot.pause()
        assert screen._report.active.query == "since:30d"


async def test_results_that_can_no_longer_be_named_are_told(stage: Stage) -> None:
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
        assert "These results cannot be counted: no tag is called “gone”" in words_of(
            screen, "#insights-freshness"
        )


async def test_numbers_are_reached_with_arrows_and_mouse(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = await opened(pilot, "i", InsightsScreen)
        sheet = screen.sheet
        assert sheet.index == 0
        await pilot.press("down", "right", "l")
        assert sheet.stop.line > 0
        line = sheet.stop.line
        await pilot.press("left", "h", "k", "j")
        assert sheet.stop.line == line
        await pilot.press("end")
        assert sheet.index == len(sheet._stops) - 1
        assert sheet.stop.line < sheet.scroll_y + sheet.size.height
        await pilot.press("home")
        assert sheet.scroll_y == 0
        stop = sheet._stops[5]
        await pilot.click(
            "#insights-sheet", offset=(stop.start + sheet.gutter.left, stop.line + sheet.gutter.top)
        )
        assert sheet.index == 5


async def test_the_history_lists_runs_and_the_log_is_one_key_away(
    stage: Stage,
) -> None:
    stage.sync()
    stage.workspace.settings.log_path.write_text(
        "2024-12-20 14:30:00 7 INFO tui.sync: began\n"
        "2024-12-20 14:30:01 7 ERROR tui.sync: [/b] \x1b]0;title\x07 \u202eevil\n"
    )
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        stage.wire.is_cut = True
        screen = await opened(pilot, "H", HistoryScreen)
        assert "complete" in "\n".join(text_of(pilot))
        story.clear()
        await pilot.press("r")
        await wait_for(pilot, lambda: screen._runs[0].outcome == "failed")
        assert story.tells("SyncRequested", "SyncFailed", "RunsFetched")
        await pilot.pause()
        assert "✗ failed" in "\n".join(text_of(pilot))
        await pilot.press("home")
        await pilot.pause()
        assert "no connection" in words_of(screen, "#history-detail")
        log = await opened(pilot, "L", LogScreen)
        text = words_of(log, "#log-text")
        assert "[/b]  evil" in text
        assert "\x1b" not in text
        assert "\u202e" not in text
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert pilot.app.screen is screen_of(pilot)


async def test_the_screens_take_each_others_place_and_bear_resizing(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        for key, kind in (("c", CoverageScreen), ("i", InsightsScreen), ("H", HistoryScreen)) * 2:
            await opened(pilot, key, kind)
            assert len(app_of(pilot).screen_stack) == 2
            for size in ((80, 24), (60, 15), (250, 70), (120, 36)):
                await resize(pilot, *size)
                assert len(text_of(pilot)) == size[1]
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is screen_of(pilot)


async def test_a_missing_log_says_so(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await opened(pilot, "H", HistoryScreen)
        log = await opened(pilot, "L", LogScreen)
        assert words_of(log, "#log-text") == "Nothing has been logged yet."
