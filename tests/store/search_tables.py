from __future__ import annotations

import sqlite3

from tui.store.search_index import META
from tui.store.search_parts import read_parts


def search_index_faults(connection: sqlite3.Connection) -> list[str]:
    """Where the search index contradicts itself or differs from the stored conversations, at one moment.

    Raises `sqlite3.DatabaseError` when FTS5 finds a part damaged.
    """
    connection.execute("BEGIN IMMEDIATE")  # checking a table counts as writing it
    try:
        return _faults(connection)
    finally:
        connection.execute("ROLLBACK")


def _faults(connection: sqlite3.Connection) -> list[str]:
    faults, indexed = [], set[int]()
    parts = read_parts(connection)
    for number, part in enumerate(parts):
        table = part.table
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")  # noqa: S608
        query = f"SELECT -rowid FROM {table} WHERE {table} MATCH ?"  # noqa: S608
        docids = [docid for (docid,) in connection.execute(query, (f'"{META}all"',))]
        indexed.update(docids)
        if len(docids) != part.documents:
            faults.append(f"{table} holds {len(docids)} documents, it should be {part.documents}")
        if docids and not part.low <= min(docids) <= max(docids) <= part.high:
            faults.append(f"{table} holds documents outside of its range")
        if number and parts[number - 1].high >= part.low:
            faults.append(f"{table} overlaps the part before it")
    query = "SELECT docid FROM conversation WHERE deleted_at IS NULL"
    stored = {docid for (docid,) in connection.execute(query)}
    if indexed != stored:
        faults.append(f"{len(indexed)} conversations can be searched, {len(stored)} are stored")
    return faults
