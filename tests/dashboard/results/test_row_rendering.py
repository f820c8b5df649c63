"""Texts that are fitted to the cells of a column."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.cells import align
from tui.dashboard.results.row_rendering import snippet_start


@given(st.text(), st.integers(0, 30))
def test_fitted_text_has_exactly_the_width(text: str, width: int) -> None:
    assert cell_len(align(text, width)) == width


def test_a_snippet_begins_late_enough_to_show_its_match() -> None:
    text = "a" * 60 + " zeppelin and more"
    cut = snippet_start(text, ((61, 69),), 20)
    assert "zeppelin" in text[cut : cut + 20]
    assert snippet_start(text, ((0, 5),), 20) == 0
