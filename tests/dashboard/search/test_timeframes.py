"""The timeframes of the search pane: which ones, how they change a query, the description beside them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.dashboard.stage import (
    Dashboard,
    Stage,
    Story,
    dashboard,
    screen_of,
    settle,
    text_of,
    type_query,
    wait_for,
)
from tui.dashboard.search.pane import SearchPane
from tui.dashboard.search.period import PeriodMenu
from tui.dashboard.search.queries import assess_timeframes
from tui.dashboard.search.timeframes import since_of, timeframes, with_since
from tui.freshness import SyncState

anyio = pytest.mark.anyio


@pytest.fixture
def stage(stage_with: Callable[..., Stage]) -> Stage:
    stage = stage_with(settings={"history": "90d"})
    stage.sync()
    return stage


def search_pane(pilot: Dashboard) -> SearchPane:
    return screen_of(pilot).search_pane


@pytest.mark.parametrize(
    ("history", "labels"),
    [
        ("90d", ["today", "24 h", "7 d", "30 d", "90 d"]),
        ("52w", ["today", "24 h", "7 d", "30 d", "52 w"]),
        ("30d", ["today", "24 h", "7 d", "30 d"]),
        ("7d", ["today", "24 h", "7 d"]),
    ],
)
def test_the_last_timeframe_is_the_synced_history(history: str, labels: list[str]) -> None:
    choices = timeframes(history)
    assert [timeframe.label for timeframe in choices] == labels
    assert choices[-1].since == ""


@pytest.mark.parametrize(
    ("text", "value", "changed"),
    [
        ("", "7d", "since:7d"),
        ("refund  late", "7d", "refund  late since:7d"),
        ("since:24h refund", "7d", "since:7d refund"),
        ("refund SINCE:24h until:now is:open", "7d", "refund since:7d is:open"),
        ("on:today refund", "", "refund"),
        ('"since:7d"', "24h", '"since:7d" since:24h'),
        ('refund since:"2024-12"', "", "refund"),
    ],
)
def test_the_window_of_a_query_can_be_changed(text: str, value: str, changed: str) -> None:
    assert with_since(text, value) == changed
    assert since_of(changed) == value


def test_other_time_terms_are_no_timeframe() -> None:
    assert since_of("on:today") is None
    assert since_of("since:7d until:now") is None


def test_the_timeframes_are_assessed(stage: Stage) -> None:
    states = assess_timeframes(stage.workspace).states
    assert len(states) == len(timeframes("90d"))
    assert states[0] is SyncState.FRESH


def search_line(pilot: Dashboard) -> str:
    """The right end of the search line."""
    line = text_of(pilot)[0]
    return line[line.index(" ◆ ") :].strip()


@anyio
async def test_the_line_says_the_period_how_many_what_they_are_and_how_fast(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        count = screen_of(pilot).results.table.count
        assert search_line(pilot) == f"◆ 90 d ▾  {count} · 0.4 ms", "all conversations have no description"
        await type_query(pilot, "sort:waiting")
        assert search_line(pilot) == f"◆ 90 d ▾  {count} · 0.4 ms"
        await type_query(pilot, "is:open sort:waiting")
        assert search_line(pilot).endswith(" · open · longest waiting first · 0.4 ms")
        await type_query(pilot, "until:now since:30d")
        assert search_line(pilot).startswith("◆ until:now since:30d ▾")


@anyio
async def test_the_query_is_described_and_timeframes_can_be_chosen(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await type_query(pilot, "refund is:open")
        await pilot.press("enter")
        await settle(pilot)
        assert "open · text “refund”" in search_line(pilot)
        story.clear()
        await pilot.press("t")
        await settle(pilot)
        assert search_pane(pilot).input.value == "refund is:open since:today"
        assert story.tells("TimeframeChosen", "QueryEdited", "ResultsFetched")
        await pilot.press("t")
        await settle(pilot)
        assert search_pane(pilot).input.value == "refund is:open since:24h"
        await pilot.press("t", "t")
        await settle(pilot)
        assert search_pane(pilot).input.value == "refund is:open since:30d"
        assert "last 30 days" in search_line(pilot)
        await pilot.press("t")
        await wait_for(pilot, lambda: search_pane(pilot).input.value == "refund is:open")
        await settle(pilot)
        for since in (" since:30d", " since:7d", " since:24h", " since:today", "", " since:30d"):
            await pilot.press("P")
            await settle(pilot)
            assert search_pane(pilot).input.value == f"refund is:open{since}"


@anyio
@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_period_is_chosen_from_a_menu_that_says_how_fresh_each_is(
    stage: Stage, size: tuple[int, int]
) -> None:
    story = Story()
    async with dashboard(stage, size=size, story=story) as pilot:
        await type_query(pilot, "refund")
        story.clear()
        await pilot.click("#search-period")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, PeriodMenu))
        await pilot.pause()
        assert any("24 h   ◆ Fresh" in line for line in text_of(pilot))
        await pilot.press("P", "P", "enter")
        await settle(pilot)
        assert search_pane(pilot).input.value == "refund since:7d"
        assert story.tells("PeriodMenuWanted", "TimeframeChosen", "QueryEdited", "ResultsFetched")

        await pilot.press("escape", "D")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, PeriodMenu))
        await pilot.press("t", "escape")
        await settle(pilot)
        assert search_pane(pilot).input.value == "refund since:7d", "left without a choice"
        await pilot.press("D")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, PeriodMenu))
        await pilot.pause()
        await pilot.click(offset=(2, size[1] - 2))
        await wait_for(pilot, lambda: pilot.app.screen is screen_of(pilot))
