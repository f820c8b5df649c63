"""What is told with a toast, when, and how it goes beyond the screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.dashboard.stage import Dashboard, Stage, Story, dashboard, settle, toasts, wait_for
from tui.dashboard import app, main_screen
from tui.dashboard.notifications.delivery import desktop_sequence
from tui.dashboard.notifications.notice_filter import MOST_A_MINUTE, NoticeFilter
from tui.dashboard.notifications.rules import CHANGES_EVERY, ChangeNotices, Notice
from tui.domain import Changes
from tui.settings import Settings

NOON = datetime(2024, 12, 20, 12, tzinfo=UTC)
MIDNIGHT = datetime(2024, 12, 20, 0, tzinfo=UTC)
MORNING = MIDNIGHT + timedelta(hours=7)
NEWS = Notice("Inbox", "12 new", kind="changes")


def test_kinds_can_be_switched_off_one_by_one() -> None:
    announcer = NoticeFilter(Settings(toasts={"changes": False}), UTC)
    assert not announcer.admits(NEWS, NOON)
    assert announcer.admits(Notice("Stale", "…"), NOON)


def test_in_quiet_hours_nothing_is_told() -> None:
    announcer = NoticeFilter(Settings(quiet_hours="22:00-07:00"), UTC)
    assert announcer.admits(NEWS, NOON)
    assert not announcer.admits(NEWS, NOON.replace(hour=23))
    assert not announcer.admits(Notice("Offline", "…", "error", "failures"), NOON.replace(hour=6))


def test_a_storm_is_cut_off_and_blows_over() -> None:
    announcer = NoticeFilter(Settings(), UTC)
    assert [announcer.admits(NEWS, NOON) for _ in range(MOST_A_MINUTE + 2)] == [True] * MOST_A_MINUTE + [
        False
    ] * 2
    assert announcer.admits(Notice("Stale", "…"), NOON), "other kinds have a measure of their own"
    assert announcer.admits(NEWS, NOON + timedelta(minutes=1))


def test_changes_are_gathered_and_told_once_a_minute() -> None:
    news = ChangeNotices()
    assert news.changes_counted(found(0, 0, 1), 0) is None, "the first look has nothing to compare with"
    assert told(news.changes_counted(found(12, 3, 1), 0)) == "12 new, 3 reopened, 1 waiting over 2 h"
    assert news.changes_counted(found(2, 0, 0), CHANGES_EVERY / 2) is None
    assert told(news.changes_counted(found(1, 0, 0), CHANGES_EVERY)) == "3 new"
    assert told(news.changes_counted(found(0, 0, 5), 2 * CHANGES_EVERY)) == "5 waiting over 2 h"
    assert news.changes_counted(found(0, 0, 4), 4 * CHANGES_EVERY) is None, "they were waiting before"
    assert told(news.changes_counted(found(0, 1, 4), 5 * CHANGES_EVERY)) == "1 reopened, 4 waiting over 2 h"


def test_that_somebody_waits_is_told_later_when_it_is_too_soon() -> None:
    news = ChangeNotices()
    news.changes_counted(found(0, 0, 0), 0)
    assert told(news.changes_counted(found(1, 0, 0), 0)) == "1 new"
    assert news.changes_counted(found(0, 0, 2), CHANGES_EVERY / 2) is None
    assert told(news.changes_counted(found(0, 0, 3), CHANGES_EVERY)) == "3 waiting over 2 h"
    assert news.changes_counted(found(0, 0, 0), 2 * CHANGES_EVERY) is None
    half = Changes(0, 0, 1, 1800)
    assert told(news.changes_counted(half, 3 * CHANGES_EVERY)) == "1 waiting over 30 min", (
        "the settings' age, not a fixed one"
    )


def found(new: int, reopened: int, waiting: int) -> Changes:
    return Changes(new, reopened, waiting, 7200)


def told(notice: Notice | None) -> str:
    assert notice is not None
    assert (notice.title, notice.kind) == ("Inbox", "changes")
    return notice.message


def night(**values: Any) -> NoticeFilter:
    return NoticeFilter(Settings(quiet_hours="22:00-07:00", **values), UTC)


def test_what_is_held_back_is_told_in_the_morning_once_for_each_kind() -> None:
    announcer, news = night(), ChangeNotices()
    news.changes_counted(found(0, 0, 0), 0)
    for number, changes in enumerate((found(3, 0, 0), found(4, 1, 2), found(5, 0, 6))):
        notice = news.changes_counted(changes, number * CHANGES_EVERY)
        assert notice is not None
        assert not announcer.admits(notice, MIDNIGHT)
    offline = Notice("Offline, retrying", "no connection", "error", "failures")
    for notice in (offline, Notice("Recovered", "Syncing again: 2 new.", kind="failures"), offline):
        assert not announcer.admits(notice, MIDNIGHT)
    for _ in range(MOST_A_MINUTE + 1):
        announcer.admits(Notice("Rate limited", "resuming in 8 s", "warning", "rate_limit"), MIDNIGHT)
    assert not announcer.admits(Notice("Stale", "nothing is synced", "warning"), MIDNIGHT)
    assert announcer.release(MIDNIGHT + timedelta(hours=1)) == []
    assert announcer.release(MORNING) == [
        Notice("Inbox", "12 new, 1 reopened, 6 waiting over 2 h", kind="changes"),
        Notice(
            "Offline, retrying",
            "no connection\nDuring quiet hours: 2 × Offline, retrying, Recovered",
            "error",
            "failures",
        ),
        Notice("Rate limited", "7 times during quiet hours", "warning", "rate_limit"),
        Notice("Stale", "nothing is synced", "warning"),
    ]
    assert announcer.release(MORNING) == []
    assert announcer.admits(NEWS, MORNING)


def test_other_settings_keep_what_is_held_but_not_what_is_unwanted_by_now() -> None:
    announcer = night()
    for notice in (NEWS, Notice("Stale", "…")):
        announcer.admits(notice, MIDNIGHT)
    announcer.use(Settings(toasts={"changes": False}))
    assert announcer.release(MIDNIGHT) == [Notice("Stale", "…")], "and now it is not quiet any more"


def test_reminders_are_never_lost_in_a_storm_or_at_night() -> None:
    announcer = night()
    due = [Notice(f"{n} follow-ups due", f"Ada: {n}", kind="followups") for n in (1, 2)]
    assert all(announcer.admits(due[0], NOON) for _ in range(2 * MOST_A_MINUTE))
    assert not any(announcer.admits(notice, MIDNIGHT) for notice in due)
    assert announcer.release(MORNING) == [
        Notice("1 follow-ups due and 2 follow-ups due", "Ada: 1\nAda: 2", kind="followups")
    ]


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
    stage = stage_with(settings={"quiet_hours": "14:00-16:00"})  # the stage begins at 14:30
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
        stage.clock.move(hours=1)
        await wait_for(pilot, lambda: len(toasts(pilot)) == 2)
        assert story.tells("FollowUpsDue", "NoticeGiven")
        inbox, reminder = sorted(toasts(pilot), reverse=True)
        assert inbox.startswith("Inbox: 2 new"), "both syncs in one toast"
        assert reminder.startswith("2 follow-ups due: ")
        assert stage.workspace.annotations.take_due(stage.clock.now) == [], "told once"
