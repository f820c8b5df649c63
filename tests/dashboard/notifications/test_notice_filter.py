"""Which notices are shown, held in quiet hours and dropped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tui.dashboard.notifications.notice_filter import MOST_A_MINUTE, NoticeFilter
from tui.dashboard.notifications.rules import CHANGES_EVERY, ChangeNotices, Notice
from tui.domain import Changes
from tui.settings import Settings

NOON = datetime(2024, 12, 20, 12, tzinfo=UTC)
MIDNIGHT = datetime(2024, 12, 20, 0, tzinfo=UTC)
MORNING = MIDNIGHT + timedelta(hours=7)
NEWS = Notice("Inbox", "12 new", kind="changes")


def test_kinds_can_be_switched_off_one_by_one() -> None:
    notice_filter = NoticeFilter(Settings(toasts={"changes": False}), UTC)
    assert not notice_filter.admits(NEWS, NOON)
    assert notice_filter.admits(Notice("Stale", "…"), NOON)


def test_in_quiet_hours_nothing_is_told() -> None:
    notice_filter = NoticeFilter(Settings(quiet_hours="22:00-07:00"), UTC)
    assert notice_filter.admits(NEWS, NOON)
    assert not notice_filter.admits(NEWS, NOON.replace(hour=23))
    assert not notice_filter.admits(Notice("Offline", "…", "error", "failures"), NOON.replace(hour=6))


def test_a_storm_is_cut_off_and_blows_over() -> None:
    notice_filter = NoticeFilter(Settings(), UTC)
    assert [notice_filter.admits(NEWS, NOON) for _ in range(MOST_A_MINUTE + 2)] == [True] * MOST_A_MINUTE + [
        False
    ] * 2
    assert notice_filter.admits(Notice("Stale", "…"), NOON), "other kinds have a measure of their own"
    assert notice_filter.admits(NEWS, NOON + timedelta(minutes=1))


def night(**values: Any) -> NoticeFilter:
    return NoticeFilter(Settings(quiet_hours="22:00-07:00", **values), UTC)


def test_what_is_held_back_is_told_in_the_morning_once_for_each_kind() -> None:
    notice_filter, notices = night(), ChangeNotices()
    notices.changes_counted(Changes(0, 0, 0, 7200), 0)
    for number, changes in enumerate(
        (Changes(3, 0, 0, 7200), Changes(4, 1, 2, 7200), Changes(5, 0, 6, 7200))
    ):
        notice = notices.changes_counted(changes, number * CHANGES_EVERY)
        assert notice is not None
        assert not notice_filter.admits(notice, MIDNIGHT)
    offline = Notice("Offline, retrying", "no connection", "error", "failures")
    for notice in (offline, Notice("Recovered", "Syncing again: 2 new.", kind="failures"), offline):
        assert not notice_filter.admits(notice, MIDNIGHT)
    for _ in range(MOST_A_MINUTE + 1):
        notice_filter.admits(Notice("Rate limited", "resuming in 8 s", "warning", "rate_limit"), MIDNIGHT)
    assert not notice_filter.admits(Notice("Stale", "nothing is synced", "warning"), MIDNIGHT)
    assert notice_filter.release(MIDNIGHT + timedelta(hours=1)) == []
    assert notice_filter.release(MORNING) == [
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
    assert notice_filter.release(MORNING) == []
    assert notice_filter.admits(NEWS, MORNING)


def test_other_settings_keep_what_is_held_but_not_what_is_unwanted_by_now() -> None:
    notice_filter = night()
    for notice in (NEWS, Notice("Stale", "…")):
        notice_filter.admits(notice, MIDNIGHT)
    notice_filter.use(Settings(toasts={"changes": False}))
    assert notice_filter.release(MIDNIGHT) == [Notice("Stale", "…")], "and now it is not quiet any more"


def test_reminders_are_never_lost_in_a_storm_or_at_night() -> None:
    notice_filter = night()
    due = [Notice(f"{n} follow-ups due", f"Ada: {n}", kind="followups") for n in (1, 2)]
    assert all(notice_filter.admits(due[0], NOON) for _ in range(2 * MOST_A_MINUTE))
    assert not any(notice_filter.admits(notice, MIDNIGHT) for notice in due)
    assert notice_filter.release(MORNING) == [
        Notice("1 follow-ups due and 2 follow-ups due", "Ada: 1\nAda: 2", kind="followups")
    ]
