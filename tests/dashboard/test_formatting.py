"""Texts for ages, amounts, moments and coverage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.dashboard.sync_status.coverage_strip import bars, shares
from tui.domain import Count
from tui.formatting import ago, amount, duration, elapsed, moment, short_age, size
from tui.freshness import Coverage, Interval

NOW = datetime(2024, 12, 20, 14, 30, tzinfo=UTC)


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


def test_coverage_bars() -> None:
    horizon = Interval(0, 99)
    assert bars(Coverage(), horizon, 5) == "·····"
    assert bars(Coverage([(0, 99)]), horizon, 5) == "▇▇▇▇▇"
    assert bars(Coverage([(50, 99)]), horizon, 4) == "··▇▇"
    assert bars(Coverage([(0, 9)]), horizon, 5)[0] in "▂▃▄"
    assert bars(Coverage([(0, 98)]), horizon, 1) == "▆", "only what is whole looks whole"


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 80))), st.integers(1, 40))
def test_shares_add_up_to_the_coverage(pieces: list[tuple[int, int]], cells: int) -> None:
    coverage = Coverage((start, start + length) for start, length in pieces)
    horizon = Interval(0, 599)
    lengths = [600 * (cell + 1) // cells - 600 * cell // cells for cell in range(cells)]
    total = sum(
        share * length for share, length in zip(shares(coverage, horizon, cells), lengths, strict=True)
    )
    assert total == pytest.approx(sum(i.end - i.start + 1 for i in coverage.within(horizon)))
