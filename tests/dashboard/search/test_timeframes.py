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


def timeframe_line(pilot: Dashboard) -> str:
    return next(line for line in text_of(pilot) if "24 h" in line)


@anyio
async def test_a_query_for_all_conversations_has_no_description(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        assert timeframe_line(pilot).rstrip(" │").endswith("90 d ●")
        await type_query(pilot, "sort:waiting")
        assert timeframe_line(pilot).rstrip(" │").endswith("90 d ●")
        await type_query(pilot, "is:open sort:waiting")
        assert "open · longest waiting first" in timeframe_line(pilot)


@anyio
async def test_the_query_is_described_and_timeframes_can_be_chosen(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await type_query(pilot, "refund is:open")
        await pilot.press("enter")
        await settle(pilot)
        assert any("open · text “refund”" in line for line in text_of(pilot))
        story.clear()
        await pilot.press("t")
        await settle(pilot)
        assert search_pane(pilot).input.value == "refund is:open since:today"
        assert story.tells("TimeframeChosen", "QueryEdited", "ResultsFetched")
        await pilot.press("t")
        await settle(pilot)
        assert search_pane(pilot).input.value == "refund is:open since:24h"
        lines = text_of(pilot)
        row = next(y for y, line in enumerate(lines) if "30 d" in line and "24 h" in line)
        await pilot.click(offset=(lines[row].index("30 d") + 1, row))
        await settle(pilot)
        assert search_pane(pilot).input.value == "refund is:open since:30d"
        assert any("last 30 days" in line for line in text_of(pilot))
        await pilot.press("t")
        await wait_for(pilot, lambda: search_pane(pilot).input.value == "refund is:open")
        await settle(pilot)
        for since in (" since:30d", " since:7d", " since:24h", " since:today", "", " since:30d"):
            await pilot.press("P")
            await settle(pilot)
            assert search_pane(pilot).input.value == f"refund is:open{since}"
