"""The selection of conversations by id."""

from __future__ import annotations

from tui.dashboard.results.selection import Selection


def test_a_selection_toggles_and_takes_ranges_by_id() -> None:
    selection = Selection()
    ids = [10, 11, 12, 13, 14]
    selection.toggle(11)
    selection.extend(ids, 3)
    assert sorted(selection) == [11, 12, 13]
    selection.extend([14, 13, 12, 11, 10], 0)
    assert sorted(selection) == [11, 12, 13, 14], "a range starts where the last one ended, in any order"
    selection.toggle(12)
    assert 12 not in selection
    assert selection.count_in([11, 12]) == 1
    selection.extend([1, 2, 3], 1)
    assert 2 in selection, "where the anchor is gone, the range is the line itself"
    selection.clear()
    assert not len(selection)
