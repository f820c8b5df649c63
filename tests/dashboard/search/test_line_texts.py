"""The texts at the right end of the search line, and below it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.dashboard.search.line_texts import Summary, pointed_at

FOUND = Summary("114", "waiting · longest waiting first", "0.8 ms")


def test_what_was_found_is_shortened_from_its_least_important_part_on() -> None:
    assert FOUND.fitted(60).plain == "114 · waiting · longest waiting first · 0.8 ms"
    assert FOUND.fitted(34).plain == "114 · waiting · longest… · 0.8 ms"
    assert FOUND.fitted(20).plain == "114 · 0.8 ms"
    assert FOUND.fitted(6).plain == "114"


@given(st.text(max_size=40), st.integers(3, 60))
def test_what_was_found_never_takes_more_than_its_room(meaning: str, room: int) -> None:
    assert Summary("114", meaning, "0.8 ms").fitted(room).cell_length <= room


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 90))
def test_a_message_is_whole_and_the_carets_are_in_view(start: int, width: int, length: int) -> None:
    message = "m" * length
    lines = pointed_at(message, start, width, 80).plain.split("\n")
    assert "^" in lines[0]
    assert cell_len(lines[0]) <= 80
    assert lines[0].index("^") == min(start, 79)
    assert message in lines[0] + lines[-1]
