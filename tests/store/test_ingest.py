"""Answers that are older than what is stored, or not whole, replace nothing and claim nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.store.records import START, conversation, part, with_thread
from tui.freshness import Interval
from tui.records import DECODER_VERSION, MAX_RECIPIENTS, ConversationRecord
from tui.store.coverage import next_pending
from tui.store.database import Database
from tui.store.ingest import Stored, store_headers, store_threads, tombstone


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
def test_a_silent_change_is_found_by_comparing(database: Database, changed: dict[str, Any]) -> None:
    record = replace(with_thread(conversation(1), "reply"), statistics=(("count_reopens", 1),))
    listed = replace(record, parts=None, **changed)
    threads(database, record)
    assert headers(database, replace(record, parts=None), compare=True).pending == []
    assert headers(database, listed).pending == []
    assert headers(database, listed, compare=True).pending == [(1, START)]
    assert pending(database) == [(1, START)]


# --- what an older decoder stored --------------------------------------------------------------------


def fields(database: Database) -> tuple[object, ...]:
    return database.one(
        "SELECT channel, delivered_as, recipients, ai_agent, decoded_with FROM conversation WHERE id = 1"
    )


def downgrade(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(
            "UPDATE conversation SET channel = '', delivered_as = '', recipients = '', ai_agent = '',"
            " title = '', decoded_with = 0"
        )


MAIL = replace(
    conversation(1),
    title="A ticket",
    channel="email",
    delivered_as="customer_initiated",
    recipients=("Help <help@x.io>",),
    ai_agent="escalated",
)
KNOWN = ("email", "customer_initiated", "Help <help@x.io>", "escalated")


def test_recipients_add_up_and_a_later_answer_without_them_takes_nothing_away(database: Database) -> None:
    headers(database, MAIL)
    answered = replace(with_thread(MAIL, "reply"), recipients=("help@x.io", "cy@x.io"))
    threads(database, answered)
    assert fields(database)[2] == "Help <help@x.io>\ncy@x.io"
    bare = replace(answered, updated_at=START + 5, channel="", delivered_as="", recipients=(), ai_agent="")
    headers(database, bare)
    threads(database, bare)
    known = ("email", "customer_initiated", "Help <help@x.io>\ncy@x.io", "escalated")
    assert fields(database) == (*known, DECODER_VERSION)
    again = headers(database, replace(bare, recipients=("CY@x.io",)), compare=True)
    assert again.pending == [], "nothing new is named"
    assert headers(database, replace(bare, recipients=("new@x.io",)), compare=True).pending == [
        (1, START + 5)
    ]


def test_a_full_list_of_recipients_differs_no_more(database: Database) -> None:
    crowd = tuple(f"{n}@x.io" for n in range(MAX_RECIPIENTS))
    threads(database, replace(with_thread(MAIL, "reply"), recipients=crowd))
    late = replace(MAIL, recipients=("late@x.io",))
    assert headers(database, late, compare=True).pending == []


def test_a_deleted_conversation_names_nobody_any_more(database: Database) -> None:
    threads(database, with_thread(MAIL, "reply"))
    with database.transaction() as connection:
        tombstone(connection, [1], START + 9)
    assert fields(database)[:4] == ("", "", "", "")


def test_what_a_listing_adds_to_an_old_conversation_is_no_change(database: Database) -> None:
    threads(database, with_thread(MAIL, "reply"))
    downgrade(database)
    assert headers(database, MAIL).pending == []
    assert fields(database) == ("", "", "", "", 0), "only a comparing listing looks closer"
    stored = headers(database, replace(MAIL, source=part(0, "hello, as text is made today")), compare=True)
    assert (stored.changed, stored.unchanged, stored.pending) == ([], [1], [])
    assert fields(database) == (*KNOWN, 0)
    assert database.one("SELECT title FROM conversation") == ("A ticket",)
    assert pending(database) == []


@pytest.mark.parametrize(
    "changed",
    [{"state": "closed"}, {"source": replace(part(0, ""), redacted=True)}],
    ids=["state", "redacted"],
)
def test_a_change_of_an_old_conversation_is_noticed(database: Database, changed: dict[str, Any]) -> None:
    threads(database, with_thread(MAIL, "reply"))
    downgrade(database)
    assert headers(database, replace(MAIL, **changed), compare=True).pending == [(1, START)]
    assert pending(database) == [(1, START)]


def test_reading_an_old_conversation_again_is_no_change(database: Database) -> None:
    threads(database, with_thread(MAIL, "reply"))
    downgrade(database)
    stored = threads(database, with_thread(MAIL, "reply"))
    assert (stored.new, stored.updated, stored.unchanged) == ([], [], [1])
    assert fields(database) == (*KNOWN, DECODER_VERSION)
    downgrade(database)
    assert threads(database, with_thread(MAIL, "reply", "another")).updated == [1]


def test_an_older_answer_leaves_an_old_conversation_old(database: Database) -> None:
    threads(database, with_thread(MAIL, "reply"))
    headers(database, replace(MAIL, updated_at=START + 5))
    downgrade(database)
    threads(database, with_thread(MAIL, "reply"))
    assert fields(database)[4] == 0, "its header is not stored"
    headers(database, replace(MAIL, updated_at=START + 9))
    assert fields(database)[4] == 0, "its thread is still the old one"
    threads(database, with_thread(replace(MAIL, updated_at=START + 9), "reply"))
    assert fields(database)[4] == DECODER_VERSION


def test_a_new_or_revived_conversation_is_not_old(database: Database) -> None:
    headers(database, MAIL)
    assert fields(database)[4] == DECODER_VERSION
    downgrade(database)
    with database.transaction() as connection:
        tombstone(connection, [1], START + 9)
    headers(database, MAIL)
    assert fields(database)[4] == DECODER_VERSION
