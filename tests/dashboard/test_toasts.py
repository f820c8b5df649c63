"""What is told with a toast, when, and how it goes beyond the screen."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver

from tests.dashboard.stage import Stage, Story, dashboard, settle, toasts, wait_for
from tui.dashboard.news import GAP, Changes, News, Tally, compare
from tui.dashboard.notices import Notice
from tui.dashboard.terminal_line import TerminalLine
from tui.dashboard.toasts import MOST, Announcer, desktop_sequence
from tui.settings import Settings

NOON = datetime(2024, 12, 20, 12, tzinfo=UTC)
NEWS = Notice("Inbox", "12 new", kind="changes")


def test_kinds_can_be_switched_off_one_by_one() -> None:
    announcer = Announcer(Settings(toasts={"changes": False}), UTC)
    assert not announcer.admits(NEWS, NOON)
    assert announcer.admits(Notice("Stale", "…"), NOON)


def test_in_quiet_hours_nothing_is_told() -> None:
    announcer = Announcer(Settings(quiet_hours="22:00-07:00"), UTC)
    assert announcer.admits(NEWS, NOON)
    assert not announcer.admits(NEWS, NOON.replace(hour=23))
    assert not announcer.admits(Notice("Offline", "…", "error", "failures"), NOON.replace(hour=6))


def test_a_storm_is_cut_off_and_blows_over() -> None:
    announcer = Announcer(Settings(), UTC)
    assert [announcer.admits(NEWS, NOON) for _ in range(MOST + 2)] == [True] * MOST + [False] * 2
    assert announcer.admits(Notice("Stale", "…"), NOON), "other kinds have a measure of their own"
    assert announcer.admits(NEWS, NOON + timedelta(minutes=1))


def test_changes_are_gathered_and_told_once_a_minute() -> None:
    news = News()
    assert news.happened(Changes(0, 0, 0, 0), 0) is None
    assert news.happened(Changes(12, 3, 1, 1), 0) == Notice(
        "Inbox", "12 new, 3 reopened, 1 waiting over 2 h", kind="changes"
    )
    assert news.happened(Changes(2, 0, 0, 0), GAP / 2) is None
    assert news.happened(Changes(1, 0, 0, 0), GAP) == Notice("Inbox", "3 new", kind="changes")
    assert news.happened(Changes(0, 0, 5, 4), 3 * GAP) is None, "they were waiting before"
    assert news.happened(Changes(0, 0, 1, 0), 4 * GAP) == Notice(
        "Inbox", "1 waiting over 2 h", kind="changes"
    )


def test_what_was_closed_and_is_not_any_more_was_reopened() -> None:
    before, after = Tally(10, array("q", [1, 2, 3]), 0), Tally(12, array("q", [2, 3, 4]), 1)
    assert compare(before, after) == Changes(new=2, reopened=1, late=1, late_before=0)


@pytest.mark.parametrize(
    ("way", "sequence"),
    [
        ("off", ""),
        ("osc9", "\x1b]9;In;box: 12 new\x07"),
        ("osc777", "\x1b]777;notify;In,box;12 new\x07"),
    ],
)
def test_the_desktop_is_told_and_nothing_can_break_out(way: str, sequence: str) -> None:
    assert desktop_sequence(way, Notice("In;box", "12\x07\x1b]0;evil\x07 new\x9c")) == sequence


@pytest.mark.anyio
async def test_sequences_reach_the_terminal_through_the_driver() -> None:
    written: list[str] = []

    class Recording(HeadlessDriver):
        def write(self, data: str) -> None:
            written.append(data)

    line = TerminalLine()
    line.write("too early")
    app: App[None] = App()
    line.hook(Recording)(app)
    line.write("\x1b]9;hello\x07")
    line.write("")
    assert written == ["\x1b]9;hello\x07"]


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
        await wait_for(pilot, lambda: "TallyTaken" in story)
        await settle(pilot)
        story.clear()
        stage.clock.move(minutes=5)
        stage.world.open(closed)
        stage.world.create("<p>Hello</p>")
        stage.world.create("<p>Good morning</p>")
        stage.clock.move(minutes=1)
        await pilot.press("r")
        await wait_for(pilot, lambda: story.tells("SyncRequested", "SyncCompleted", "TallyTaken"))
        await settle(pilot)
        told = [toast for toast in toasts(pilot) if toast.startswith("Inbox: ")]
        assert "NoticeGiven" in story
        if wanted:
            (toast,) = told
            assert toast.startswith("Inbox: 2 new, 1 reopened")
        else:
            assert told == []
