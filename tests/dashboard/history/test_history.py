"""The history of syncs, and the log."""

from __future__ import annotations

import pytest

from tests.dashboard.secondary import open_screen, static_text
from tests.dashboard.stage import (
    Stage,
    Story,
    dashboard,
    screen_of,
    text_of,
    wait_for,
)
from tui.dashboard.history.log_screen import LogScreen
from tui.dashboard.history.screen import HistoryScreen

pytestmark = pytest.mark.anyio


async def test_the_history_lists_syncs_and_opens_the_log(
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
        screen = await open_screen(pilot, "H", HistoryScreen)
        assert "complete" in "\n".join(text_of(pilot))
        story.clear()
        await pilot.press("r")
        await wait_for(pilot, lambda: screen._runs[0].outcome == "failed")
        assert story.tells("SyncRequested", "SyncFailed", "RunsFetched")
        await pilot.pause()
        assert "✗ failed" in "\n".join(text_of(pilot))
        await pilot.press("home")
        await pilot.pause()
        assert "no connection" in static_text(screen, "#history-detail")
        log = await open_screen(pilot, "L", LogScreen)
        text = static_text(log, "#log-text")
        assert "[/b]  evil" in text
        assert "\x1b" not in text
        assert "\u202e" not in text
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert pilot.app.screen is screen_of(pilot)


async def test_a_missing_log_is_reported(stage: Stage) -> None:
    stage.sync()
    async with dashboard(stage) as pilot:
        await open_screen(pilot, "H", HistoryScreen)
        log = await open_screen(pilot, "L", LogScreen)
        assert static_text(log, "#log-text") == "Nothing has been logged yet."
