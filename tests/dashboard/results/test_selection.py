"""The selection of conversations by id."""

from __future__ import annotations

from tui.dashboard.results.selection import Selection
from tui.dashboard.results.window import Place


def test_a_selection_holds_what_was_picked() -> None:
    selection = Selection()
    selection.toggle(11, None)
    selection.add([12, 13], Place(3, 13, 0))
    assert selection.anchor == Place(3, 13, 0)
    assert sorted(selection.picked) == [11, 12, 13]
    selection.toggle(12, None)
    assert 12 not in selection
    selection.clear()
    assert not selection


def test_all_are_selected_but_for_exceptions() -> None:
    selection = Selection()
    selection.toggle(11, None)
    selection.select_all()
    assert 11 in selection
    assert 12 in selection
    assert not selection.picked
    selection.toggle(11, None)
    selection.toggle(12, None)
    assert 11 not in selection
    assert selection.exceptions == {11, 12}
    selection.add([12, 13], None)
    assert selection.exceptions == {11}, "a range selects, it unselects nothing"
    selection.clear()
    assert not selection
    assert 13 not in selection
