from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.records import START, conversation, with_thread
from tests.store.search_tables import search_index_faults
from tui.clock import from_epoch
from tui.domain import Directory, Name
from tui.query import QueryError, parse
from tui.store.database import Database
from tui.store.highlight import MAX_MATCHES, find_matches, make_snippet
from tui.store.ingest import store_headers, store_threads, tombstone
from tui.store.names import resolve
from tui.store.search import Search

NOW = from_epoch(START + 10 * 86_400)
DIRECTORY = Directory(
    me=Name(37, "Ada Lovelace", "ada@x.example"),
    admins=(Name(37, "Ada Lovelace", "ada@x.example"), Name(40, "Alan Turing", "alan@x.example")),
    teams=(Name(5, "Billing", ""),),
    tags=(Name(7, "late refund", ""), Name(8, "bug", "")),
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "test.db")
    yield database
    database.close()


def find(database: Database, source: str, *, typing: bool = False, limit: int | None = None) -> list[int]:
    query = parse(source, now=NOW, tz=UTC, typing=typing)
    return list(Search(database).ids(query, resolve(query, lambda: DIRECTORY), NOW, limit))


@pytest.fixture
def inbox(database: Database) -> Database:
    day = 86_400
    with database.transaction() as connection:
        store_threads(
            connection,
            [
                with_thread(
                    conversation(1, text="I want a refund", assignee=37, tags=((7, "late refund"),)),
                    "The money is on its way",
                ),
                with_thread(
                    conversation(
                        2, updated_at=START + day, text="Die Rückerstattung fehlt", state="closed", team=5
                    ),
                    "Danke!",
                ),
                with_thread(
                    conversation(
                        3,
                        updated_at=START + 2 * day,
                        text="注文した商品が届きません",
                        subject="配送について",
                        waiting_since=START + 2 * day,
                        customer="山田太郎",
                    ),
                ),
                with_thread(
                    conversation(
                        4,
                        updated_at=START + 3 * day,
                        text="the app crashes, refund please",
                        subject="Crash on start",
                        tags=((8, "bug"),),
                        assignee=40,
                        waiting_since=START + 9 * day,
                    ),
                    "Could you send error_code 17?",
                ),
            ],
        )
    return database


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", [4, 3, 2, 1]),
        ("refund", [4, 1]),
        ("REFUND", [4, 1]),
        ("refund money", [1]),
        ("money refund", [1]),
        ('"want a refund"', [1]),
        ('"a want refund"', []),
        ("refund -crashes", [1]),
        ("-refund", [3, 2]),
        ("ruckerstattung", [2]),
        ("refu*", [4, 1]),
        ("refu", []),
        ("届きません", [3]),
        ("商品", [3]),
        ("error_code", [4]),
        ("code", [4]),
        ("money OR danke", [2, 1]),
        ("refund (money OR crash)", [4, 1]),
        ("is:open", [4, 3, 1]),
        ("is:closed", [2]),
        ("is:waiting", [4, 3]),
        ("-is:open", [2]),
        ("is:unassigned", [3, 2]),
        ("assignee:me", [1]),
        ("assignee:alan", [4]),
        ("assignee:none", [3, 2]),
        ("-assignee:alan", [3, 2, 1]),
        ("team:billing", [2]),
        ("team:none", [4, 3, 1]),
        ('tag:"late refund"', [1]),
        ("tag:late-refund", [1]),
        ("tag:late", [1]),
        ("tag:bug OR tag:late", [4, 1]),
        ("tag:none", [3, 2]),
        ("from:grace", [4, 2, 1]),
        ("from:山田", [3]),
        ("from:refund", []),
        ("subject:crash", [4]),
        ("since:2023-11-16", [4, 3]),
        ("until:2023-11-15", [2, 1]),
        ("on:2023-11-15", [2]),
        ("waiting:>2d", [3]),
        ("waiting:<2d", [4]),
        ("waiting:>2d OR money", [3, 1]),
        ("-waiting:>2d refund", [4, 1]),
        ("is:waiting sort:waiting", [3, 4]),
        ("refund sort:relevance", [1, 4]),
        ("stopen", []),
        ("all", []),
    ],
)
def test_a_query_finds_what_it_says(inbox: Database, source: str, expected: list[int]) -> None:
    assert find(inbox, source) == expected


