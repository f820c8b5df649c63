"""Making the search index anew, when what it holds is defined otherwise than when it was made.

It is made in short transactions, newest conversations first, and goes on where it stopped, whatever stopped
it. Several processes that open the database at the same time share the work.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from tui.folding import VERSION
from tui.store.search_index import CONTENT, read_document
from tui.store.search_parts import add_documents, drop_parts

BATCH = 500
"""Conversations in one transaction: about 0.3 s."""

OnRebuild = Callable[[int, int], None]
"""Given how many conversations are in the index, and how many there are."""


class _State(NamedTuple):
    content: str
    """What the index holds: the version of the documents, and of the folding of text."""
    below: int | None
    """Conversations with a docid below it are still to be added; None when the index is complete."""


_CONTENT = f"{CONTENT}/{VERSION}"


def is_complete(connection: sqlite3.Connection) -> bool:
    """Whether the index holds all conversations, in the way that this version searches them."""
    return _read_state(connection) == _State(_CONTENT, None)


def rebuild(connection: sqlite3.Connection, on_rebuild: OnRebuild | None = None) -> None:
    """Make the index anew, or go on making it. Whatever `on_rebuild` raises stops it."""
    while not is_complete(connection):
        with _transaction(connection):
            _add_batch(connection)
        ((done,),) = connection.execute("SELECT coalesce(sum(documents), 0) FROM search_part")
        if on_rebuild is not None and done:
            ((total,),) = connection.execute("SELECT count(*) FROM conversation WHERE docid IS NOT NULL")
            on_rebuild(done, total)


def _add_batch(connection: sqlite3.Connection) -> None:
    state = _read_state(connection)
    if state.content != _CONTENT:
        drop_parts(connection)
        below = 1 << 62
    elif state.below is None:  # another process has just completed it
        return
    else:
        below = state.below
    rows = connection.execute(
        "SELECT id, docid FROM conversation WHERE docid < ? ORDER BY docid DESC LIMIT ?", (below, BATCH)
    ).fetchall()
    documents = (read_document(connection, conversation_id) for conversation_id, _ in rows)
    add_documents(connection, [document for document in documents if document is not None])
    left = rows[-1][1] if len(rows) == BATCH else None
    connection.execute("DELETE FROM search_state")
    connection.execute("INSERT INTO search_state (content, below) VALUES (?, ?)", (_CONTENT, left))


def _read_state(connection: sqlite3.Connection) -> _State:
    row = connection.execute("SELECT content, below FROM search_state").fetchone()
    return _State("", None) if row is None else _State(*row)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
