"""Which transitions and changes become notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tui.dashboard.notifications.rules import (
    CHANGES_EVERY,
    ChangeNotices,
    Notice,
    TransitionNotices,
    sync_notices,
)
from tui.domain import Changes
from tui.freshness import Interval, SyncState, Verdict
from tui.sync.events import Reason, SyncFailed, SyncFinished, SyncProgress, SyncStarted, SyncSummary

NOW = datetime(2024, 12, 20, 14, 30, tzinfo=UTC)
SUMMARY = SyncSummary("complete", 14, 32, 5, 1, 60, 0, 0, 2.5)
PROGRESS = SyncProgress("threads", 430, 1000, True, 166.4, 120.0, 0.0, 500)
STARTED = SyncStarted(NOW)


def verdict_of(state: SyncState) -> tuple[Verdict, str | None]:
    """A verdict and its words."""
    window = Interval(0, 100)
    verdict = Verdict(state, window, 50, 50, () if state is SyncState.FRESH else (window,))
    return verdict, None if state is SyncState.FRESH else f"words for {state.value}"


STALE, PARTIAL, FRESH = (verdict_of(s) for s in (SyncState.STALE, SyncState.PARTIAL, SyncState.FRESH))
TOO_NEW = replace(PARTIAL[0], listed_until=90), "too new"


def test_a_backfill_tells_only_its_end() -> None:
    notices = TransitionNotices()
    assert notices.freshness_shown(*STALE, "") is None
    assert notices.sync_event(STARTED) is None
    assert notices.freshness_shown(*PARTIAL, "") is None
    assert notices.freshness_shown(*FRESH, "") is None, "told with its numbers when the run is over"
    assert notices.sync_event(SyncFinished(SUMMARY)) is None
    assert notices.freshness_shown(*FRESH, "") == Notice("Fresh", "14 new, 32 updated, 1 deleted")
    assert notices.freshness_shown(*FRESH, "") is None


def test_quiet_syncs_stay_quiet() -> None:
    notices = TransitionNotices()
    for _ in range(5):
        assert notices.freshness_shown(*FRESH, "") is None
        assert notices.sync_event(STARTED) is None
        assert notices.sync_event(SyncFinished(SUMMARY)) is None


def test_falling_back_is_told_once() -> None:
    notices = TransitionNotices()
    notices.freshness_shown(*FRESH, "")
    assert notices.freshness_shown(*PARTIAL, "") == Notice(
        "Partial", "words for partial", "warning", is_on_line=True
    )
    assert notices.freshness_shown(*PARTIAL, "") is None
    assert notices.freshness_shown(*STALE, "") == Notice(
        "Stale", "words for stale", "warning", is_on_line=True
    )
    assert notices.freshness_shown(*STALE, "") is None


def test_a_period_that_stays_too_new_is_told_once() -> None:
    """It becomes stale again and again, and each time a sync makes it partial."""
    notices = TransitionNotices()
    notices.freshness_shown(*FRESH, "")
    assert notices.freshness_shown(*STALE, "since:30s") == Notice(
        "Stale", "words for stale", "warning", is_on_line=True
    )
    for _ in range(3):
        assert notices.freshness_shown(*TOO_NEW, "since:30s") is None
        assert notices.freshness_shown(*STALE, "since:30s") is None
    assert notices.freshness_shown(*FRESH, "since:30s") is None
    assert notices.freshness_shown(*STALE, "since:30s") == Notice(
        "Stale", "words for stale", "warning", is_on_line=True
    )


def test_another_query_is_not_a_transition_unless_it_is_stale() -> None:
    notices = TransitionNotices()
    notices.freshness_shown(*FRESH, "")
    assert notices.freshness_shown(*PARTIAL, "since:30d") is None
    assert notices.freshness_shown(*FRESH, "since:1d") is None
    assert notices.freshness_shown(*STALE, "since:1h") == Notice(
        "Stale", "words for stale", "warning", is_on_line=True
    )
    assert notices.freshness_shown(*STALE, "since:2h") is None


def test_a_failure_and_the_recovery_are_told_once_each() -> None:
    notices = TransitionNotices()
    notices.freshness_shown(*PARTIAL, "")
    failed = SyncFailed(Reason.UNREACHABLE, "no connection", SUMMARY)
    assert notices.sync_event(failed) == Notice(
        "Offline", "no connection", "error", "failures", is_on_line=True
    )
    for _ in range(4):
        assert notices.sync_event(STARTED) is None
        assert notices.sync_event(failed) is None
    assert notices.sync_event(SyncFinished(SUMMARY)) == Notice(
        "Recovered", "Syncing again: 14 new, 32 updated, 1 deleted.", kind="failures"
    )
    assert notices.freshness_shown(*FRESH, "") is None, "the recovery said it all"


def test_that_nothing_came_is_no_toast() -> None:
    """The state line says already that it is fresh, or that the sync works again."""
    nothing = replace(SUMMARY, new=0, updated=0, deleted=0)
    notices = TransitionNotices()
    notices.freshness_shown(*STALE, "")
    notices.sync_event(SyncFinished(nothing))
    fresh = notices.freshness_shown(*FRESH, "")
    assert fresh is not None
    assert fresh.is_on_line
    notices.sync_event(SyncFailed(Reason.UNREACHABLE, "no connection", SUMMARY))
    recovered = notices.sync_event(SyncFinished(nothing))
    assert recovered is not None
    assert recovered.is_on_line


def test_the_rate_limit_is_told_once_a_run() -> None:
    notices = TransitionNotices()
    waiting = replace(PROGRESS, waiting=4.2)
    assert notices.sync_event(PROGRESS) is None
    assert notices.sync_event(waiting) == Notice(
        "Rate limited", "Intercom asks to wait; resuming in 4 s.", "warning", "rate_limit", is_on_line=True
    )
    assert notices.sync_event(PROGRESS) is None
    assert notices.sync_event(waiting) is None
    notices.sync_event(SyncFinished(SUMMARY))
    assert notices.sync_event(waiting) is not None


def found(new: int, reopened: int, waiting: int) -> Changes:
    return Changes(new, reopened, waiting, 7200)


def told(notice: Notice | None) -> str:
    assert notice is not None
    assert (notice.title, notice.kind) == ("Inbox", "changes")
    return notice.message


def test_changes_are_gathered_and_told_once_a_minute() -> None:
    notices = ChangeNotices()
    assert notices.changes_counted(found(0, 0, 1), 0) is None, "the first look has nothing to compare with"
    assert told(notices.changes_counted(found(12, 3, 1), 0)) == "12 new, 3 reopened, 1 waiting over 2 h"
    assert notices.changes_counted(found(2, 0, 0), CHANGES_EVERY / 2) is None
    assert told(notices.changes_counted(found(1, 0, 0), CHANGES_EVERY)) == "3 new"
    assert told(notices.changes_counted(found(0, 0, 5), 2 * CHANGES_EVERY)) == "5 waiting over 2 h"
    assert notices.changes_counted(found(0, 0, 4), 4 * CHANGES_EVERY) is None, "they were waiting before"
    assert (
        told(notices.changes_counted(found(0, 1, 4), 5 * CHANGES_EVERY)) == "1 reopened, 4 waiting over 2 h"
    )


def test_that_somebody_waits_is_told_later_when_it_is_too_soon() -> None:
    notices = ChangeNotices()
    notices.changes_counted(found(0, 0, 0), 0)
    assert told(notices.changes_counted(found(1, 0, 0), 0)) == "1 new"
    assert notices.changes_counted(found(0, 0, 2), CHANGES_EVERY / 2) is None
    assert told(notices.changes_counted(found(0, 0, 3), CHANGES_EVERY)) == "3 waiting over 2 h"
    assert notices.changes_counted(found(0, 0, 0), 2 * CHANGES_EVERY) is None
    half = Changes(0, 0, 1, 1800)
    assert told(notices.changes_counted(half, 3 * CHANGES_EVERY)) == "1 waiting over 30 min", (
        "the settings' age, not a fixed one"
    )


def test_what_a_sync_tells_is_information() -> None:
    told = sync_notices(replace(SUMMARY, notices=("No teams here", "No tags here")))
    assert told == [
        Notice("Sync", "No teams here.", "information", "failures"),
        Notice("Sync", "No tags here.", "information", "failures"),
    ]
    assert sync_notices(SUMMARY) == []
