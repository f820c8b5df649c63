"""Toasts and desktop notifications of a running dashboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.dashboard.stage import Dashboard, Stage, Story, dashboard, settle, toasts, wait_for
from tui.dashboard import app, main_screen
from tui.dashboard.notifications.delivery import desktop_sequence
from tui.dashboard.notifications.rules import Notice


@pytest.mark.parametrize(
    ("way", "sequence"),
    [("off", ""), ("osc9", "\x1b]9;In;box: 12 new\x07"), ("osc777", "\x1b]777;notify;In,box;12 new\x07")],
)
def test_the_desktop_is_told_and_nothing_can_break_out(way: str, sequence: str) -> None:
    assert desktop_sequence(way, Notice("In;box", "12\x07\x1b]0;evil\x07 new\x9c")) == sequence


@pytest.mark.anyio
@pytest.mark.parametrize("wanted", [True, False])
async def test_a_sync_tells_what_it_changed(stage_with: Callable[..., Stage], wanted: bool) -> None:
    stage = stage_with(settings={"toasts": {"changes": wanted}})
    closed = stage.world.create("<p>Will it last?</p>")
    stage.world.close(closed)
    stage.clock.move(minutes=5)
    stage.sync()
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await wait_for(pilot, lambda: "ChangesCounted" in story)
        await settle(pilot)
        story.clear()
        stage.clock.move(minutes=5)
        stage.world.open(closed)
        stage.world.create("<p>Hello</p>")
        stage.world.create("<p>Good morning</p>")
        stage.clock.move(minutes=1)
        await pilot.press("r")
        await wait_for(pilot, lambda: story.tells("SyncRequested", "SyncFinished", "ChangesCounted"))
        await settle(pilot)
        told = [toast for toast in toasts(pilot) if toast.startswith("Inbox: ")]
        if wanted:
            (toast,) = told
            assert toast.startswith("Inbox: 2 new, 1 reopened")
        else:
            assert told == []


async def hear_two_quiet_syncs(pilot: Dashboard, stage: Stage, story: Story) -> None:
    await wait_for(pilot, lambda: "ChangesCounted" in story)
    for _ in range(2):
        # A run that still reads threads again would count the conversation before "r" is pressed.
        await wait_for(pilot, lambda: not stage.workspace.sync_in_progress)
        await settle(pilot)
        stage.world.create("<p>Hello</p>")
        stage.clock.move(minutes=10)
        story.clear()
        await pilot.press("r")
        await wait_for(pilot, lambda: story.tells("SyncFinished", "ChangesCounted"))
        await settle(pilot)
    assert toasts(pilot) == []


@pytest.mark.anyio
async def test_at_the_end_of_the_quiet_hours_what_was_held_is_told(
    stage_with: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "RELEASE_EVERY", 0.02)
    monkeypatch.setattr(main_screen, "FOLLOW_UPS_EVERY", 0.02)
    # The stage begins at 14:30. Its clock jumps, which makes the mirror doubt what it claimed, and says so.
    stage = stage_with(settings={"quiet_hours": "14:00-16:00", "toasts": {"freshness": False}})
    stage.sync()
    ids = stage.workspace.search_ids(stage.workspace.parse(""))[:2]
    for minutes, id_ in enumerate(ids, 10):
        stage.workspace.annotations.follow_up([id_], stage.clock.now + timedelta(minutes=minutes))
    story = Story()
    async with dashboard(stage, story=story) as pilot:
        await hear_two_quiet_syncs(pilot, stage, story)
    annotations = stage.workspace.annotations.read(ids).values()
    assert any(each.follow_up_at and each.follow_up_at <= stage.clock.now for each in annotations)
    story.clear()
    async with dashboard(stage, story=story) as pilot:
        await hear_two_quiet_syncs(pilot, stage, story)
        story.clear()
        stage.clock.move(hours=2)
        await wait_for(pilot, lambda: len(toasts(pilot)) == 2)
        assert story.tells("FollowUpsDue", "NoticeGiven")
        inbox, reminder = sorted(toasts(pilot), reverse=True)
        assert inbox.startswith("Inbox: 2 new"), "both syncs in one toast"
        assert reminder.startswith("2 follow-ups due: ")
        assert stage.workspace.annotations.take_due(stage.clock.now) == [], "told once"
