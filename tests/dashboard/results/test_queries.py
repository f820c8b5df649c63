"""How the results of a search differ from those shown."""

from __future__ import annotations

import pytest

from tui.dashboard.results.queries import difference


@pytest.mark.parametrize(
    ("shown", "ids", "arrived", "moved", "gone", "unchanged"),
    [
        ([1, 2, 3], [1, 2, 3], 0, 0, 0, 3),
        ([1, 2, 3], [9, 1, 2, 3], 1, 0, 0, 0),
        ([1, 2, 3], [1, 2, 3, 4], 1, 0, 0, 3),
        ([1, 2, 3], [3, 1, 2], 0, 1, 0, 0),
        ([1, 2, 3], [1, 3], 0, 0, 1, 1),
        ([1, 2, 3], [3, 2, 1], 0, 2, 0, 0),
        ([], [1, 2], 2, 0, 0, 0),
        ([1, 2, 3, 4, 5], [5, 8, 1, 2, 4], 1, 1, 1, 0),
    ],
)
def test_differences(
    shown: list[int], ids: list[int], arrived: int, moved: int, gone: int, unchanged: int
) -> None:
    change = difference(shown, ids)
    assert (change.arrived, change.moved, change.gone, change.unchanged) == (arrived, moved, gone, unchanged)
