"""The strip of bars that shows the covered share of the history."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.dashboard.sync_status.coverage_strip import bars, shares
from tui.freshness import Coverage, Interval


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
