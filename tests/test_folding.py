from __future__ import annotations

import time
import unicodedata
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.equal_texts import DIFFERENT, EQUAL
from tui.folding import fold, fold_with_offsets, is_open_ended, variants, variants_of_term, words

ANY_TEXT = st.text(st.characters(), max_size=40)
MIXED = st.lists(
    st.sampled_from(
        [*"aeyÅéłß .,'’-", "e\u0301", "и\u0306", "й",
          "\u00ad", "ガ", "カ\u3099", "ｶﾞ", "각", "가\u11a8", "ㅎㅏ", "👍🏽", "ا\u0654", "½", "™"]
    ),
    max_size=20,
).map("".join)  # fmt: skip


@pytest.mark.parametrize("group", EQUAL, ids=lambda group: group[0])
def test_equal_texts_fold_to_the_same_words(group: tuple[str, ...]) -> None:
    for one, other in product(group, repeat=2):
        same = {" ".join(words(text)) for text in (one, other)}
        found = {*variants(fold(one)), " ".join(words(one)), *words(one)}
        wanted, alone = variants_of_term(fold(other))
        assert len(same) == 1 or found & {*wanted, *([] if alone else [" ".join(words(other))])}


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_texts_stay_different(one: str, other: str) -> None:
    assert [*words(one), *variants(fold(one))] != [*words(other), *variants(fold(other))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("— … € §", []),
        ("an e-mail_address", ["an", "e", "mail", "address"]),
        ("環境を整える", list("環境を整える")),
        ("Mozilla™ v2", ["mozilla", "tm", "v2"]),
        ("10°C", ["10", "°", "c"]),
        ("3½ m²", ["3", "1", "2", "m2"]),
        ("👩\u200d👧", ["👩", "👧"]),
        ("\ue000forged", ["forged"]),
        ("half\ufffd", ["half"]),
    ],
)
def test_the_words_of_a_text(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_only_words_of_spaced_scripts_may_go_on() -> None:
    assert is_open_ended("refu")
    assert is_open_ended("дан")
    assert not is_open_ended("불")
    assert not is_open_ended("品")


@given(ANY_TEXT | MIXED)
def test_folding_with_offsets_is_folding(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert folded == fold(text)
    spans = [offsets.span(place, place + 1) for place in range(len(folded))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)
    if folded:
        assert offsets.span(0, len(folded)) == (spans[0][0], spans[-1][1])


@given(ANY_TEXT | MIXED)
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)


@given(ANY_TEXT | MIXED)
def test_the_form_of_unicode_does_not_matter(text: str) -> None:
    assert words(unicodedata.normalize("NFC", text)) == words(unicodedata.normalize("NFD", text))


def test_folding_takes_linear_time() -> None:
    for piece in ("á", "e\u0301", "字", "a'", "1 ", "+", "각", "\u0301", "c#"):
        seconds = []
        for length in (20_000, 200_000):
            text = piece * (length // len(piece))
            start = time.perf_counter()
            folded, _ = fold_with_offsets(text)
            variants(folded)
            seconds.append(time.perf_counter() - start)
        assert seconds[1] < 40 * seconds[0] + 0.5, piece
