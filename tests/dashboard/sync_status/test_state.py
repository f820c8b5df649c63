"""The state of the sync after its events, and what is expected of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tui.dashboard.sync_status.state import SyncActivity
from tui.domain import ConversationProblem
from tui.freshness_words import SyncOutlook
from tui.sync.events import (
    Reason,
    SyncFailed,
    SyncFinished,
    SyncStarted,
    SyncSummary,
    changes_in_words,
)
from tui.sync.lease import LeaseOwner, OtherSync

NOW = datetime(2024, 12, 20, 14, 30, tzinfo=UTC)
TWO_PROBLEMS = (ConversationProblem("1", "403"), ConversationProblem("2", "404"))
SUMMARY = SyncSummary("complete", 14, 32, 5, 1, 60, 0, 0, 2.5)
STARTED = SyncStarted(NOW)


def test_a_sync_is_expected_while_it_runs_or_is_requested_and_did_not_just_fail() -> None:
    idle = SyncActivity()
    assert idle.outlook() == SyncOutlook()
    requested = replace(idle, is_requested=True)
    assert requested.outlook() == SyncOutlook(syncing=True)
    failed = requested.after(SyncFailed(Reason.UNREACHABLE, "no route", SUMMARY), 1)
    assert failed.outlook() == replace(failed, is_requested=True).outlook() == SyncOutlook(False, "no route")
    assert failed.after(STARTED, 2).outlook() == SyncOutlook(True, "no route")
    assert failed.after(SyncFinished(SUMMARY), 3).outlook() == SyncOutlook()


def test_a_failure_is_dated_by_the_first_of_its_kind() -> None:
    offline = SyncFailed(Reason.UNREACHABLE, "no route", SUMMARY)
    twice = SyncActivity().after(offline, 10).after(STARTED, 15).after(offline, 20)
    assert twice.failing_since == 10
    assert twice.after(SyncFailed(Reason.STORE, "the disk is full", SUMMARY), 30).failing_since == 30
    assert twice.after(SyncFinished(SUMMARY), 25).after(offline, 40).failing_since == 40


def test_that_somebody_else_syncs_is_an_obstacle_only_as_long_as_they_do() -> None:
    locked = SyncActivity().after(SyncFailed(Reason.LOCKED, "another one syncs", SUMMARY), 1)
    other = OtherSync(LeaseOwner(812, "support-1", NOW), None)
    assert replace(locked, other=other).outlook() == SyncOutlook(False, "another one syncs")
    assert locked.outlook() == SyncOutlook()


def test_changes_in_words() -> None:
    assert changes_in_words(SUMMARY) == "14 new, 32 updated, 1 deleted"
    assert changes_in_words(SyncSummary("complete", 0, 0, 9, 0, 1, 0, 0, 1.0)) == "nothing new"
    assert "2 conversations could not be read" in changes_in_words(replace(SUMMARY, problems=TWO_PROBLEMS))
