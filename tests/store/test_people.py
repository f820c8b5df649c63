from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from tests.store.records import START, conversation
from tui.clock import from_epoch
from tui.domain import ContactDetails, Count
from tui.history import KEPT, SearchHistory
from tui.lookup import Lookup
from tui.store.database import Database
from tui.store.ingest import name_customers, store_headers, tombstone
from tui.store.people import store_contact
from tui.store.search import Search


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "test.db")
    people = [("Zoë Müller", "a1"), ("Mina Nguyen", "a2"), ("Zoë Müller", "a1"), ("Ann Zoeller", "a3")]
    with database.transaction() as connection:
        store_headers(
            connection,
            [
                replace(conversation(n, customer=name, updated_at=START + n), customer_id=id_)
                for n, (name, id_) in enumerate(people, 1)
            ],
        )
    yield database
    database.close()


@pytest.fixture
def lookup(database: Database) -> Lookup:
    return Lookup(database, Search(database), lambda: from_epoch(START + 100), UTC)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("zoe", ["Ann Zoeller", "Zoë Müller"]),
        ("ZOË m", ["Zoë Müller"]),
        ("mina@na", ["Mina Nguyen"]),
        ("nguy", ["Mina Nguyen"]),
        ('"', ["Ann Zoeller", "Zoë Müller", "Mina Nguyen"]),
        ("", ["Ann Zoeller", "Zoë Müller", "Mina Nguyen"]),
        ("nobody", []),
    ],
)
def test_customers_are_found_by_the_start_of_a_word(lookup: Lookup, text: str, names: list[str]) -> None:
    assert [customer.person.name for customer in lookup.customers(text)] == names


def test_customers_come_with_how_many_conversations(lookup: Lookup) -> None:
    assert {c.person.name: c.conversations for c in lookup.customers("zo")} == {
        "Zoë Müller": 2,
        "Ann Zoeller": 1,
    }
    assert len(lookup.customers("", limit=2)) == 2


def test_the_conversations_of_a_customer_are_newest_first_and_counted(
    database: Database, lookup: Lookup
) -> None:
    assert lookup.conversations_of("a1") == ([3, 1], 2)
    assert lookup.conversations_of("a1", limit=1) == ([3], 2)
    assert lookup.conversations_of("") == ([], 0)
    with database.transaction() as connection:
        tombstone(connection, [3], START + 50)
    assert lookup.conversations_of("a1") == ([1], 1)


def test_counts_of_queries(lookup: Lookup) -> None:
    counts = lookup.counts(["is:open", "is:closed", "tag:nonesuch is:", "zoë"])
    assert counts["is:open"] == Count(4, True)
    assert counts["is:closed"] == Count(0, True)
    assert counts["tag:nonesuch is:"] is None
    assert counts["zoë"] == Count(2, True)


def test_searches_are_remembered_newest_first_each_once(database: Database) -> None:
    history = SearchHistory(database)
    assert history.all() == ()
    for text in ("is:open", " refund\n late ", "is:open", "", "  "):
        history.remember(text)
    assert history.all() == ("is:open", "refund late")
    assert SearchHistory(database).all() == ("is:open", "refund late"), "another one reads the same"
    for number in range(KEPT + 5):
        history.remember(f"word{number}")
    assert len(history.all()) == KEPT
    assert history.all()[0] == f"word{KEPT + 4}"
    history.clear()
    assert history.all() == ()


def test_a_contact_is_kept_with_its_time_and_survives_a_new_name(database: Database, lookup: Lookup) -> None:
    assert lookup.contact("a1") is None
    known = {"plan": "pro", "seats": 3, "tags": ["x"], "active": True}
    contact = ContactDetails("a1", "Zoë", "zoe@x.example", "Acme, Bolt", known, from_epoch(START + 50))
    with database.transaction() as connection:
        store_contact(connection, contact)
    assert lookup.contact("a1") == contact
    with database.transaction() as connection:
        name_customers(connection, [("a1", "Zoe", "z@x.example")], START + 60)
    assert lookup.contact("a1") == replace(contact, name="Zoe", email="z@x.example")
    newer = ContactDetails("a1", "Zoë", "", "", {}, from_epoch(START + 70))
    with database.transaction() as connection:
        store_contact(connection, newer)
    assert lookup.contact("a1") == newer
