"""Two windows on one database, and follow-ups whose time comes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.dashboard.stage import (
    START,
    TOKEN,
    Stage,
    Story,
    dashboard,
    press_each,
    screen_of,
    settle,
    text_of,
    toasts,
    wait_for,
)
from tui.dashboard import main_screen
from tui.dashboard.play.screen import PlayScreen
from tui.settings import Secret
from tui.workspace import Workspace

pytestmark = pytest.mark.anyio


@pytest.fixture
def stage(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage.sync()
    assert main_screen.LOOK_EVERY <= 2.0
    monkeypatch.setattr(main_screen, "LOOK_EVERY", 0.02)
    return stage


async def test_what_another_window_annotates_is_seen_and_only_its_own_is_undone(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = screen_of(pilot)
        screen.views.open_by_name("Inbox")
        await settle(pilot)
        table = screen.results.table
        ids = list(table.model.ids)
        with Workspace(stage.workspace.settings, clock=stage.clock) as other:
            story.clear()
            other.annotations.star([ids[0]])
            await wait_for(pilot, lambda: any("★ starred" in line for line in text_of(pilot)))
            await wait_for(pilot, lambda: tab(screen) == 1)
            assert story.tells("ChangedElsewhere", "RowsFetched")
            assert story.tells("ChangedElsewhere", "ViewsCounted")
            other.annotations.done_today([ids[3]])
            await wait_for(pilot, lambda: screen.results.marker.gone == 1)
            assert list(table.model.ids) == ids, "what others do moves nothing"
            await press_each(pilot, "u")
            assert toasts(pilot)[-1] == "There is nothing to undo."
            await press_each(pilot, "d", "u")
            assert toasts(pilot)[-1] == "Undid: Marked 1 conversation done for today"
            assert set(other.annotations.read(ids)) == {ids[0], ids[3]}
            screen.triage.undo_anyones()
            await settle(pilot)
            assert toasts(pilot)[-1] == "Undid: Marked 1 conversation done for today, not in this window"
            assert set(other.annotations.read(ids)) == {ids[0]}


def tab(screen: main_screen.DashboardScreen) -> int:
    count = screen.tabs.counts["Starred"]
    return 0 if count is None else count.total


async def test_play_mode_shows_what_another_window_annotates(stage: Stage) -> None:
    async with dashboard(stage) as pilot:
        await press_each(pilot, "4", "p")
        play = pilot.app.screen
        assert isinstance(play, PlayScreen)
        current = play.panel.current
        assert current is not None
        with Workspace(stage.workspace.settings, clock=stage.clock) as other:
            other.annotations.star([current])
            await wait_for(pilot, lambda: any("★ starred" in line for line in text_of(pilot)))
            other.annotations.write_note([current], "Asked the bank.")
            await wait_for(pilot, lambda: any("my note" in line for line in text_of(pilot)))
            await pilot.press("home")
            await wait_for(pilot, lambda: any("Asked the bank." in line for line in text_of(pilot)))
            other.annotations.done_today([current])
            await wait_for(pilot, lambda: any("done for today" in line for line in text_of(pilot)))
        assert play.panel.current == current, "the conversation that is read stays"


async def test_what_another_process_syncs_is_seen(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await settle(pilot)
        screen = screen_of(pilot)
        await wait_for(pilot, lambda: screen._top > 0)
        stage.clock.move(minutes=2)
        stage.world.create("<p>Hello, I am new.</p>")
        stage.clock.move(minutes=1)
        story.clear()
        with Workspace(
            stage.workspace.settings, clock=stage.clock, transport=stage.wire, token=Secret(TOKEN)
        ) as other:
            other.request_sync().wait(30)
        await wait_for(pilot, lambda: screen.results.marker.arrived == 1)
        assert story.tells("ChangedElsewhere", "FreshnessAssessed")
        assert "SyncStarted" not in story


async def test_a_follow_up_is_announced_when_its_time_comes(stage: Stage) -> None:
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        screen = screen_of(pilot)
        first, second = list(screen.results.table.model.ids)[:2]
        await press_each(pilot, "F", *"2h", "enter")
        with Workspace(stage.workspace.settings, clock=stage.clock) as other:
            other.annotations.follow_up([second], START + timedelta(hours=1))
        await wait_for(pilot, lambda: screen._next_due == START + timedelta(hours=1))
        story.clear()
        stage.clock.move(minutes=59, seconds=59)
        await pilot.pause(0.1)
        assert "FollowUpsChecked" not in story, "nothing is read for nothing"
        stage.clock.move(seconds=2)
        await wait_for(pilot, lambda: any(text.startswith("1 follow-up due") for text in toasts(pilot)))
        assert story.tells("FollowUpsChecked", "NoticeGiven")
        assert screen._next_due == START + timedelta(hours=2)
        stage.clock.move(hours=1)
        await wait_for(pilot, lambda: story.count("NoticeGiven") == 2)
        assert first in stage.workspace.annotations.read([first])
