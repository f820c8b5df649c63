"""What the search index holds of a conversation.

The index is contentless: to remove a row, FTS5 must be given exactly the text that was added. So this is the
only place that makes the text, from stored rows alone, and a change here needs a migration that rebuilds
the index. SQL, because it takes a third of the time of Peewee (measured: `tests/benchmarks/raw_sql.py`).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

# Scripts written without spaces: every character becomes a word of its own, and a query for several becomes
# a phrase, so any substring is found.
UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f\U00020000-\U0002fa1f"
_UNSPACED = re.compile(f"([{UNSPACED}])")

NOTE_TYPES = frozenset({"note", "note_and_reopen"})


class Document(NamedTuple):
    """One row of the search index."""

    docid: int
    subject: str
    customer: str
    body: str
    meta: str


def separate(text: str) -> str:
    """`text` with spaces around each character of a script that is written without them."""
    return text if text.isascii() else _UNSPACED.sub(r" \1 ", text)


def read_document(connection: sqlite3.Connection, conversation_id: int) -> Document | None:
    """The document of a stored conversation; None when it is unknown or not indexed."""
    row = connection.execute(
        "SELECT docid, title, subject, customer_name, customer_email, company, state, read, priority,"
        " assignee_id, team_id, waiting_since, rating FROM conversation WHERE id = ?",
        (conversation_id,),
    ).fetchone()
    if row is None or row[0] is None:
        return None
    docid, title, subject, name, email, company, state, read, priority, assignee, team, waiting, rating = row
    tags = [
        tag
        for (tag,) in connection.execute(
            "SELECT tag_id FROM conversation_tag WHERE conversation_id = ? ORDER BY tag_id",
            (conversation_id,),
        )
    ]
    parts = connection.execute(
        "SELECT text, type, attachments <> '' FROM part WHERE conversation_id = ? ORDER BY part_id",
        (conversation_id,),
    ).fetchall()
    meta = ["all", f"st{state}", f"as{assignee or 0}", f"tm{team or 0}"]
    meta += [f"tg{tag}" for tag in tags] or ["tg0"]
    flags = {
        "unread": not read,
        "waiting": waiting is not None and state != "closed",
        "priority": priority != "none",
        "hasrating": rating is not None,
        "hasnote": any(kind in NOTE_TYPES for _, kind, _ in parts),
        "hasattachment": any(attached for _, _, attached in parts),
    }
    meta += [name for name, is_set in flags.items() if is_set]
    return Document(
        docid,
        separate(title if title == subject or not subject else f"{title}\n{subject}"),
        separate(f"{name}\n{email}\n{company}"),
        separate("\n".join(text for text, _, _ in parts if text)),
        " ".join(meta),
    )


def remove_documents(connection: sqlite3.Connection, documents: Iterable[Document]) -> None:
    """Remove documents from the index, as they were read before their rows changed."""
    connection.executemany(
        "INSERT INTO search_index (search_index, rowid, subject, customer, body, meta)"
        " VALUES ('delete', ?, ?, ?, ?, ?)",
        sorted(documents),
    )


def add_documents(connection: sqlite3.Connection, documents: Iterable[Document]) -> None:
    """Add documents to the index in ascending order of docid: FTS5 is three times slower in another order."""
    connection.executemany(
        "INSERT INTO search_index (rowid, subject, customer, body, meta) VALUES (?, ?, ?, ?, ?)",
        sorted(documents),
    )
