"""Customers, as far as the stored conversations know them, and what Intercom said of them when asked."""

from __future__ import annotations

from dataclasses import replace

import msgspec
from peewee import Select, fn

from tui.clock import from_epoch, to_epoch
from tui.domain import ContactDetails, Customer
from tui.folding import words
from tui.query import Query, Text
from tui.store.database import Connection, Database
from tui.store.highlight import find_matches
from tui.store.id_lists import as_list, json_each
from tui.store.models import Contact, Conversation
from tui.store.rows import person
from tui.store.search import Search

_CUSTOMER = (
    Conversation.customer_kind,
    Conversation.customer,
    Conversation.customer_name,
    Conversation.customer_email,
)
RECENT = 400
"""Conversations looked at to find customers: the newest that fit."""


def find_customers(database: Database, text: str, limit: int) -> list[Customer]:
    """Customers whose name or address has words that begin so, most recently active first.

    Without a text, the most recently active ones. Only the newest `RECENT` conversations that fit are
    looked at: `conversations` counts those.
    """
    expression = Text(text, phrase=True, prefix=True, field="from") if words(text) else None
    newest = Search(database).ids(Query("", expression), {}, from_epoch(0), RECENT)
    each = json_each(as_list(newest))
    rows = database.all(
        Select([each, Conversation], [*_CUSTOMER]).where(Conversation.id == each.c.value).order_by(each.c.key)
    )
    if expression is not None:  # the index holds all customers of a thread, and recipients
        wanted = (replace(expression, field="any"),)
        rows = [row for row in rows if find_matches(f"{row[2]}\n{row[3]}", wanted)]
    counts: dict[tuple[str, str, str, str], int] = {}
    for row in rows:
        if row[2] or row[3]:
            counts[row] = counts.get(row, 0) + 1
    return [Customer(person(*row), count) for row, count in list(counts.items())[:limit]]


def conversations_of(database: Database, customer_id: str, limit: int) -> tuple[list[int], int]:
    """The newest conversations with a customer, deleted ones left out, and how many there are."""
    theirs = (
        (Conversation.customer == customer_id)
        & (Conversation.customer != "")
        & Conversation.docid.is_null(False)
    )
    newest = Conversation.select(Conversation.id).where(theirs).order_by(Conversation.docid.desc())
    (total,) = database.one(Conversation.select(fn.count()).where(theirs))
    return [id_ for (id_,) in database.all(newest.limit(limit))], int(total)


def store_contact(connection: Connection, contact: ContactDetails) -> None:
    """Store what Intercom said of a customer, inside a transaction.

    Nothing is stored of somebody who is the customer of no conversation here: the last one may have been
    deleted while Intercom was asked.
    """
    theirs = Conversation.select(Conversation.id).where(Conversation.customer == contact.id)
    if connection.run(theirs.limit(1)).fetchone() is None:
        return
    attributes = msgspec.json.encode(contact.custom_attributes).decode() if contact.custom_attributes else ""
    at = to_epoch(contact.fetched_at)
    connection.run(
        Contact.insert(
            id=contact.id,
            name=contact.name,
            email=contact.email,
            fetched_at=at,
            company=contact.company,
            custom_attributes=attributes,
            details_at=at,
        ).on_conflict_replace()
    )


def read_contact(database: Database, contact_id: str) -> ContactDetails | None:
    """None when Intercom was never asked about this contact."""
    rows = database.all(
        Contact.select(
            Contact.name, Contact.email, Contact.company, Contact.custom_attributes, Contact.details_at
        ).where(Contact.id == contact_id, Contact.details_at.is_null(False))
    )
    if not rows:
        return None
    name, email, company, attributes, at = rows[0]
    known = msgspec.json.decode(attributes) if attributes else {}
    return ContactDetails(contact_id, name, email, company, known, from_epoch(at))
