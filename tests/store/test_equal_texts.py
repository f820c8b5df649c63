"""Whatever somebody types of a stored text finds it, in the form of Unicode that they have."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.equal_texts import DIFFERENT, EQUAL
from tests.store.records import START, conversation, with_thread
from tui.clock import from_epoch
from tui.folding import words
from tui.query import Query, Text, parse
from tui.store.database import Database
from tui.store.highlight import find_matches
from tui.store.ingest import store_headers, store_threads
from tui.store.search import Search

NOW = from_epoch(START)
KOREAN = "환불을 요청합니다. 결제가 두 번 되었습니다"
LAO = "ຂ້ອຍຕ້ອງການເງິນຄືນ"
KHMER = "ខ្ញុំត្រូវការប្រាក់វិញ"
BURMESE = "ကျွန်တော် ငွေပြန်လိုချင်တယ်"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "test.db")
    yield database
    database.close()


def store(database: Database, *texts: str) -> None:
    """Conversations 1, 2, …, each with one of the texts."""
    records = [conversation(i, updated_at=START + i, text=text) for i, text in enumerate(texts, 1)]
    with database.transaction() as connection:
        store_headers(connection, records)


def find(database: Database, query: str) -> set[int]:
    return set(Search(database).ids(parse(query, now=NOW, tz=UTC), {}, NOW))


def find_phrase(database: Database, text: str) -> set[int]:
    return set(Search(database).ids(Query(text, Text(text, phrase=True)), {}, NOW))


def marked(text: str, typed: str) -> list[str]:
    return [text[start:end] for start, end in find_matches(text, [Text(typed, phrase=True)])]


@pytest.mark.parametrize("group", EQUAL, ids=lambda group: group[0])
def test_each_of_equal_texts_finds_all_of_them_and_marks_them(
    database: Database, group: tuple[str, ...]
) -> None:
    store(database, *(f"before, {text} - after" for text in group), "something else")
    for typed in group:
        assert find_phrase(database, typed) == set(range(1, len(group) + 1)), typed
        for text in group:
            found = marked(f"before, {text} - after", typed)
            assert found, (typed, text)
            assert all(piece in text or text in piece for piece in found)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_texts_are_told_apart(database: Database, one: str, other: str) -> None:
    store(database, f"a {one} b", f"a {other} b")
    assert find_phrase(database, one) == {1}
    assert find_phrase(database, other) == {2}
    assert not marked(f"a {other} b", one)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        *((KOREAN, word) for word in ("환불", "요청", "결제", "두", "되었", "결제가 두")),
        *((LAO, word) for word in ("ເງິນ", "ການ", "ຕ້ອງການ")),
        *((KHMER, word) for word in ("ប្រាក់", "ត្រូវការ")),
        *((BURMESE, word) for word in ("ငွေ", "ချင်တယ်")),
        ("注文した商品が届きません", "商品"),
        ("ほげデータベースの障害", "でーたべーす"),
        ("the invoice_2024-77.PDF is missing", "invoice_2024-77.pdf"),
        ("I use C++, not C#.", "C++"),
        ("私はC++を使います", "C++"),
        ("Thunderbird™ crashes", "thunderbird"),
        ("10°C outside", "10°C"),
        ("well done 👍🏽!", "👍"),
        ("my number is +49 (30) 1234-5678, call me", "03012345678"),
        ("call (555) 010-4477 10 am to 2 pm", "5550104477"),
        ("555-010-4477 555-010-9999", "5550104477"),
        ("555-010-4477 555-010-9999", "5550109999"),
        ("that is O’Brien's order", "obrien"),
        ("l’hôtel est complet", "hotel"),
    ],
)
def test_a_part_of_a_sentence_finds_and_marks_it(database: Database, text: str, typed: str) -> None:
    store(database, text, "something else")
    assert find_phrase(database, typed) == {1}
    assert marked(text, typed)


def test_no_word_of_a_text_is_a_filter(database: Database) -> None:
    store(database, "\ue000stopen \ue002501044 all", "stopen")
    assert find(database, "stopen") == {1, 2}
    assert find(database, "all") == {1}
    with database.transaction() as connection:
        store_headers(connection, [conversation(9, text="x", state="closed")])
    assert find(database, "is:open") == {1, 2}


def test_a_phrase_does_not_reach_from_one_text_into_the_next(database: Database) -> None:
    with database.transaction() as connection:
        store_threads(connection, [with_thread(conversation(1, text="a late refund"), "please help")])
    assert find(database, '"late refund"') == {1}
    assert find(database, '"refund please"') == set()


LETTERS = st.characters(categories=["Lu", "Ll", "Lo", "Lm", "Nd"])
ALPHABET = st.one_of(
    st.characters(min_codepoint=0x20, max_codepoint=0x2FF),
    st.characters(min_codepoint=0x370, max_codepoint=0x6FF),
    st.sampled_from("각한글を字ｶﾞ👍’'.,-+#\u00ad\u200d\u0301\u3099"),
    LETTERS,
)
TEXTS = st.text(ALPHABET, min_size=2, max_size=30)


def widened(text: str) -> str:
    """With fullwidth letters and digits instead of ASCII ones."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and c not in '"\\' else c for c in text)


FORMS: tuple[Callable[[str], str], ...] = (
    str,
    widened,
    partial(unicodedata.normalize, "NFC"),
    partial(unicodedata.normalize, "NFD"),
)


@settings(
    max_examples=150,
    deadline=timedelta(seconds=10),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=TEXTS, data=st.data())
def test_any_phrase_of_a_text_finds_it(database: Database, text: str, data: st.DataObject) -> None:
    # A phrase begins and ends where words do, as whoever copies one has it.
    pieces = text.split()
    assume(pieces)
    low = data.draw(st.integers(0, len(pieces) - 1))
    high = data.draw(st.integers(low + 1, len(pieces)))
    phrase = " ".join(pieces[low:high])
    assume(words(phrase))
    (stored,) = database.one("SELECT count(*) + 1 FROM conversation")
    with database.transaction() as connection:
        store_headers(connection, [conversation(stored, updated_at=START + stored, text=text)])
    form = data.draw(st.sampled_from(FORMS))
    for typed in (phrase, form(phrase)):
        query = Query(typed, Text(typed, phrase=True))
        assert stored in Search(database).ids(query, {}, NOW)
        assert find_matches(text, query.terms)
