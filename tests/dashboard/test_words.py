"""The pure parts: words, pictures of the sync, coverage bars, toasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.dashboard.formatting import ago, amount, bars, duration, elapsed, moment, shares, short_age, size
from tui.dashboard.notifications.rules import Notice, TransitionNotices
from tui.dashboard.sync_status.state import QueryFreshness, SyncActivity, Tone, activity_text, changes
from tui.domain import Count
from tui.freshness import Coverage, Interval, SyncState, Verdict
from tui.sync.events import Reason, SyncFailed, SyncFinished, SyncProgress, SyncStarted, SyncSummary

NOW = datetime(2024, 12, 20, 14, 30, tzinfo=UTC)
SUMMARY = SyncSummary("complete", 14, 32, 5, 1, 60, 0, 0, 2.5)
PROGRESS = SyncProgress("threads", 430, 1000, True, 166.4, 120.0, 0.0, 500)
STARTED = SyncStarted(NOW, ())


@pytest.mark.parametrize(
    ("seconds", "short", "long"),
    [
        (0, "now", "just now"),
        (12, "12s", "12 s ago"),
        (75, "1m", "1 min ago"),
        (7800, "2h", "2 h 10 min ago"),
        (3 * 86400, "3d", "3 d ago"),
        (40 * 86400, "5w", "40 d ago"),
        (900 * 86400, "2y", "900 d ago"),
        (-5, "now", "just now"),
    ],
)
def test_ages(seconds: float, short: str, long: str) -> None:
    assert short_age(seconds) == short
    assert ago(seconds) == long


def test_amounts_and_sizes() -> None:
    assert amount(Count(1000, exact=False)) == "1,000+"
    assert amount(Count(1000, exact=True)) == "1,000"
    assert [elapsed(s) for s in (0.0004, 0.0123, 1.25)] == ["0.4 ms", "12 ms", "1.2 s"]
    assert [size(n) for n in (None, 812, 120_000, 3_400_000)] == ["", "812 B", "120 kB", "3.4 MB"]
    assert duration(4.4) == "4 s"


def test_moments() -> None:
    assert moment(NOW - timedelta(hours=2), NOW, UTC) == "12:30"
    assert moment(NOW - timedelta(days=3), NOW, UTC) == "Tue 14:30"
    assert moment(NOW - timedelta(days=30), NOW, UTC) == "20 Nov 14:30"
    assert moment(NOW - timedelta(days=500), NOW, UTC) == "8 Aug 2023"
    assert moment(NOW + timedelta(days=5), NOW, UTC) == "25 Dec 14:30"


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
    picture = SyncActivity().after(STARTED, 0).after(progress, 100)
    assert activity_text(picture, 100) == (words, Tone.BUSY)


def test_the_wait_for_the_rate_limit_counts_down() -> None:
    picture = SyncActivity().after(STARTED, 0).after(replace(PROGRESS, waiting=4.0), 100)
    assert activity_text(picture, 100) == ("waiting for rate limit 4 s", Tone.WARNING)
    assert activity_text(picture, 102) == ("waiting for rate limit 2 s", Tone.WARNING)
    assert activity_text(picture, 105)[1] is Tone.BUSY


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
    picture = SyncActivity().after(STARTED, 0).after(SyncFailed(reason, "the token is wrong", SUMMARY), 1)
    assert activity_text(picture, 2)[0] == words
    assert activity_text(picture.after(SyncFinished(SUMMARY), 3), 4) == ("", Tone.QUIET)


def test_every_reason_has_words() -> None:
    for reason in Reason:
        assert activity_text(SyncActivity(failure=SyncFailed(reason, "m", SUMMARY)), 0)[0]


def test_changes_in_words() -> None:
    assert changes(SUMMARY) == "14 new, 32 updated, 1 deleted"
    assert changes(SyncSummary("complete", 0, 0, 9, 0, 1, 0, 0, 1.0)) == "nothing new"
    assert "2 threads could not be fetched" in changes(replace(SUMMARY, failed_threads=2))


def test_coverage_bars() -> None:
    horizon = Interval(0, 99)
    assert bars(Coverage(), horizon, 5) == "·····"
    assert bars(Coverage([(0, 99)]), horizon, 5) == "▇▇▇▇▇"
    assert bars(Coverage([(50, 99)]), horizon, 4) == "··▇▇"
    assert bars(Coverage([(0, 9)]), horizon, 5)[0] in "▂▃▄"
    assert bars(Coverage([(0, 98)]), horizon, 1) == "▆", "only what is whole looks whole"


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 80))),
    st.integers(1, 40),
)
def test_shares_add_up_to_the_coverage(pieces: list[tuple[int, int]], cells: int) -> None:
    coverage = Coverage((start, start + length) for start, length in pieces)
    horizon = Interval(0, 599)
    lengths = [600 * (cell + 1) // cells - 600 * cell // cells for cell in range(cells)]
    total = sum(
        share * length for share, length in zip(shares(coverage, horizon, cells), lengths, strict=True)
    )
    assert total == pytest.approx(sum(i.end - i.start + 1 for i in coverage.within(horizon)))


def standing(state: SyncState) -> QueryFreshness:
    window = Interval(0, 100)
    verdict = Verdict(state, window, 50, 50, () if state is SyncState.FRESH else (window,))
    message = None if state is SyncState.FRESH else f"words for {state.value}"
    return QueryFreshness(verdict, message, 10, Coverage(), window)


STALE, PARTIAL, FRESH = (standing(s) for s in (SyncState.STALE, SyncState.PARTIAL, SyncState.FRESH))


def test_a_backfill_tells_only_its_end() -> None:
    notices = TransitionNotices()
    assert notices.freshness_shown(STALE, "") is None
    assert notices.sync_event(STARTED) is None
    assert notices.freshness_shown(PARTIAL, "") is None
    assert notices.freshness_shown(FRESH, "") is None, "told with its numbers when the run is over"
    assert notices.sync_event(SyncFinished(SUMMARY)) is None
    assert notices.freshness_shown(FRESH, "") == Notice("Fresh", "14 new, 32 updated, 1 deleted")
    assert notices.freshness_shown(FRESH, "") is None


def test_quiet_syncs_stay_quiet() -> None:
    notices = TransitionNotices()
    for _ in range(5):
        assert notices.freshness_shown(FRESH, "") is None
        assert notices.sync_event(STARTED) is None
        assert notices.sync_event(SyncFinished(SUMMARY)) is None


def test_falling_back_is_told_once() -> None:
    notices = TransitionNotices()
    notices.freshness_shown(FRESH, "")
    assert notices.freshness_shown(PARTIAL, "") == Notice("Partial", "words for partial", "warning")
    assert notices.freshness_shown(PARTIAL, "") is None
    assert notices.freshness_shown(STALE, "") == Notice("Stale", "words for stale", "warning")
    assert notices.freshness_shown(STALE, "") is None


def test_another_query_is_not_a_transition_unless_it_is_stale() -> None:
    notices = TransitionNotices()
    notices.freshness_shown(FRESH, "")
    assert notices.freshness_shown(PARTIAL, "since:30d") is None
    assert notices.freshness_shown(FRESH, "since:1d") is None
    assert notices.freshness_shown(STALE, "since:1h") == Notice("Stale", "words for stale", "warning")
    assert notices.freshness_shown(STALE, "since:2h") is None


def test_a_failure_and_the_recovery_are_told_once_each() -> None:
    notices = TransitionNotices()
    notices.freshness_shown(PARTIAL, "")
    failed = SyncFailed(Reason.UNREACHABLE, "no connection", SUMMARY)
    assert notices.sync_event(failed) == Notice("Offline, retrying", "no connection", "error", "failures")
    for _ in range(4):
        assert notices.sync_event(STARTED) is None
        assert notices.sync_event(failed) is None
    assert notices.sync_event(SyncFinished(SUMMARY)) == Notice(
        "Recovered", "Syncing again: 14 new, 32 updated, 1 deleted.", kind="failures"
    )
    assert notices.freshness_shown(FRESH, "") is None, "the recovery said it all"


def test_the_rate_limit_is_told_once_a_run() -> None:
    notices = TransitionNotices()
    waiting = replace(PROGRESS, waiting=4.2)
    assert notices.sync_event(PROGRESS) is None
    assert notices.sync_event(waiting) == Notice(
        "Rate limited", "Intercom asks to wait; going on in 4 s.", "warning", "rate_limit"
    )
    assert notices.sync_event(PROGRESS) is None
    assert notices.sync_event(waiting) is None
    notices.sync_event(SyncFinished(SUMMARY))
    assert notices.sync_event(waiting) is not None