def test_while_typing_the_last_word_is_a_prefix(inbox: Database) -> None:
    assert find(inbox, "refu", typing=True) == [4, 1]
    assert find(inbox, "refund cra", typing=True) == [4]


def test_limit_and_count(inbox: Database) -> None:
    assert find(inbox, "", limit=2) == [4, 3]
    query = parse("refund", now=NOW, tz=UTC)
    assert Search(inbox).count(query, {}, NOW).total == 2


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ("since:{second} until:{second}", [2, 1]),
        ("until:{second}", [2, 1, 5]),
        ("since:{second}", [6, 2, 1]),
    ],
)
@pytest.mark.parametrize("words", ["", "refund "], ids=["by key", "by word"])
def test_the_first_and_the_last_second_of_a_period_belong_to_it(
    database: Database, words: str, terms: str, expected: list[int]
) -> None:
    moments = {5: START - 1, 1: START, 2: START, 6: START + 1}
    with database.transaction() as connection:
        store_headers(
            connection, [conversation(i, updated_at=at, text="refund") for i, at in moments.items()]
        )
    second = from_epoch(START).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert find(database, words + terms.format(second=second)) == expected


def test_a_name_that_nobody_has_is_an_error_at_its_place(inbox: Database) -> None:
    with pytest.raises(QueryError) as caught:
        find(inbox, "refund assignee:adda")
    assert str(caught.value) == "column 8: no teammate is called “adda”; did you mean Ada?"
    assert (caught.value.start, caught.value.end) == (7, 20)
    assert caught.value.suggestion == "assignee:Ada"


def test_an_update_moves_a_conversation_to_the_top_and_its_old_words_are_gone(inbox: Database) -> None:
    with inbox.transaction() as connection:
        store_threads(
            connection, [with_thread(conversation(1, updated_at=START + 9 * 86_400, text="never mind"), "ok")]
        )
    assert find(inbox, "") == [1, 4, 3, 2]
    assert find(inbox, "refund") == [4]
    assert find(inbox, "never mind") == [1]


def test_a_deleted_conversation_is_not_found_and_its_text_is_gone(inbox: Database) -> None:
    with inbox.transaction() as connection:
        assert tombstone(connection, [1, 999], START) == [1]
    assert find(inbox, "refund") == [4]
    assert inbox.one("SELECT count(*) FROM part WHERE conversation_id = 1") == (0,)


def test_a_header_alone_can_be_found_by_its_opening_message(database: Database) -> None:
    with database.transaction() as connection:
        stored = store_headers(connection, [conversation(5, text="where is my parcel")])
    assert stored.new == [5]
    assert stored.pending == [(5, START)]
    assert find(database, "parcel is:open") == [5]


words = st.sampled_from(["alpha", "beta", "gamma", "delta", "épée", "商品", "x1"])
texts = st.lists(words, max_size=5).map(" ".join)


@settings(max_examples=40, deadline=timedelta(seconds=10))
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3), texts, texts), min_size=1, max_size=12))
def test_after_any_writes_the_index_holds_exactly_what_is_stored(
    tmp_path_factory: pytest.TempPathFactory, writes: list[tuple[int, int, str, str]]
) -> None:
    database = Database(tmp_path_factory.mktemp("index") / "test.db")
    try:
        for id_, seconds, opening, reply in writes:
            with database.transaction() as connection:
                record = conversation(id_, updated_at=START + seconds, text=opening)
                if reply:
                    store_threads(connection, [with_thread(record, reply)])
                elif opening:
                    store_headers(connection, [record])
                else:
                    tombstone(connection, [id_], START)
        with closing(sqlite3.connect(database.path)) as connection:
            assert search_index_faults(connection) == []
        stored: dict[int, str] = dict(
            database.all(
                "SELECT c.id, (SELECT group_concat(text, ' ') FROM part WHERE conversation_id = c.id)"
                " FROM conversation c WHERE docid IS NOT NULL"
            )
        )
        for word in ("alpha", "beta", "gamma", "delta", "épée", "商品", "x1"):
            expected = {i for i, text in stored.items() if word in (text or "")}
            assert set(find(database, word)) == expected
    finally:
        database.close()


