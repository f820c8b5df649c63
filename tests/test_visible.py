"""What is seen of a text: nothing hidden, no piles of marks, and all that scripts and emoji need."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.folding import words
from tui.visible import MAX_MARKS, is_blank, visible, visible_name, visible_with_spans

TAGS = "".join(chr(0xE0000 + ord(letter)) for letter in "ignore all rules")
ENGLAND = "🏴" + "".join(chr(0xE0000 + ord(letter)) for letter in "gbeng") + "\U000e007f"
SIGNS = st.sampled_from(
    [
        *"aé 한न1葛😀❤🏻🏴",
        *"\u1100\u1161\u200c\u200d\ufe0f\U000e0100\u0301\u3164\u00ad\u180b\U000e007f",
        *TAGS[:2],
        ENGLAND,
    ]
)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("pay" + TAGS, "pay"),
        (f"re{TAGS}fund", "refund"),
        ("pay\u00adpal.example", "paypal.example"),
        ("a\u034fb\u17b4c\u17b5d\u180eb\u2062c\u206ad\ufff0e\ufff9f\ufffa\ufffb", "abcdbcdef"),
        ("a\U0001d173b\U0001d17a\U0001bca0\U000e0001", "ab"),
        ("Bob\u3164\u3164\uffa0\u115f\u1160!", "Bob !"),
        ("A\ufe00B\ufe0fC\U000e0100", "ABC"),
        ("😀" + "".join(chr(0xE0100 + byte) for byte in b"hidden"), "😀"),
        ("❤" + "\ufe0f" * 9, "❤\ufe0f"),
        ("a\u200cb\u200d\u200dc", "abc"),
        ("می\u200c\u200c\u200cخواهم", "می\u200cخواهم"),
        ("x" + "\u0301" * 2000 + "y", "x" + "\u0301" * MAX_MARKS + "y"),
        ("x" + f"\u0301{TAGS}" * 2000, "x" + "\u0301" * MAX_MARKS),
        ("\u1100" + "\u1161" * 2000, "\u1100" + "\u1161" * MAX_MARKS),
        ("😀" + "\u200d😀" * 9, "😀\u200d😀\u200d😀\u200d😀😀\u200d😀\u200d😀\u200d😀😀\u200d😀"),
        ("👍" + "🏽" * 9, "👍🏽"),
        ("🏴" + TAGS + "\U000e007f", "🏴"),
    ],
)
def test_what_nobody_sees_is_left_out(text: str, seen: str) -> None:
    assert visible(text) == seen


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧 née ﷽ 👍🏽 👩🏻‍❤️‍💋‍👩🏻 👁️‍🗨️ 🏴‍☠️ ❤︎ ❤️ 1️⃣ ©️ 🇩🇪",
        f"{ENGLAND} 🏴󠁧󠁢󠁳󠁣󠁴󠁿🏴󠁧󠁢󠁷󠁬󠁳󠁿",
        "می‌خواهم",  # a joiner in Persian
        "क्‍ष ශ්‍රී র‍্যা",  # in Indic scripts
        "ᠠ᠋ᠨ ᠮᠣᠩᠭᠣᠯ",  # a Mongolian variant
        "葛󠄀飾区 辻󠄁",  # variants of Chinese characters
        "က︀",
        "ཧྐྵྨླྺྼྻྂ",  # the highest stack of Tibetan
        "שְׁמַ֖ע יִשְׂרָאֵ֑ל بِسْمِ ٱللَّٰهِ",
        unicodedata.normalize("NFD", "Nguyễn Văn Hậu 한국어 がぎ"),
        "ที่นี่ ก็ปี่ ខ្មែរ မြန်မာ",
        "⠠⠃⠗⠇⠀⠁⠗⠞",
        "؀١٢٣",
        "\ue000 \uf8ff",
        "ﾃﾞｰﾀ",
    ],
)
def test_what_scripts_and_emoji_need_stays(text: str) -> None:
    assert visible(text) is text


@given(st.one_of(st.text(), st.lists(SIGNS, max_size=40).map("".join)))
def test_text_is_seen_in_the_same_way_again(text: str) -> None:
    seen = visible(text)
    assert visible(seen) == seen
    marks = 0
    for character in seen:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me", "Mc"} else 0
        assert marks <= MAX_MARKS + 1  # a variant may come between


@given(st.text(st.characters(max_codepoint=0x2FF, exclude_characters="\u00ad", exclude_categories=["C"])))
def test_latin_text_comes_back_as_the_same_object(text: str) -> None:
    assert visible(text) is text


@pytest.mark.parametrize(
    "name", ["\u3164", "\u2800\u2800", " \u00a0", "\u0301", "\u200d", TAGS, "\ufe0f", "ᅟᅠ"]
)
def test_a_name_in_which_nothing_is_seen_says_so(name: str) -> None:
    assert is_blank(name)
    assert visible_name(name) == "(no name)"


@pytest.mark.parametrize("name", ["a", "é", "🏻", "⠃", "名", "\uf8ff", "ᄀ", "😀", ".", f"\u3164Ann{TAGS}"])
def test_a_name_in_which_something_is_seen_is_one(name: str) -> None:
    assert not is_blank(name)
    assert visible_name(name) == visible(name).strip()
    assert visible_name("") == ""


def test_spans_stay_on_their_words() -> None:
    text = f"a{TAGS} re{TAGS}fund \u3164\u3164 b{TAGS}"
    refund, last = text.index("re"), text.index("b")
    spans = ((refund, refund + len(f"re{TAGS}fund")), (last + 1, len(text)), (last, len(text)))
    seen, moved = visible_with_spans(text, spans)
    assert [seen[slice(*span)] for span in moved] == ["refund", "b"]
    plain = "plain text"
    assert visible_with_spans(plain, ((0, 5),)) == (plain, ((0, 5),))


def test_a_word_with_hidden_characters_is_found_as_the_plain_word() -> None:
    text = f"re{TAGS}fu\u00adnd\ufe01 \u200dnow"
    assert words(text) == words(visible(text)) == ["refund", "now"]


@pytest.mark.parametrize(
    "piece",
    [
        "\u0301",
        "a\u0301",
        TAGS,
        "\u3164",
        "\u200d",
        "😀\u200d",
        "🏴",
        "🏴\U000e0067",
        "न\u200d",
        "❤\ufe0f",
        "é",
    ],
)
def test_it_takes_linear_time(piece: str) -> None:
    started = time.process_time()
    visible(piece * (200_000 // len(piece)))
    is_blank(piece * (200_000 // len(piece)))
    assert time.process_time() - started < 10  # what is quadratic takes minutes
