"""The texts about a running, a waiting and a failed sync."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tui.dashboard.sync_status.state import SyncActivity, Tone, activity_text
from tui.domain import ConversationProblem
from tui.freshness_words import SyncOutlook
from tui.sync.events import (
    Reason,
    SyncFailed,
    SyncFinished,
    SyncProgress,
    SyncStarted,
    SyncSummary,
    changes_in_words,
)

NOW = datetime(2024, 12, 20, 14, 30, tzinfo=UTC)
TWO_PROBLEMS = (ConversationProblem("1", "403"), ConversationProblem("2", "404"))
SUMMARY = SyncSummary("complete", 14, 32, 5, 1, 60, 0, 0, 2.5)
PROGRESS = SyncProgress("threads", 430, 1000, True, 166.4, 120.0, 0.0, 500)
STARTED = SyncStarted(NOW)


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (PROGRESS, "↻ 43 % · 166/s · 2 min left"),
        (replace(PROGRESS, eta=None, rate=0.0), "↻ 43 %"),
        (replace(PROGRESS, phase="connecting"), "↻ Syncing…"),
        (replace(PROGRESS, total=0), "↻ looking for changes"),
        (replace(PROGRESS, listing_done=False), "↻ listing · 430/1,000 threads"),
        (replace(PROGRESS, phase="finishing"), "↻ finishing"),
    ],
)
def test_what_a_running_sync_says(progress: SyncProgress, words: str) -> None:
    activity = SyncActivity().after(STARTED, 0).after(progress, 100)
    assert activity_text(activity, 100) == (words, Tone.BUSY)


def test_the_wait_for_the_rate_limit_counts_down() -> None:
    activity = SyncActivity().after(STARTED, 0).after(replace(PROGRESS, waiting=4.0), 100)
    assert activity_text(activity, 100) == ("waiting for rate limit 4 s", Tone.WARNING)
    assert activity_text(activity, 102) == ("waiting for rate limit 2 s", Tone.WARNING)
    assert activity_text(activity, 105)[1] is Tone.BUSY


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason.UNREACHABLE, "offline, retrying"),
        (Reason.LOCKED, "another fastintercom is syncing"),
        (Reason.UNAUTHORIZED, "not authorised: the token is wrong"),
        (Reason.FORBIDDEN, "not permitted: the token is wrong"),
        (Reason.RATE_LIMITED, "rate limited, retrying"),
    ],
)
def test_failures_are_told_apart(reason: Reason, words: str) -> None:
    activity = SyncActivity().after(STARTED, 0).after(SyncFailed(reason, "the token is wrong", SUMMARY), 1)
    assert activity_text(activity, 2)[0] == words
    assert activity_text(activity.after(SyncFinished(SUMMARY), 3), 4) == ("", Tone.QUIET)


def test_a_sync_is_expected_while_it_runs_or_starts_and_did_not_just_fail() -> None:
    idle = SyncActivity()
    assert idle.outlook(starting=True) == SyncOutlook(syncing=True)
    assert idle.outlook(starting=False) == SyncOutlook()
    failed = idle.after(SyncFailed(Reason.UNREACHABLE, "no route", SUMMARY), 1)
    assert failed.outlook(starting=True) == failed.outlook(starting=False) == SyncOutlook(False, "no route")
    assert failed.after(STARTED, 2).outlook(starting=False) == SyncOutlook(True, "no route")
    assert failed.after(SyncFinished(SUMMARY), 3).outlook(starting=False) == SyncOutlook()


def test_every_reason_has_words() -> None:
    for reason in Reason:
        assert activity_text(SyncActivity(failure=SyncFailed(reason, "m", SUMMARY)), 0)[0]


def test_changes_in_words() -> None:
    assert changes_in_words(SUMMARY) == "14 new, 32 updated, 1 deleted"
    assert changes_in_words(SyncSummary("complete", 0, 0, 9, 0, 1, 0, 0, 1.0)) == "nothing new"
    assert "2 conversations could not be read" in changes_in_words(replace(SUMMARY, problems=TWO_PROBLEMS))
