from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.freshness import Coverage, Interval, SyncState, assess

SECONDS = st.integers(0, 40)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    start = draw(SECONDS)
    return Interval(start, start + draw(st.integers(0, 12)))


coverages = st.lists(intervals(), max_size=6).map(Coverage)


def seconds_of(coverage: Coverage) -> set[int]:
    return {s for i in coverage for s in range(i.start, i.end + 1)}


@given(st.lists(intervals(), max_size=6))
def test_coverage_holds_exactly_the_seconds_of_its_intervals(pieces: list[Interval]) -> None:
    coverage = Coverage(pieces)
    assert seconds_of(coverage) == {s for p in pieces for s in range(p.start, p.end + 1)}


@given(coverages)
def test_intervals_are_ascending_and_never_touch(coverage: Coverage) -> None:
    found = list(coverage)
    assert all(later.start > earlier.end + 1 for earlier, later in pairwise(found))


@given(coverages, coverages)
def test_set_arithmetic(a: Coverage, b: Coverage) -> None:
    assert seconds_of(a | b) == seconds_of(a) | seconds_of(b)
    assert seconds_of(a - b) == seconds_of(a) - seconds_of(b)


@given(coverages, intervals())
def test_missing_and_within_split_a_window(coverage: Coverage, window: Interval) -> None:
    inside, gaps = seconds_of(coverage.within(window)), seconds_of(Coverage(coverage.missing(window)))
    assert inside | gaps == set(range(window.start, window.end + 1))
    assert not inside & gaps


@given(coverages)
def test_ends(coverage: Coverage) -> None:
    seconds = seconds_of(coverage)
    assert coverage.first == min(seconds, default=None)
    assert coverage.last == max(seconds, default=None)


@given(coverages, intervals(), st.integers(0, 8))
def test_the_verdict_agrees_with_a_model_that_counts_seconds(
    coverage: Coverage, window: Interval, tolerance: int
) -> None:
    covered = seconds_of(coverage)
    inside = covered & set(range(window.start, window.end + 1))
    needed = set(range(window.start, window.end - tolerance + 1))
    if not inside:
        expected = SyncState.STALE
    elif needed <= covered:
        expected = SyncState.FRESH
    else:
        expected = SyncState.PARTIAL

    verdict = assess(coverage, window, tolerance)

    assert verdict.state is expected
    assert verdict.data_complete is (expected is SyncState.FRESH)
    assert verdict.last_sync == max(covered, default=None)
    assert verdict.covered_until == max(inside, default=None)
    if expected is SyncState.PARTIAL:
        assert seconds_of(Coverage(verdict.gaps)) == needed - covered
    if expected is SyncState.FRESH:
        assert verdict.gaps == ()


@given(st.integers(0, 40), intervals(), st.integers(0, 8))
def test_with_everything_up_to_the_last_sync_the_original_three_states_hold(
    last_sync: int, window: Interval, tolerance: int
) -> None:
    state = assess(Coverage([(-1000, last_sync)]), window, tolerance).state
    if last_sync < window.start:
        assert state is SyncState.STALE
    elif last_sync < window.end - tolerance:
        assert state is SyncState.PARTIAL
    else:
        assert state is SyncState.FRESH


def test_a_window_shorter_than_the_tolerance_after_the_last_sync_is_stale() -> None:
    assert assess(Coverage([(0, 99)]), Interval(100, 150), tolerance=300).state is SyncState.STALE


def test_never_synced_is_stale_and_names_the_whole_window() -> None:
    verdict = assess(Coverage(), Interval(5, 9))
    assert verdict.state is SyncState.STALE
    assert verdict.last_sync is None
    assert verdict.gaps == (Interval(5, 9),)


def test_a_gap_in_the_middle_is_not_the_recent_end() -> None:
    verdict = assess(Coverage([(0, 10), (20, 30)]), Interval(0, 30), tolerance=0)
    assert verdict.state is SyncState.PARTIAL
    assert not verdict.recent_end_missing
    assert assess(Coverage([(0, 10)]), Interval(0, 30), tolerance=0).recent_end_missing


@pytest.mark.parametrize(
    ("window", "tolerance", "words"),
    [(Interval(5, 4), 0, "before it starts"), (Interval(4, 5), -1, "must not be negative")],
)
def test_impossible_questions_are_refused(window: Interval, tolerance: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        assess(Coverage(), window, tolerance)


def test_an_interval_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        Coverage([(2, 1)])
