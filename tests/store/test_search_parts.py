"""The index in many small parts holds what is stored, and finds what a scan of all texts finds."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.records import START, conversation, with_thread
from tests.store.search_tables import search_index_faults
from tui.clock import from_epoch
from tui.folding import words
from tui.query import And, Node, Not, Or, Query, Sort, Text
from tui.store import search_parts
from tui.store.database import Database
from tui.store.ingest import move_in_time, store_headers, store_threads, tombstone
from tui.store.search import Search

NOW = from_epoch(START)
VOCABULARY = "alpha beta gamma delta refund refunds invoice épée 商品 環境 don't data late no".split()  # noqa: SIM905


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_parts, "PART_DOCUMENTS", 4)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "test.db")
    yield database
    database.close()


def faults(database: Database) -> list[str]:
    with closing(sqlite3.connect(database.path, isolation_level=None)) as connection:
        return search_index_faults(connection)


def count_parts(database: Database) -> int:
    return int(database.one("SELECT count(*) FROM search_part")[0])


WRITES = st.lists(
    st.tuples(st.sampled_from(["store", "thread", "move", "delete"]), st.integers(1, 12), st.integers(0, 40)),
    min_size=1,
    max_size=30,
)


@settings(
    max_examples=60,
    deadline=timedelta(seconds=10),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(WRITES)
def test_after_any_writes_every_document_is_in_the_part_of_its_time(
    tmp_path_factory: pytest.TempPathFactory, writes: list[tuple[str, int, int]]
) -> None:
    database = Database(tmp_path_factory.mktemp("parts") / "test.db")
    try:
        for kind, id_, seconds in writes:
            record = conversation(id_, updated_at=START + seconds, text=f"alpha {seconds}")
            with database.transaction() as connection:
                if kind == "store":
                    store_headers(connection, [record])
                elif kind == "thread":
                    store_threads(connection, [with_thread(record, "beta")])
                elif kind == "move":
                    move_in_time(connection, id_, START + seconds)
                else:
                    tombstone(connection, [id_], START)
        assert faults(database) == []
    finally:
        database.close()


@pytest.mark.parametrize("newest_first", [True, False])
def test_parts_have_their_size_in_whichever_direction_they_grow(
    database: Database, newest_first: bool
) -> None:
    numbers = range(40, 0, -1) if newest_first else range(1, 41)
    for number in numbers:
        with database.transaction() as connection:
            store_headers(connection, [conversation(number, updated_at=START + number)])
    assert faults(database) == []
    assert count_parts(database) == 10


def test_a_hole_is_filled_without_parts_of_one_document(database: Database) -> None:
    for number in (*range(1, 11), *range(40, 50), *range(39, 10, -1)):
        with database.transaction() as connection:
            store_headers(connection, [conversation(number, updated_at=START + number)])
    assert faults(database) == []
    assert count_parts(database) <= 14


def test_merging_keeps_every_document_and_drops_empty_parts(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_parts, "MERGE_AFTER", 2)
    records = [conversation(n, updated_at=START + n, text="alpha") for n in range(1, 41)]
    with database.transaction() as connection:
        store_headers(connection, records)
    with database.transaction() as connection:
        tombstone(connection, [n for n in range(1, 41) if n > 20 or n % 4], START)
    before = count_parts(database)
    steps = 0
    with database.transaction() as connection:
        while (part := search_parts.find_part_to_merge(connection)) is not None:
            first = True
            while search_parts.merge_step(connection, part, first=first):
                first, steps = False, steps + 1
    assert faults(database) == []
    assert count_parts(database) < before
    assert list(Search(database).ids(Query("", Text("alpha")), {}, NOW)) == [20, 16, 12, 8, 4]


# --- compared with a scan


def occurs(phrase: list[str], text: list[str], *, prefix: bool) -> bool:
    for start in range(len(text) - len(phrase) + 1):
        *before, last = text[start : start + len(phrase)]
        goes_on = prefix and last.isascii() and last.startswith(phrase[-1])
        if before == phrase[:-1] and (last == phrase[-1] or goes_on):
            return True
    return False


def matches(node: Node, texts: list[str]) -> bool:
    match node:
        case Text():
            wanted = words(node.text)
            joined = re.sub("'", "", node.text)
            return any(
                occurs(wanted, words(text), prefix=node.prefix)
                or occurs([joined], words(text.replace("'", "")), prefix=node.prefix)
                for text in texts
            )
        case Not(operand):
            return not matches(operand, texts)
        case And(operands):
            return all(matches(each, texts) for each in operands)
        case Or(operands):
            return any(matches(each, texts) for each in operands)
    raise AssertionError(node)


def random_text(generator: random.Random) -> Text:
    kind = generator.random()
    if kind < 0.4:
        return Text(generator.choice(VOCABULARY))
    if kind < 0.6:
        return Text(generator.choice(VOCABULARY)[: generator.randrange(2, 5)], prefix=True)
    chosen = [w for w in generator.choices(VOCABULARY, k=generator.randrange(2, 4)) if "'" not in w]
    return Text(" ".join(chosen) or "alpha", phrase=True)


def random_node(generator: random.Random, depth: int = 2) -> Node:
    kind = generator.random()
    if depth == 0 or kind < 0.45:
        return random_text(generator)
    if kind < 0.6:
        return Not(random_text(generator))
    nodes = tuple(random_node(generator, depth - 1) for _ in range(2))
    return And(nodes) if kind < 0.8 else Or(nodes)


def test_hundreds_of_random_queries_find_what_a_scan_finds(database: Database) -> None:
    generator = random.Random(3)
    texts: dict[int, list[str]] = {}
    for round_ in range(300):  # conversations come, go on and go
        id_ = generator.randrange(1, 60)
        messages = [" ".join(generator.choices(VOCABULARY, k=generator.randrange(1, 6))) for _ in range(2)]
        with database.transaction() as connection:
            if generator.random() < 0.1:
                tombstone(connection, [id_], START)
                texts.pop(id_, None)
                continue
            record = conversation(id_, updated_at=START + round_, text=messages[0], customer="Zed")
            store_threads(connection, [with_thread(record, messages[1])])
            texts.pop(id_, None)  # the newest is the last
            texts[id_] = messages
    assert faults(database) == []
    assert count_parts(database) > 3
    search = Search(database)
    for _ in range(200):
        node = random_node(generator)
        expected = [i for i in reversed(texts) if matches(node, texts[i])]
        assert list(search.ids(Query("", node), {}, NOW)) == expected, str(node)
        assert search.count(Query("", node), {}, NOW).total == len(expected)
        oldest = search.ids(Query("", node, sort=Sort.OLDEST), {}, NOW, limit=5)
        assert list(oldest) == expected[::-1][:5]
        ranked = search.ids(Query("", node, sort=Sort.RELEVANCE), {}, NOW)
        assert sorted(ranked) == sorted(expected)
