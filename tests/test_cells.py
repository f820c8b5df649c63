from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.cells import align, cell_width, fit, wrap

FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}\u200d\N{BOY}"
PIECES = st.sampled_from(
    ["a", "é", "e\u0301", "日", "❤️", "👍🏽", FAMILY, "🇩🇪", "🟢", "1️⃣", "\u200d", "\ufe0f", "\u0301", " "]
)
TEXTS = st.lists(PIECES, max_size=20).map("".join) | st.text(max_size=40)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", 0),
        ("abc", 3),
        ("日本", 4),
        ("한국", 4),
        ("e\u0301", 1),
        ("e\u0301\u0323", 1),
        ("🟢", 2),
        ("❤", 1),
        ("❤️", 2),
        ("👍🏽", 2),
        (FAMILY, 2),
        ("👩‍💻", 2),
        ("1️⃣", 2),
        ("🇩🇪", 2),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 2),
        (f"{FAMILY} 日 e\u0301", 7),
    ],
)
def test_cells_are_counted_not_characters(text: str, cells: int) -> None:
    assert cell_width(text) == cells


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("short", 5, "short"),
        ("日本語テキスト", 6, "日本…"),
        ("one two", 5, "one…"),
        (f"a{FAMILY}b", 4, f"a{FAMILY}b"),
        (f"a{FAMILY}bc", 4, f"a{FAMILY}…"),
        (f"a{FAMILY}bc", 3, "a…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
        ("", 0, ""),
    ],
)
def test_a_text_is_shortened_between_what_is_seen_as_one_character(
    text: str, width: int, expected: str
) -> None:
    assert fit(text, width) == expected


@given(TEXTS, st.integers(0, 40))
def test_a_shortened_text_fits(text: str, width: int) -> None:
    assert cell_width(fit(text, width)) <= width


@given(TEXTS.filter(lambda text: not text.endswith("\u200d")), st.integers(0, 40), st.booleans())
def test_an_aligned_text_takes_the_whole_width(text: str, width: int, right: bool) -> None:
    assert cell_width(align(text, width, right=right)) == width


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 5, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("one  two", 8, ["one  two"]),
        ("  indented text", 10, ["  indented", "text"]),
        ("日本語テキスト", 6, ["日本語", "テキス", "ト"]),
        ("ab 日本語テ", 5, ["ab", "日本", "語テ"]),
        ("see https://a.example/b now", 6, ["see", "https://a.example/b", "now"]),
        ("trailing   ", 20, ["trailing"]),
    ],
)
def test_a_text_is_wrapped_at_words(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@given(TEXTS, st.integers(2, 30))
def test_wrapped_lines_fit_and_lose_only_spaces(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    if "://" not in text:
        assert max(map(cell_width, lines)) <= width
