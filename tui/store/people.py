"""Customers, as far as the stored conversations know them, and what Intercom said of them when asked."""

from __future__ import annotations

import sqlite3

import msgspec

from tui.clock import from_epoch, to_epoch
from tui.domain import Contact, Customer
from tui.query import Text
from tui.store.database import Database
from tui.store.highlight import find_matches
from tui.store.rows import person
from tui.store.search_index import separate

RECENT = 400
"""Conversations looked at to find customers: the newest that fit."""
_COLUMNS = "c.customer_kind, c.customer_id, c.customer_name, c.customer_email"


def find_customers(database: Database, text: str, limit: int) -> list[Customer]:
    """Customers whose name or address has words that begin so, most recently active first.

    Without a text, the most recently active ones. Only the newest `RECENT` conversations that fit are
    looked at: `conversations` counts those.
    """
    words = separate(text).replace('"', " ").strip()
    if any(map(str.isalnum, words)):
        rows = database.all(
            f"SELECT {_COLUMNS} FROM search_index JOIN conversation c ON c.docid = search_index.rowid"
            " WHERE search_index MATCH ? ORDER BY search_index.rowid DESC LIMIT ?",
            (f'customer : "{words}" *', RECENT),
        )
        wanted = (Text(text, phrase=True, prefix=True, field="any"),)
        rows = [row for row in rows if find_matches(f"{row[2]}\n{row[3]}", wanted)]
    else:
        rows = database.all(
            f"SELECT {_COLUMNS} FROM conversation c WHERE c.docid IS NOT NULL ORDER BY c.docid DESC LIMIT ?",
            (RECENT,),
        )
    counts: dict[tuple[str, str, str, str], int] = {}
    for row in rows:
        if row[2] or row[3]:
            counts[row] = counts.get(row, 0) + 1
    return [Customer(person(*row), count) for row, count in list(counts.items())[:limit]]


def conversations_of(database: Database, customer_id: str, limit: int) -> tuple[list[int], int]:
    """The newest conversations with a customer, deleted ones left out, and how many there are."""
    where = "customer_id = ? AND customer_id <> '' AND docid IS NOT NULL"
    rows = database.all(
        f"SELECT id FROM conversation WHERE {where} ORDER BY docid DESC LIMIT ?", (customer_id, limit)
    )
    (total,) = database.one(f"SELECT count(*) FROM conversation WHERE {where}", (customer_id,))
    return [id_ for (id_,) in rows], int(total)


def store_contact(connection: sqlite3.Connection, contact: Contact) -> None:
    attributes = msgspec.json.encode(contact.custom_attributes).decode() if contact.custom_attributes else ""
    connection.execute(
        "INSERT OR REPLACE INTO contact (id, name, email, fetched_at, company, custom_attributes, details_at)"
        " VALUES (:id, :name, :email, :at, :company, :attributes, :at)",
        {
            "id": contact.id,
            "name": contact.name,
            "email": contact.email,
            "company": contact.company,
            "attributes": attributes,
            "at": to_epoch(contact.fetched_at),
        },
    )


def read_contact(database: Database, contact_id: str) -> Contact | None:
    """None when Intercom was never asked about this contact."""
    rows = database.all(
        "SELECT name, email, company, custom_attributes, details_at FROM contact"
        " WHERE id = ? AND details_at IS NOT NULL",
        (contact_id,),
    )
    if not rows:
        return None
    name, email, company, attributes, at = rows[0]
    known = msgspec.json.decode(attributes) if attributes else {}
    return Contact(contact_id, name, email, company, known, from_epoch(at))
