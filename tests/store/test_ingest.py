"""Answers that are older than what is stored, or not whole, replace nothing and claim nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store.records import START, conversation, part, with_thread
from tui.freshness import Interval
from tui.records import ConversationRecord
from tui.store.coverage import next_pending
from tui.store.database import Database
from tui.store.ingest import Stored, store_headers, store_threads


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "test.db")
    yield database
    database.close()


def headers(database: Database, *records: ConversationRecord, compare: bool = False) -> Stored:
    with database.transaction() as connection:
        return store_headers(connection, records, compare=compare)


def threads(database: Database, *records: ConversationRecord) -> Stored:
    with database.transaction() as connection:
        return store_threads(connection, records)


def header(database: Database) -> tuple[str, int]:
    state, updated_at = database.one("SELECT state, updated_at FROM conversation WHERE id = 1")
    return str(state), int(updated_at)


def pending(database: Database) -> list[tuple[int, int]]:
    return next_pending(database, Interval(0, START + 99), limit=9, max_attempts=3)


def test_an_older_header_changes_nothing(database: Database) -> None:
    threads(database, with_thread(conversation(1, updated_at=START + 5, state="closed"), "reply"))
    stored = headers(database, conversation(1, updated_at=START))
    assert header(database) == ("closed", START + 5)
    assert (stored.updated, stored.unchanged, stored.pending) == ([], [1], [])
    assert pending(database) == []


def test_an_older_thread_adds_its_parts_and_stays_pending(database: Database) -> None:
    headers(database, conversation(1, updated_at=START + 5, state="closed"))
    stored = threads(database, with_thread(conversation(1, updated_at=START), "reply"))
    assert header(database) == ("closed", START + 5)
    assert (stored.lagging, stored.pending) == ([1], [(1, START + 5)])
    assert pending(database) == [(1, START + 5)]
    assert database.one("SELECT count(*) FROM part") == (2,)


@pytest.mark.parametrize(
    ("record", "unsettled"),
    [
        (replace(with_thread(conversation(1), "reply"), final=False), [1]),
        (replace(with_thread(conversation(1), "reply"), problem="a part has no id"), []),
    ],
    ids=["not final", "a part is unreadable"],
)
def test_a_thread_that_may_lack_something_stays_pending(
    database: Database, record: ConversationRecord, unsettled: list[int]
) -> None:
    stored = threads(database, record)
    assert (stored.pending, stored.unsettled) == ([(1, START)], unsettled)
    assert pending(database) == [(1, START)]
    assert threads(database, replace(record, final=True, problem="")).pending == []
    assert pending(database) == []


def test_parts_that_are_not_given_out_are_counted(database: Database) -> None:
    record = replace(with_thread(conversation(1), "new"), total_parts=3)
    threads(database, record)
    assert database.one("SELECT missing_parts FROM conversation") == (2,)
    threads(database, replace(record, parts=(part(7, "older"),)))
    assert database.one("SELECT missing_parts FROM conversation") == (1,), "what was stored stays"


@pytest.mark.parametrize(
    "changed",
    [{"state": "closed"}, {"tags": ((7, "bug"),)}, {"statistics": (("count_reopens", 2),)}],
    ids=lambda changed: next(iter(changed)),
)
def test_a_silent_change_is_found_by_comparing(database: Database, changed: dict[str, object]) -> None:
    record = replace(with_thread(conversation(1), "reply"), statistics=(("count_reopens", 1),))
    listed = replace(record, parts=None, **changed)  # type: ignore[arg-type]
    threads(database, record)
    assert headers(database, replace(record, parts=None), compare=True).pending == []
    assert headers(database, listed).pending == []
    assert headers(database, listed, compare=True).pending == [(1, START)]
    assert pending(database) == [(1, START)]
