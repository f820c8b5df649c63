"""Deleting on purpose: what goes with a conversation, whose it is, and what is kept at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.records import START, conversation, part, with_thread
from tests.store.search_tables import search_index_faults
from tui.annotations import Annotations
from tui.clock import from_epoch
from tui.domain import ContactDetails
from tui.freshness import Coverage, Interval, KeptSince
from tui.history import SearchHistory
from tui.records import ConversationRecord
from tui.store.changes import ChangeWatch
from tui.store.coverage import change_coverage, read_coverage
from tui.store.database import Database
from tui.store.erasure import overwrite_erased
from tui.store.ingest import store_headers, store_threads, tombstone
from tui.store.participants import conversations_with, delete_contact, find_participant
from tui.store.people import store_contact
from tui.store.problems import ProblemKind, note_problem
from tui.store.purge import (
    DAY,
    count_purged,
    keep_from,
    mark_purged,
    measure,
    purge_before,
    read_kept_since,
    read_purged,
    remove_some,
    restore_purged,
)
from tui.store.remembered_searches import forget_searches
from tui.store.settings_table import StoredUiState
from tui.store.user_changes import UserChanges

NOW = START + 400 * DAY


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "mirror.db")) as opened:
        yield opened


def store(database: Database, *records: ConversationRecord) -> None:
    with database.transaction() as connection:
        store_threads(connection, [with_thread(record, "an answer") for record in records])


def stored(database: Database) -> list[int]:
    return [i for (i,) in database.all("SELECT id FROM conversation ORDER BY id")]


def purge(database: Database, *ids: int, at: int = NOW) -> None:
    with database.transaction() as connection:
        mark_purged(connection, ids, at)
    while remove_some(database, 0, 2)[0]:
        pass


def annotate(database: Database, *ids: int) -> Annotations:
    annotations = Annotations(database, UserChanges(database), lambda: from_epoch(NOW), None)
    annotations.star(ids)
    annotations.write_note(ids, "a private word")
    annotations.skip(ids[0], "too hard")
    return annotations


def rows(database: Database) -> dict[str, int]:
    """How many rows each table has that tells of conversations."""
    own = ("conversation", "part", "conversation_tag", "annotation", "annotation_action", "skip")
    return {
        table: database.one(f"SELECT count(*) FROM {table}")[0]  # noqa: S608
        for table in (*own, "problem", "contact")
    }


def test_a_purged_conversation_goes_with_all_that_belongs_to_it(database: Database) -> None:
    store(database, conversation(1, tags=((7, "bug"),)), conversation(2, customer="Ada L"))
    annotate(database, 1)
    with database.transaction() as connection:
        note_problem(connection, ProblemKind.THREAD, "1", START, "odd", NOW)
        store_contact(
            connection, ContactDetails("5f", "Grace", "g@navy.example", "Navy", {}, from_epoch(NOW))
        )
    purge(database, 1)
    # Both conversations are with the same contact, which stays as long as one of them does.
    assert rows(database) == {
        "conversation": 1,
        "part": 2,
        "conversation_tag": 0,
        "annotation": 0,
        "annotation_action": 1,  # the star, which names numbers only
        "skip": 0,
        "problem": 0,
        "contact": 1,
    }
    assert [mark.id for mark in read_purged(database, [1, 2])] == [1]
    assert search_index_faults(database._connection()) == []
    purge(database, 2)
    overwrite_erased(database)
    assert rows(database)["contact"] == 0
    assert count_purged(database) == 2


def test_a_note_on_many_goes_with_any_of_them(database: Database) -> None:
    store(database, conversation(1), conversation(2))
    annotate(database, 1, 2)
    purge(database, 1)
    texts = [text for (text,) in database.all("SELECT after FROM annotation_before")]
    assert not any("private" in text for text in texts)


def test_a_listing_or_a_thread_does_not_store_it_again(database: Database) -> None:
    store(database, conversation(1))
    purge(database, 1)
    with database.transaction() as connection:
        listed = store_headers(connection, [conversation(1, updated_at=START + 50), conversation(2)])
        read = store_threads(connection, [with_thread(conversation(1, updated_at=START + 60), "x")])
    assert (listed.new, listed.pending) == ([2], [(2, START)])
    assert [*read.changed, *read.unchanged, *read.pending] == []
    assert stored(database) == [2]


def test_restored_it_leaves_a_hole_where_intercom_listed_it_last(database: Database) -> None:
    store(database, conversation(1), conversation(2))
    with database.transaction() as connection:
        change_coverage(connection, add=[Interval(START - 10, START + 100)])
    purge(database, 1)
    assert list(read_coverage(database)) == [(START - 10, START + 100)]
    with database.transaction() as connection:
        store_headers(connection, [conversation(1, updated_at=START + 50)])
        assert restore_purged(connection, [1]) == [START + 50]
    assert list(read_coverage(database)) == [(START - 10, START + 49), (START + 51, START + 100)]
    with database.transaction() as connection:
        assert store_headers(connection, [conversation(1, updated_at=START + 50)]).new == [1]


def test_a_purge_that_was_broken_off_is_completed(database: Database) -> None:
    store(database, *(conversation(i) for i in range(1, 6)))
    with database.transaction() as connection:
        mark_purged(connection, [1, 2, 3], NOW)
    assert remove_some(database, 0, 2)[0] == [1, 2]
    assert stored(database) == [3, 4, 5]
    assert remove_some(database, 0, 2)[0] == [3]
    assert remove_some(database, 0, 2)[0] == []
    assert stored(database) == [4, 5]


def test_what_was_removed_is_no_news_and_does_not_stay_in_the_comparison(database: Database) -> None:
    store(database, *(conversation(i, updated_at=START + i) for i in range(1, 4)))
    watch = ChangeWatch(database)
    watch.check(NOW, DAY)
    purge(database, 3)
    assert watch.check(NOW, DAY).new == 0
    assert database.all("SELECT id FROM temp.seen ORDER BY id") == [(1,), (2,)]


# --- from when on conversations are kept -------------------------------------------------------------


def test_everything_is_kept_unless_told_otherwise(database: Database) -> None:
    assert read_kept_since(database, "", NOW) is None


def test_a_retention_counts_from_the_beginning_of_the_day(database: Database) -> None:
    midnight = NOW // DAY * DAY
    for now in (midnight, midnight + 1, midnight + DAY - 1):
        assert read_kept_since(database, "30d", now) == KeptSince(midnight - 30 * DAY, "30d")
    assert read_kept_since(database, "30d", midnight + DAY) == KeptSince(midnight - 29 * DAY, "30d")


def test_the_later_of_retention_and_purge_counts_and_says_which_it_was(database: Database) -> None:
    with database.transaction() as connection:
        purge_before(database, connection, NOW - 10 * DAY)
    assert read_kept_since(database, "", NOW) == KeptSince(NOW - 10 * DAY, "")
    assert read_kept_since(database, "30d", NOW) == KeptSince(NOW - 10 * DAY, "")
    assert read_kept_since(database, "5d", NOW) == KeptSince((NOW - 5 * DAY) // DAY * DAY, "5d")


def test_a_purge_is_only_lifted_by_what_is_older(database: Database) -> None:
    with database.transaction() as connection:
        purge_before(database, connection, NOW - 10 * DAY)
        purge_before(database, connection, NOW - 20 * DAY)  # less was purged before
        assert not keep_from(database, NOW - 5 * DAY)
        assert keep_from(database, NOW - 15 * DAY)
        assert not keep_from(database, NOW - 15 * DAY)
    assert read_kept_since(database, "", NOW) == KeptSince(NOW - 15 * DAY, "")


def test_what_is_too_old_goes_deleted_conversations_too(database: Database) -> None:
    store(database, *(conversation(i, updated_at=START + i * DAY) for i in range(5)))
    annotate(database, 0)
    with database.transaction() as connection:
        tombstone(connection, [1], NOW)
        note_problem(connection, ProblemKind.MISSING, "9", START, "gone", NOW)
        change_coverage(connection, add=[Interval(START - DAY, START + 9 * DAY)])
    edge = START + 3 * DAY
    extent = measure(database, edge)
    assert (extent.conversations, extent.parts, extent.annotated, extent.notes) == (3, 4, 1, 1)
    assert remove_some(database, edge, 2)[1]
    assert list(read_coverage(database)) == [(edge, START + 9 * DAY)]
    while remove_some(database, edge, 2)[0]:
        pass
    assert stored(database) == [3, 4]
    assert rows(database)["problem"] == 0
    assert count_purged(database) == 0
    assert search_index_faults(database._connection()) == []


@given(
    st.lists(st.integers(0, 30), max_size=12),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10)), max_size=5),
    st.integers(0, 32),
)
@settings(max_examples=30, deadline=None)
def test_the_coverage_and_the_conversations_end_at_the_same_second(
    tmp_path_factory: pytest.TempPathFactory, times: list[int], spans: list[tuple[int, int]], edge: int
) -> None:
    covered = [Interval(START + start, START + start + length) for start, length in spans]
    with closing(Database(tmp_path_factory.mktemp("kept") / "mirror.db")) as database:
        store(database, *(conversation(i, updated_at=START + time) for i, time in enumerate(times)))
        with database.transaction() as connection:
            change_coverage(connection, add=covered)
        while remove_some(database, START + edge, 5)[0]:
            pass
        assert stored(database) == [i for i, time in enumerate(times) if time >= edge]
        assert read_coverage(database) == Coverage(covered) - Coverage([(0, START + edge - 1)])


# --- whose a conversation is --------------------------------------------------------------------------


def of(id_: int, contact: str, name: str, email: str, **changes: Any) -> ConversationRecord:
    source = replace(part(0, "hello", author=name), author_id=contact, author_email=email)
    record = replace(conversation(id_), customer_name=name)
    return replace(
        record,
        customer_id=contact,
        customer_email=email,
        source=source,
        **changes,
    )


@pytest.fixture
def people(database: Database) -> Database:
    """Ada wrote 1, took part in 2, was copied into 3, and wrote 4 as a lead; 5 and 6 are of others."""
    wrote = replace(part(5, "me too"), author_kind="user", author_id="ada", author_name="Ada L")
    records = [
        of(1, "ada", "Ada L", "Ada@X.example"),
        replace(of(2, "bob", "Bob", "bob@x.example"), parts=(wrote,)),
        of(3, "bob", "Bob", "bob@x.example", recipients=("Help <help@us.example>", "A <ada@x.example>")),
        of(4, "lead", "", "ada@x.example", customer_kind="lead"),
        of(5, "cyd", "Cyd", "not-ada@x.example", recipients=("help@us.example", "not-ada@x.example")),
        replace(of(6, "cyd", "Cyd", "c@x.example"), parts=(replace(wrote, author_kind="admin"),)),
    ]
    with database.transaction() as connection:
        store_threads(connection, [replace(r, parts=r.parts or ()) for r in records])
        connection.execute("INSERT INTO admin (id, name, email) VALUES (1, 'Help', 'help@us.example')")
    return database


@pytest.mark.parametrize("named", ["ada", "ada@x.example", " ADA@x.example "])
def test_a_contact_took_part_as_customer_author_and_recipient(people: Database, named: str) -> None:
    with people.transaction() as connection:
        ada = find_participant(connection, named)
        assert ada is not None
        assert conversations_with(connection, ada) == [1, 2, 3, 4]
    assert ada.words == "Ada L <ada@x.example>"


def test_somebody_who_only_got_mails_is_known_by_the_address(people: Database) -> None:
    with people.transaction() as connection:
        connection.execute("DELETE FROM admin")
        copied = find_participant(connection, "help@us.example")
        assert copied is not None
        assert copied.words == "help@us.example"
        assert conversations_with(connection, copied) == [3, 5]


@pytest.mark.parametrize("named", ["", "ad", "da@x.example", "@", "x.example", "help@us.example", "1"])
def test_nobody_is_taken_for_somebody_else(people: Database, named: str) -> None:
    with people.transaction() as connection:
        assert find_participant(connection, named) is None


def test_what_intercom_said_of_the_contact_goes_too(people: Database) -> None:
    with people.transaction() as connection:
        for id_, email in (("ada", ""), ("gone", "ADA@x.example"), ("bob", "bob@x.example")):
            store_contact(connection, ContactDetails(id_, "N", email, "", {}, from_epoch(NOW)))
        ada = find_participant(connection, "ada")
        assert ada is not None
        delete_contact(connection, ada)
    assert people.all("SELECT id FROM contact") == [("bob",)]


def test_searches_that_name_somebody_are_forgotten(database: Database) -> None:
    history, state = SearchHistory(database), StoredUiState(database)
    for search in ("refund", "from:ADA@x.example", '"ada l" refund', "lovelace"):
        history.remember(search)
    state.write({"query": "from:ada@x.example", "sort": "waiting"})
    with database.user_transaction():
        forget_searches(database, ["ada@x.example", "Ada L", ""])
    assert history.all() == ("lovelace", "refund")
    assert state.read() == {"query": "", "sort": "waiting"}
