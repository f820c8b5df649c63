from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.text import clean, nearest, one_line

ANY_TEXT = st.text(st.characters(), max_size=60)
NASTY = st.lists(
    st.sampled_from(
        ["\x1b[31m", "\x1b]0;title\x07", "\x1b]8;;", "\x9b2J", "\x1bPx\x1b\\", "\u202e", "\r", "\t", "a"]
    )
).map("".join)


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("plain", "plain"),
        ("", ""),
        ("two\nlines", "two\nlines"),
        ("a\r\nb\rc\x85d\u2028e", "a\nb\nc\nd\ne"),
        ("a\x0bb\x0cc", "a\nb\nc"),
        ("a\tb", "a b"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]0;new title\x07rest", "rest"),
        ("\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bP1$r0m\x1b\\rest", "rest"),
        ("\x1b]0;never ended", "0;never ended"),
        ("\x1b", ""),
        ("\x1bc reset", " reset"),
        ("\x00\x07\x08bell\x7f", "bell"),
        ("abc\u202edef\u2066ghi\u200f\u061c", "abcdefghi"),
        ("\ufeffbom", "bom"),
        ("half\ud83d", "half\ufffd"),
        ("👩‍👩‍👧 née ﷽", "👩‍👩‍👧 née ﷽"),
        ("\x1b[3\x1b[31m1mnested", "31mnested"),
    ],
)
def test_clean(given_text: str, expected: str) -> None:
    assert clean(given_text) == expected


@given(st.one_of(ANY_TEXT, NASTY))
def test_cleaned_text_cannot_command_a_terminal(text: str) -> None:
    cleaned = clean(text)
    for character in cleaned:
        assert character == "\n" or unicodedata.category(character) not in {"Cc", "Cs"}
        assert unicodedata.bidirectional(character) not in {
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        }
    assert clean(cleaned) == cleaned
    cleaned.encode("utf-8")


@given(st.text(st.characters(exclude_categories=("C", "Zl", "Zp"), include_characters="\n")))
def test_harmless_text_is_kept_as_it_is(text: str) -> None:
    if "\u200b" not in text:
        assert clean(text) == text


@pytest.mark.parametrize("piece", ["\x9d", "\x1b]", "\x1b[", "\x9b0", "\x1bP\x98", "\ud83d", "\x1b "])
def test_escape_sequences_that_never_end_take_linear_time(piece: str) -> None:
    started = time.process_time()
    clean(piece * 200_000)
    assert time.process_time() - started < 5  # what is quadratic takes minutes


def test_one_line_folds_white_space() -> None:
    assert one_line("  a\n\n b\t\x1b[1mc\u2029d ") == "a b c d"


def test_nearest_finds_the_likely_spelling() -> None:
    choices = ["database", "base_url", "interval"]
    assert nearest("databse", choices) == "database"
    assert nearest("BASE_URL", choices) == "base_url"
    assert nearest("zzz", choices) is None
    assert nearest("x", []) is None