def test_matches_follow_case_accents_and_prefixes() -> None:
    def spans(text: str, source: str, *, typing: bool = False) -> list[str]:
        query = parse(source, now=NOW, tz=UTC, typing=typing)
        return [text[a:b] for a, b in find_matches(text, query.terms)]

    assert spans("A Refund, a refund; refunds", "refund") == ["Refund", "refund"]
    assert spans("refunds and refunding", "refu", typing=True) == ["refunds", "refunding"]
    assert spans("Die Rückerstattung", "ruckerstattung") == ["Rückerstattung"]
    assert spans("late, fee; late fee", '"late fee"') == ["late, fee", "late fee"]
    assert spans("fee of a late hour", '"late fee"~3') == ["fee", "late"]
    assert spans("注文した商品が届きません", "商品") == ["商品"]
    assert spans("İstanbul istanbul", "istanbul") == ["İstanbul", "istanbul"]
    assert spans("0104477 is not (555) 010.4477 or 5550104477", "0104477") == ["0104477"]
    assert spans("½ ㎏, ½", "1 OR 2 OR kg") == ["½", "㎏", "½"]
    assert spans("refund, very late; a refund", '"late refund"~1') == ["refund", "late", "refund"]
    assert spans("refund, very very late", '"late refund"~1') == []
    assert spans("late x refund 1 2 3 late", '"late refund"~2') == ["late", "refund"]
    assert spans("refund", "-refund is:open") == []
    assert spans("see refund", "from:refund") == []


@pytest.mark.parametrize(
    "typed", ["(555) 010-4477", "+1 555 010 4477", "555 010 4477", "555 010\n4477", "555.010.4477"]
)
@pytest.mark.parametrize("typing", [False, True])
def test_a_phone_number_is_found_however_it_is_written(database: Database, typed: str, typing: bool) -> None:
    texts = ["it is 5550104477, thanks", "it is (555) 010-4477", "it is 5550104478"]
    with database.transaction() as connection:
        store_headers(connection, [conversation(i, text=text) for i, text in enumerate(texts, 1)])
    assert sorted(find(database, typed, typing=typing)) == [1, 2]
    query = parse(typed, now=NOW, tz=UTC, typing=typing)
    assert [texts[0][low:high] for low, high in find_matches(texts[0], query.terms)] == ["5550104477"]


def test_matches_of_a_long_query_are_found_without_delay() -> None:
    pasted = " ".join(f"word{number}x" for number in range(350))
    query = parse(pasted, now=NOW, tz=UTC)
    started = time.perf_counter()
    spans = find_matches(pasted, query.terms)
    assert time.perf_counter() - started < 1
    assert [pasted[low:high] for low, high in spans] == pasted.split()


def test_the_matches_of_one_text_are_limited() -> None:
    started = time.perf_counter()
    near = parse('"late refund"~99', now=NOW, tz=UTC)
    assert len(find_matches("late refund " * 20_000, near.terms)) == MAX_MATCHES
    assert time.perf_counter() - started < 1
    query = parse("an", now=NOW, tz=UTC)
    assert find_matches("an " * (MAX_MATCHES + 1), query.terms)[-1] == (
        3 * MAX_MATCHES - 3,
        3 * MAX_MATCHES - 1,
    )


def test_a_snippet_is_one_line_around_the_first_match() -> None:
    query = parse("needle", now=datetime.now(UTC), tz=UTC)
    snippet = make_snippet(["nothing here", "x " * 200 + "a\n\n needle  in\nhay " + "y " * 200], query.terms)
    assert "\n" not in snippet.text
    assert [snippet.text[a:b] for a, b in snippet.matches] == ["needle"]
    assert snippet.text.startswith("…")
    assert snippet.text.endswith("…")
    assert make_snippet(["first\nline", "other"], ()).text == "first line"
    assert make_snippet([], ()).text == ""
