"""Toasts and desktop notifications of a running dashboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from textual.content import Content
from textual.geometry import Region

from tests.dashboard.stage import (
    Dashboard,
    Stage,
    Story,
    app_of,
    dashboard,
    press_each,
    screen_of,
    settle,
    text_of,
    toasts,
    wait_for,
)
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
        stage.clock.move(minutes=2)  # less than the tolerance: what was shown stays fresh
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
    monkeypatch.setattr(main_screen, "LOOK_EVERY", 0.02)
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
        assert story.tells("FollowUpsChecked", "NoticeGiven")
        inbox, reminder = sorted(toasts(pilot), reverse=True)
        assert inbox.startswith("Inbox: 2 new"), "both syncs in one toast"
        assert reminder.startswith("2 follow-ups due: ")
        assert stage.workspace.annotations.take_due(stage.clock.now) == [], "told once"


def toast_regions(pilot: Dashboard) -> dict[str, Region]:
    """What each toast on screen says → where it stands."""
    found = {}
    for toast in pilot.app.screen.query("Toast"):
        if toast.region:
            content = toast.render()
            assert isinstance(content, Content)
            found[content.plain] = toast.region
    return found


def clear_toasts(pilot: Dashboard) -> None:
    """Take the toasts away, as if they had expired."""
    pilot.app.clear_notifications()
    pilot.app.screen.query("ToastHolder").remove()


SIZES = pytest.mark.parametrize(("size", "most"), [((80, 24), 2), ((120, 36), 3)])


@pytest.mark.anyio
@SIZES
async def test_what_went_wrong_stays_beside_what_is_told_later(
    stage: Stage, size: tuple[int, int], most: int, caplog: pytest.LogCaptureFixture
) -> None:
    stage.sync()
    async with dashboard(stage, size=size) as pilot:
        app, width = app_of(pilot), size[0]
        app.notify("an older one", markup=False)
        app.notify("no " * 99, title="Failed", severity="error", markup=False)
        app.notify("another old one", markup=False)
        app.notify("the newest", title="Views", markup=False)
        await wait_for(pilot, lambda: len(toast_regions(pilot)) == 2)
        failed, newest = toast_regions(pilot).values()
        assert (failed.y, failed.height, newest.y, newest.height) == (0, 1, 1, 1)
        assert failed.right == newest.right == width, "up to the edge"
        lines = text_of(pilot)
        assert lines[0].startswith("▌ Failed: no no ")
        assert lines[0].endswith("…")
        assert lines[1].endswith("▌ Views: the newest")
        assert "Failed: " + ("no " * 99).strip() in caplog.messages, "whole in the log"
        assert not [told for told in caplog.messages if "newest" in told]
        for number in range(4):
            app.notify(f"{number}", severity="warning", markup=False)
        await wait_for(pilot, lambda: "▌ 3" in text_of(pilot)[most - 1])
        shown = [text_of(pilot)[y].rpartition("▌ ")[2].strip() for y in range(most)]
        assert shown == [str(number) for number in range(4 - most, 4)], "the newest of them"
        assert "▌ " not in text_of(pilot)[most][width // 2 + 20 :]


@pytest.mark.anyio
@SIZES
async def test_toasts_stand_above_the_conversation_and_the_dialogs(
    stage: Stage, size: tuple[int, int], most: int
) -> None:
    stage.sync()
    async with dashboard(stage, size=size) as pilot:
        app, screen = app_of(pilot), screen_of(pilot)
        for keys in ((), ("enter",), ("F",), ("V",), ("o",), ("y",), ("v",), ("T",), ("question_mark",)):
            await press_each(pilot, *keys)
            if keys not in {(), ("enter",)}:
                await wait_for(pilot, lambda: app.screen is not screen)
                await settle(pilot)
            before = text_of(pilot)
            app.notify("an older one", markup=False)
            for number in range(5):
                app.notify(f"words {number}\n" * 100, title="Title", severity="error", markup=False)
            await wait_for(pilot, lambda: "Title: words 4 words" in text_of(pilot)[most - 1])
            lines = text_of(pilot)
            assert all("▌ Title: words" in line for line in lines[:most]), keys
            if keys != ("T",):  # makes room
                assert lines[most:-3] == before[most:-3], keys
            fields = app.screen.query("Input, TextArea, OptionList, Button, .choice, ThreadScroll")
            for field in fields:
                assert not field.region or field.region.y >= most or field.id == "search-input", keys
            assert screen.thread.scroll.region.y >= most
            clear_toasts(pilot)
            await wait_for(pilot, lambda: not toast_regions(pilot))
            if keys:
                await press_each(pilot, "escape")


@pytest.mark.anyio
@SIZES
async def test_while_playing_toasts_move_the_bar_and_the_conversation_down(
    stage: Stage, size: tuple[int, int], most: int
) -> None:
    stage.sync()
    story = Story()
    async with dashboard(stage, size=size, story=story) as pilot:
        app = app_of(pilot)
        await press_each(pilot, "p")
        assert story.tells("QueueFetched")
        before = text_of(pilot)
        app.notify("no", title="Failed", severity="error", markup=False)
        app.notify("words " * 100, title="Title", markup=False)
        await wait_for(pilot, lambda: "▶ " in text_of(pilot)[2])
        lines = text_of(pilot)
        assert lines[0].strip() == "▌ Failed: no"
        assert lines[1].startswith("▌ Title: words words")
        assert lines[2:8] == before[:6], "the bar and the head of the thread are whole"
        bar = app.screen.query_one("#play-bar")
        assert not any(region.overlaps(bar.region) for region in toast_regions(pilot).values())
        clear_toasts(pilot)
        await wait_for(pilot, lambda: text_of(pilot) == before)
