"""The calendar of synced days."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.dashboard.pictures.picture import sync_with_gap
from tests.dashboard.secondary import open_screen, static_text
from tests.dashboard.stage import (
    START,
    Dashboard,
    Stage,
    Story,
    app_of,
    dashboard,
    screen_of,
    settle,
    text_of,
    wait_for,
)
from tui.dashboard.coverage.calendar_layout import VolumeScale
from tui.dashboard.coverage.screen import CoverageScreen
from tui.dashboard.sync_status.messages import WindowsSyncRequested
from tui.insights import DayState

pytestmark = pytest.mark.anyio
TODAY = START.date()
START_OF_DAY = int(START.timestamp()) // 86400 * 86400


async def test_the_cursor_moves_by_day_and_week_and_shows_the_counts(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = await open_screen(pilot, "c", CoverageScreen)
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
        assert "Thu 19 Dec 2024" in static_text(screen, "#coverage-detail")
        assert expected in static_text(screen, "#coverage-detail")


async def test_a_long_history_opens_on_today(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(settings={"history": "360d"}, options={"conversations": 5})
    stage.sync()
    async with dashboard(stage, size=(80, 24)) as pilot:
        calendar = (await open_screen(pilot, "c", CoverageScreen)).calendar

        def in_view() -> bool:
            line = calendar._positions.places[calendar.cursor][1] - calendar.scroll_y
            return bool(0 <= line < calendar.scrollable_content_region.height)

        await wait_for(pilot, in_view)
        assert calendar.scroll_y > 0
        await pilot.press("home")
        await wait_for(pilot, in_view)


async def test_enter_lists_the_conversations_of_the_day(stage: Stage) -> None:
    stage.sync()
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await open_screen(pilot, "c", CoverageScreen)
        story.clear()
        await pilot.press("left", "enter")
        await wait_for(pilot, lambda: pilot.app.screen is screen_of(pilot))
        await settle(pilot)
        assert story.tells("DaysHighlighted", "DayOpened", "QueryChosen", "ResultsFetched")
        screen = screen_of(pilot)
        assert screen.search_pane.text == "on:2024-12-19"
        (day,) = stage.workspace.insights.days(date(2024, 12, 19), date(2024, 12, 19))
        assert screen.results.table.count == day.conversations.value


async def test_a_selected_range_is_synced(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(settings={"history": "20d"}, options={"days": 20})
    stage.sync(START - timedelta(days=3), START)
    stage.wire.is_cut = True
    story = Story()
    async with dashboard(stage, story=story, ready=False) as pilot:
        await wait_for(pilot, lambda: screen_of(pilot).sync.activity.failure is not None)
        screen = await open_screen(pilot, "c", CoverageScreen)
        calendar = screen.calendar
        await pilot.press("up", "v", "left", "shift+left")
        assert calendar.selected == (TODAY - timedelta(days=9), TODAY - timedelta(days=7))
        assert static_text(screen, "#coverage-detail").startswith(
            "11–13 Dec 2024  3 days · 3 never synced · "
        )
        assert static_text(screen, "#coverage-detail").endswith("   r syncs them")
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
        assert "3 days · 3 synced · " in static_text(screen, "#coverage-detail")
        assert "syncs them" not in static_text(screen, "#coverage-detail"), "there is nothing left to sync"
        await pilot.press("escape")
        assert calendar.origin is None
        assert app_of(pilot).screen is screen
        await pilot.press("escape")
        await pilot.pause()
        assert app_of(pilot).screen.id == "dashboard"


async def test_the_mouse_moves_selects_and_opens(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        screen = await open_screen(pilot, "c", CoverageScreen)
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
    x, y = calendar._positions.places[day]
    offset = (x + calendar.gutter.left + 1, y + calendar.gutter.top)
    await pilot.click("#coverage-calendar", offset=offset, shift=shift)
    return offset


async def test_every_state_of_a_day_has_its_own_mark(
    stage_with: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stage = stage_with(settings={"history": "90d"}, options={"days": 90})
    sync_with_gap(stage)
    async with dashboard(stage, size=(80, 24), ready=False) as pilot:
        await wait_for(pilot, lambda: screen_of(pilot).sync.activity.failure is not None)
        await open_screen(pilot, "c", CoverageScreen)
        pilot.app.clear_notifications()
        await pilot.pause()
        text = "\n".join(text_of(pilot))
        assert all(words in text for words in ("~ partly synced", "… threads pending", "? never synced"))
        assert "19  " in text, "a synced day needs no mark"
        await pilot.press("home")
        await pilot.pause()
        assert re.search(r"·\d\d\?", "".join(text_of(pilot)[3:10]))


@pytest.mark.parametrize(("width", "shown"), [(80, "▅ 4  "), (120, "▅▅▅▅ 4  "), (200, "▅▅▅▅▅ 4    3 ")])
async def test_days_are_shaded_by_their_conversations_and_fill_the_width(
    stage: Stage, width: int, shown: str
) -> None:
    stage.sync()
    async with dashboard(stage, size=(width, 24)) as pilot:
        screen = await open_screen(pilot, "c", CoverageScreen)
        lines = text_of(pilot)
        assert any(shown in line for line in lines), "4 December has three conversations"
        assert max(len(line.rstrip()) for line in lines[2:10]) > width - 20
        assert "· 0  ▁ 1  ▃ 2  ▅ 3  ▇ 4+ conversations" in static_text(screen, "#coverage-legend")


def test_a_few_extraordinary_days_do_not_change_the_scale() -> None:
    scale = VolumeScale.of([0, *[20, 40, 60, 80, 100] * 20, 5000])
    assert [scale.glyph(count) for count in (0, 1, 25, 26, 75, 76, 5000)] == list("·▁▁▃▅▇▇")
    assert scale.ranges == [("·", "0"), ("▁", "1–25"), ("▃", "26–50"), ("▅", "51–75"), ("▇", "76+")]
    for busy in range(8):
        scale = VolumeScale.of([busy])
        assert {glyph for glyph, _ in scale.ranges} >= {scale.glyph(count) for count in range(20)}


async def test_the_title_counts_all_that_is_stored_as_the_state_line_does(stage: Stage) -> None:
    stage.sync()
    stage.clock.move(days=15)
    async with dashboard(stage) as pilot:
        screen = await open_screen(pilot, "c", CoverageScreen)
        total = stage.workspace.total()
        in_days = sum(
            day.conversations.value
            for day in stage.workspace.insights.days(*stage.workspace.insights.horizon())
        )
        assert in_days < total, "some are older than the first day that is shown"
        assert static_text(screen, "#coverage-summary").endswith(f" {total} conversations")
