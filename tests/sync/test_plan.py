from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tui.freshness import Coverage, Interval
from tui.sync.jobs import Priority, SyncJob
from tui.sync.plan import DAY, JobState, ListingPlan, split_by_age, wanted_ranges

NOW = 1_000 * DAY


@given(st.integers(0, 999 * DAY), st.integers(0, 1_000 * DAY))
def test_the_parts_are_the_window_newest_first(start: int, length: int) -> None:
    window = Interval(start, min(start + length, NOW))
    parts = split_by_age(window, NOW)
    assert Coverage(parts) == Coverage([window])
    assert all(newer.start == older.end + 1 for newer, older in pairwise(parts))


def test_only_gaps_and_the_overlap_are_wanted() -> None:
    coverage = Coverage([(100, 500), (700, 900)])

    def wanted(coverage: Coverage, window: Interval, *not_due: tuple[int, int]) -> list[Interval]:
        return wanted_ranges(coverage, window, now=950, overlap=50, not_due=Coverage(not_due))

    assert wanted(coverage, Interval(100, 1000)) == [Interval(501, 699), Interval(850, 1000)]
    assert wanted(coverage, Interval(100, 800)) == [Interval(501, 699)]
    assert wanted(coverage, Interval(100, 500)) == []
    assert wanted(Coverage(), Interval(100, 1000)) == [Interval(100, 1000)]
    assert wanted(coverage, Interval(100, 800), (501, 510)) == [Interval(511, 699)]


def test_the_most_urgent_then_the_newest_comes_first() -> None:
    plan = ListingPlan()
    backfill = JobState(SyncJob(None, Priority.BACKFILL))
    query = JobState(SyncJob(Interval(5 * DAY, 6 * DAY), Priority.WAITING_QUERY))
    plan.add(backfill, Interval(NOW - 3 * DAY, NOW), NOW)
    plan.add(query, Interval(5 * DAY, 6 * DAY), NOW)
    taken = [plan.take() for _ in range(3)]
    assert not plan
    assert [p.state for p in taken] == [query, backfill, backfill]
    assert taken[1].window.end > taken[2].window.end
    assert (query.to_list, backfill.to_list) == (1, 2)
