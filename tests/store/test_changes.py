"""What came in since the last look: counted from what was active since, not from everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from peewee import BaseQuery

from tests.store.records import START, conversation
from tui.domain import Changes
from tui.records import ConversationRecord
from tui.store.changes import OVERLAP, ChangeWatch, find_moved, waiting_since_before
from tui.store.database import Database, compiled
from tui.store.ingest import store_headers, tombstone

NOW = START + 100_000
WAITED = 3600
CLOSED = "closed"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "test.db")
    yield database
    database.close()


def store(database: Database, *records: ConversationRecord) -> None:
    with database.transaction() as connection:
        store_headers(connection, records)


def delete(database: Database, *ids: int) -> None:
    with database.transaction() as connection:
        tombstone(connection, ids, NOW)


def record(id_: int, at: int, state: str = "open", waiting: int | None = None) -> ConversationRecord:
    return replace(conversation(id_, updated_at=START + at), state=state, waiting_since=waiting)


def look(watch: ChangeWatch) -> tuple[int, int, int]:
    changes = watch.check(NOW, WAITED)
    assert changes == Changes(changes.new, changes.reopened, changes.waiting, WAITED)
    return changes.new, changes.reopened, changes.waiting


def test_new_and_reopened_are_told_once_and_deleted_ones_are_neither(database: Database) -> None:
    store(database, *(record(i, i, CLOSED) for i in range(1, 5)))
    watch = ChangeWatch(database)
    assert look(watch) == (0, 0, 0), "the first look has nothing to compare with"
    store(database, record(1, 10), record(2, 11, CLOSED), record(5, 12), record(6, 13, CLOSED))
    delete(database, 3)
    assert look(watch) == (2, 1, 0)
    assert look(watch) == (0, 0, 0)
    store(database, record(1, 20, CLOSED), record(5, 21))
    assert look(watch) == (0, 0, 0)
    store(database, record(1, 22), record(2, 23, "snoozed"))
    delete(database, 6)
    assert look(watch) == (0, 2, 0)


def test_who_waits_longer_than_asked_is_counted_but_not_on_closed_or_deleted_ones(database: Database) -> None:
    early, late = NOW - WAITED - 1, NOW - WAITED
    store(
        database,
        record(1, 1, waiting=early),
        record(2, 2, waiting=late),
        record(3, 3, CLOSED, waiting=early),
        record(4, 4, waiting=early),
    )
    delete(database, 4)
    assert look(ChangeWatch(database)) == (0, 0, 1)


def test_filling_an_empty_mirror_is_no_news(database: Database) -> None:
    watch = ChangeWatch(database)
    look(watch)
    store(database, *(record(i, i) for i in range(1, 9)))
    assert look(watch) == (0, 0, 0)
    store(database, record(9, 9))
    assert look(watch) == (1, 0, 0)


def test_old_ones_that_are_fetched_later_are_no_news_but_known_from_then_on(database: Database) -> None:
    day = 86_400
    store(database, record(1, day))
    watch = ChangeWatch(database)
    look(watch)
    store(database, record(2, 5, CLOSED), record(3, 6, CLOSED), record(4, day - OVERLAP + 1))
    assert look(watch) == (1, 0, 0), "the one that was a little late is news"
    store(database, record(2, day + 5), record(3, day + 6, CLOSED))
    assert look(watch) == (0, 1, 0)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (find_moved(0), "(docid>?)"),
        (waiting_since_before(0, 1), "conversation_waiting (waiting_since<?)"),
    ],
)
def test_only_what_is_asked_for_is_read(database: Database, query: BaseQuery, index: str) -> None:
    look(ChangeWatch(database))
    sql, parameters = compiled(query)
    plan = [str(row[3]) for row in database.all(f"EXPLAIN QUERY PLAN {sql}", parameters)]
    assert any(index in line for line in plan), plan
    assert not any(line.startswith("SCAN") for line in plan), plan
