"""The coverage calendar: states, shares, tolerance, and days of 23 and 25 hours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.insights.support import DAY, NOW, at, check_queries, opened_conversation, workspace
from tui.clock import to_epoch
from tui.freshness import Coverage, Interval, SyncState, assess
from tui.insights import DayState
from tui.insights.calendar import judge_day

MOMENT = to_epoch(NOW)
TODAY = date(2026, 10, 26)


def test_each_state_of_a_day(tmp_path: Path) -> None:
    records = [
        opened_conversation(1, at(2026, 10, 20, 9)),
        opened_conversation(2, at(2026, 10, 21, 9), updated_at=at(2026, 10, 22, 23, 59)),
        opened_conversation(3, at(2026, 10, 23, 9), parts=None),
        opened_conversation(4, at(2026, 10, 23, 10), parts=None),
    ]
    covered = [
        (at(2026, 10, 20), at(2026, 10, 22, 6) - 1),
        (at(2026, 10, 23), at(2026, 10, 23, 12) - 1),
        (at(2026, 10, 25), MOMENT - 100),
    ]
    with workspace(tmp_path / "mirror.db", records, covered=covered) as opened:
        days = opened.insights.days(date(2026, 10, 19), TODAY)
        assert check_queries(opened, days) == len(days)
    assert [(d.date.day, d.state.value, d.share) for d in days] == [
        (19, "never", 0.0),
        (20, "synced", 1.0),
        (21, "synced", 1.0),
        (22, "partial", 0.25),
        (23, "pending", 0.5),
        (24, "never", 0.0),
        (25, "synced", 1.0),
        (26, "synced", 1.0),
    ]
    assert [d.conversations.value for d in days] == [0, 1, 0, 1, 2, 0, 0, 0]
    assert [d.pending_threads for d in days] == [0, 0, 0, 0, 2, 0, 0, 0]
    assert days[1].conversations.query == "on:2026-10-20"


def test_days_have_the_hours_they_have(tmp_path: Path) -> None:
    autumn, spring = date(2026, 10, 25), date(2026, 3, 29)
    covered = [(at(2026, 10, 25), at(2026, 10, 26) - 1), (at(2026, 3, 29), at(2026, 3, 29, 12) - 1)]
    with workspace(tmp_path / "mirror.db", covered=covered) as opened:
        (longer,) = opened.insights.days(autumn, autumn)
        (shorter,) = opened.insights.days(spring, spring)
    assert longer.span.end - longer.span.start + 1 == 25 * 3600
    assert (longer.state, longer.share) == (DayState.SYNCED, 1.0)
    assert shorter.span.end - shorter.span.start + 1 == 23 * 3600
    assert shorter.state is DayState.PARTIAL
    assert shorter.share == pytest.approx(11 / 23)


def test_a_day_that_the_calendar_skips_and_days_to_come_are_left_out(tmp_path: Path) -> None:
    samoa = ZoneInfo("Pacific/Apia")
    now = datetime(2011, 12, 31, 12, tzinfo=samoa)
    with workspace(tmp_path / "mirror.db", now=now, tz=samoa) as opened:
        days = opened.insights.days(date(2011, 12, 28), date(2012, 1, 5))
        assert [d.date.day for d in days] == [28, 29, 31]
        assert opened.insights.days(date(2012, 1, 1), date(2012, 1, 5)) == []
        assert opened.insights.horizon() == (date(2011, 10, 2), date(2011, 12, 31))


def test_an_empty_mirror_was_never_synced(tmp_path: Path) -> None:
    with workspace(tmp_path / "mirror.db", history="30d") as opened:
        first, last = opened.insights.horizon()
        days = opened.insights.days(first, last)
    assert (len(days), days[-1].date) == (30, TODAY)
    assert {(d.state, d.share, d.conversations.value) for d in days} == {(DayState.NEVER, 0.0, 0)}


def test_the_days_must_not_end_before_they_start(tmp_path: Path) -> None:
    with workspace(tmp_path / "mirror.db") as opened, pytest.raises(ValueError, match="before they start"):
        opened.insights.days(TODAY, date(2026, 10, 25))


@pytest.mark.parametrize(
    ("synced_until", "now", "state"),
    [
        (at(2026, 10, 26, 14, 26), at(2026, 10, 26, 14, 30), DayState.SYNCED),  # within the tolerance
        (at(2026, 10, 26, 14, 20), at(2026, 10, 26, 14, 30), DayState.PARTIAL),
        (at(2026, 10, 25, 23, 58), at(2026, 10, 26, 0, 2), DayState.SYNCED),  # just after midnight
        (at(2026, 10, 25, 23, 50), at(2026, 10, 26, 0, 2), DayState.NEVER),
    ],
)
def test_the_recent_end_of_today_may_be_missing(synced_until: int, now: int, state: DayState) -> None:
    span = Interval(at(2026, 10, 26), at(2026, 10, 27) - 1)
    coverage = Coverage([(at(2026, 10, 1), synced_until)])
    assert judge_day(coverage, span, now=now, tolerance=300, pending=0)[0] is state


@given(
    pieces=st.lists(st.tuples(st.integers(0, 4 * DAY), st.integers(0, DAY)), max_size=6),
    age=st.integers(300, DAY),
)
def test_all_days_are_synced_just_when_their_period_is_fresh(pieces: list[tuple[int, int]], age: int) -> None:
    start = at(2026, 10, 20)
    coverage = Coverage((start + low, start + low + length) for low, length in pieces)
    now = start + 3 * DAY + age
    spans = [Interval(start + n * DAY, start + (n + 1) * DAY - 1) for n in range(4)]
    judged = [judge_day(coverage, span, now=now, tolerance=300, pending=0) for span in spans]
    fresh = assess(coverage, Interval(start, now), 300).state is SyncState.FRESH
    assert all(state is DayState.SYNCED for state, _ in judged) == fresh
    for state, share in judged:
        assert 0 <= share <= 1
        assert (share == 1) == (state is DayState.SYNCED)
        assert (share == 0) == (state is DayState.NEVER)


def test_the_zone_decides_what_a_day_is(tmp_path: Path) -> None:
    records = [opened_conversation(1, at(2026, 10, 20, 1))]
    with workspace(tmp_path / "mirror.db", records) as opened:
        assert opened.insights.days(date(2026, 10, 20), date(2026, 10, 20))[0].conversations.value == 1
    with workspace(tmp_path / "mirror.db", now=NOW.astimezone(UTC), tz=UTC) as opened:
        before = opened.insights.days(date(2026, 10, 19), date(2026, 10, 19))[0]
        assert before.conversations.value == 1
    assert before.span.start == to_epoch(datetime(2026, 10, 19, tzinfo=UTC))
