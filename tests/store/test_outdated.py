"""Which conversations an older decoder stored, and which queries that concerns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.store.records import START, conversation, with_thread
from tui.domain import Count
from tui.freshness import Interval
from tui.query import parse
from tui.records import DECODER_VERSION
from tui.store.database import Database
from tui.store.ingest import store_headers, store_threads, tombstone
from tui.store.outdated import count_outdated, decoder_version_needed, next_outdated

EVER = Interval(0, START + 1000)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Five conversations, ten seconds apart; of the last only the header."""
    database = Database(tmp_path / "test.db")
    records = [conversation(n, updated_at=START + 10 * n) for n in range(1, 6)]
    with database.transaction() as connection:
        store_threads(connection, [with_thread(record, "reply") for record in records[:4]])
        store_headers(connection, records[4:])
    yield database
    database.close()


def change(database: Database, sql: str) -> None:
    with database.transaction() as connection:
        connection.execute(f"UPDATE conversation SET {sql}")  # noqa: S608


@pytest.mark.parametrize(
    ("query", "version"),
    [
        ("", 0),
        ("ada is:open since:7d", 0),
        ("subject:ada -tag:vip", 0),
        ("from:ada", 1),
        ("-from:ada", 1),
        ("refund (is:open OR -(hello from:ada))", 1),
    ],
)
def test_the_version_that_a_query_needs(query: str, version: int) -> None:
    assert decoder_version_needed(parse(query, now=datetime.now(UTC), tz=UTC)) == version
    assert version <= DECODER_VERSION


def test_only_those_of_the_window_that_are_too_old_are_counted(database: Database) -> None:
    assert count_outdated(database, EVER, DECODER_VERSION) == Count(0, exact=True)
    change(database, "decoded_with = 0 WHERE id <> 2")
    assert count_outdated(database, EVER, DECODER_VERSION) == Count(4, exact=True)
    assert count_outdated(database, EVER, 0) == Count(0, exact=True), "the query needs nothing new"
    assert count_outdated(database, Interval(START + 20, START + 40), 1) == Count(2, exact=True)
    assert count_outdated(database, Interval(START + 11, START + 29), 1) == Count(0, exact=True)
    with database.transaction() as connection:
        tombstone(connection, [3], START)
    assert count_outdated(database, EVER, 1) == Count(3, exact=True)


def test_very_many_are_not_counted_to_the_end(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    change(database, "decoded_with = 0")
    monkeypatch.setattr("tui.store.outdated.COUNTED", 5)
    assert count_outdated(database, EVER, 1) == Count(5, exact=True)
    monkeypatch.setattr("tui.store.outdated.COUNTED", 4)
    assert count_outdated(database, EVER, 1) == Count(4, exact=False)


def test_the_newest_complete_ones_are_next_and_the_failed_ones_last(database: Database) -> None:
    assert next_outdated(database, 9) == []
    change(database, "decoded_with = 0")
    assert next_outdated(database, 9) == [(n, START + 10 * n) for n in (4, 3, 2, 1)]
    assert next_outdated(database, 2) == [(4, START + 40), (3, START + 30)]
    assert next_outdated(database, 0) == []
    change(database, "thread_attempts = 7 WHERE id IN (2, 4)")
    assert [i for i, _ in next_outdated(database, 9)] == [3, 1, 4, 2]
    assert [i for i, _ in next_outdated(database, 3)] == [3, 1, 4]
    with database.transaction() as connection:
        tombstone(connection, [3], START)
    assert [i for i, _ in next_outdated(database, 1)] == [1]
