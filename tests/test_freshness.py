from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.domain import Count
from tui.freshness import Coverage, Interval, KeptSince, LatestListing, SyncState, assess

SECONDS = st.integers(0, 40)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    start = draw(SECONDS)
    return Interval(start, start + draw(st.integers(0, 12)))


coverages = st.lists(intervals(), max_size=6).map(Coverage)
listings = st.none() | st.tuples(SECONDS, st.integers(1, 12)).map(lambda x: LatestListing(x[0] + x[1], x[0]))


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


@given(coverages, intervals(), st.integers(0, 8), listings)
def test_the_verdict_agrees_with_a_model_that_counts_seconds(
    coverage: Coverage, window: Interval, tolerance: int, listing: LatestListing | None
) -> None:
    covered = seconds_of(coverage)
    inside = covered & set(range(window.start, window.end + 1))
    needed = set(range(window.start, window.end - tolerance + 1))
    asked = set() if listing is None else set(range(listing.provable_until + 1, listing.until + 1))
    too_new = not inside and window.start in asked
    if not inside:
        expected = SyncState.PARTIAL if too_new else SyncState.STALE
    elif needed <= covered:
        expected = SyncState.FRESH
    else:
        expected = SyncState.PARTIAL

    verdict = assess(coverage, window, tolerance, listing)

    assert verdict.state is expected
    assert verdict.data_complete is (expected is SyncState.FRESH)
    assert verdict.last_sync == max(covered, default=None)
    assert verdict.covered_until == max(inside, default=None)
    assert verdict.listed_until == (listing.until if listing is not None and too_new else None)
    if too_new:
        assert verdict.gaps == (window,)
    elif expected is SyncState.PARTIAL:
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


@pytest.mark.parametrize(
    ("coverage", "start", "state"),
    [
        ([], 945, SyncState.PARTIAL),
        ([], 940, SyncState.STALE),  # that second could have been covered
        ([], 1000, SyncState.PARTIAL),
        ([], 1001, SyncState.STALE),  # Intercom was not asked for it yet
        ([], 0, SyncState.STALE),
        ([(0, 300)], 350, SyncState.STALE),  # only its newest seconds are too new
        ([(0, 940)], 945, SyncState.PARTIAL),
        ([(0, 950)], 945, SyncState.FRESH),  # another listing could prove more
    ],
)
def test_what_is_too_new_for_any_proof_is_partial_once_it_was_asked_for(
    coverage: list[tuple[int, int]], start: int, state: SyncState
) -> None:
    listing = LatestListing(until=1000, provable_until=940)
    verdict = assess(Coverage(coverage), Interval(start, 1010), 300, listing)
    assert verdict.state is state
    assert (verdict.listed_until is not None) is (state is SyncState.PARTIAL)
    without = assess(Coverage(coverage), Interval(start, 1010), 300).state
    assert without is (SyncState.STALE if state is SyncState.PARTIAL else state)


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


@pytest.mark.parametrize(
    ("coverage", "window", "lag", "told", "sync_helps"),
    [
        ([(0, 5500)], (0, 6010), 420, True, False),
        ([(0, 5500)], (0, 6010), 300, False, True),  # within the tolerance
        ([(0, 5500)], (0, 6010), None, False, True),
        ([(0, 5400)], (0, 6010), 420, False, True),  # Intercom could have proven more
        ([(0, 5500)], (0, 6400), 420, False, True),  # the newest part was not asked for yet
        ([(0, 5500)], (0, 5400), 420, False, False),  # nothing is missing
        ([(0, 5500)], (0, 5700), 420, False, False),
        ([(0, 99), (200, 5500)], (0, 6010), 420, True, True),
        ([(0, 99), (200, 5500)], (0, 5400), 420, False, True),  # the lag is not why that is missing
        ([(0, 5500)], (5600, 6010), 420, True, False),
        ([(0, 5500)], (5600, 6010), 300, False, False),
    ],
)
def test_the_lag_of_the_index_is_named_where_it_is_the_reason(
    coverage: list[tuple[int, int]],
    window: tuple[int, int],
    lag: int | None,
    told: bool,
    sync_helps: bool,
) -> None:
    listing = LatestListing(until=6000, provable_until=5500)
    verdict = assess(Coverage(coverage), Interval(*window), 300, listing, lag)
    assert verdict.index_lag == (lag if told else None)
    assert verdict.sync_helps is sync_helps
    assert verdict.state is assess(Coverage(coverage), Interval(*window), 300, listing).state


@pytest.mark.parametrize(
    ("coverage", "outdated", "state"),
    [
        ([(0, 6000)], Count(3, exact=True), SyncState.PARTIAL),
        ([(0, 6000)], Count(0, exact=True), SyncState.FRESH),
        ([(0, 6000)], None, SyncState.FRESH),
        ([(0, 2000)], Count(3, exact=True), SyncState.PARTIAL),
        ([], Count(3, exact=True), SyncState.STALE),
    ],
)
def test_what_an_older_version_stored_makes_a_window_partial(
    coverage: list[tuple[int, int]], outdated: Count | None, state: SyncState
) -> None:
    window = Interval(1000, 6000)
    verdict = assess(Coverage(coverage), window, 300, outdated=outdated)
    plain = assess(Coverage(coverage), window, 300)
    assert verdict.state is state
    assert verdict.data_complete is (state is SyncState.FRESH)
    assert verdict.gaps == plain.gaps
    assert verdict.sync_helps is plain.sync_helps
    assert verdict.outdated == (outdated if outdated and outdated.total and coverage else None)
    assert verdict.to_sync == (plain.gaps or (window,))


# --- what is not kept ----------------------------------------------------------------------------------


@given(coverages, intervals(), st.integers(0, 10), listings, SECONDS)
def test_a_window_that_begins_before_what_is_kept_is_never_fresh(
    coverage: Coverage, window: Interval, tolerance: int, listing: LatestListing | None, second: int
) -> None:
    kept = KeptSince(second, "365d")
    verdict = assess(coverage, window, tolerance, listing, kept_since=kept)
    without = assess(coverage, window, tolerance, listing)
    if window.start >= second:
        assert verdict == without
        return
    assert verdict.kept_since is kept
    assert verdict.window == window
    assert all(gap.start >= second for gap in verdict.unsynced)
    assert window.start in seconds_of(Coverage(verdict.gaps))
    if window.end < second:
        assert verdict.state is SyncState.PARTIAL, "no sync brings any of it"
        assert not verdict.sync_helps
        assert verdict.lacks_only_unkept
        return
    rest = assess(coverage, Interval(second, window.end), tolerance, listing)
    assert verdict.state is (SyncState.STALE if rest.state is SyncState.STALE else SyncState.PARTIAL)
    assert verdict.unsynced == rest.gaps
    assert verdict.sync_helps == rest.sync_helps
    assert verdict.lacks_only_unkept == (rest.state is SyncState.FRESH)
