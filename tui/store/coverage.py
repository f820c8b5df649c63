"""The stored coverage, and the threads that stand between a listed slice and it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from tui.freshness import Coverage, Interval
from tui.store.database import Database
from tui.store.ingest import DOCID_SHIFT

_PENDING = "thread_updated_at < updated_at AND deleted_at IS NULL"


def read_coverage(database: Database) -> Coverage:
    return Coverage(database.all('SELECT start, "end" FROM coverage_interval'))


def change_coverage(
    connection: sqlite3.Connection, *, add: Iterable[Interval] = (), remove: Iterable[Interval] = ()
) -> tuple[Coverage, Coverage]:
    """Inside a transaction: take `remove` out of the stored coverage, then put `add` in. (before, after)."""
    before = Coverage(connection.execute('SELECT start, "end" FROM coverage_interval'))
    after = (before - Coverage(remove)) | Coverage(add)
    if after != before:
        old, new = set(before), set(after)
        gone = [(i.start,) for i in old - new]
        connection.executemany("DELETE FROM coverage_interval WHERE start = ?", gone)
        connection.executemany("INSERT INTO coverage_interval VALUES (?, ?)", list(new - old))
    return before, after


def pending_seconds(
    connection: sqlite3.Connection, window: Interval, max_attempts: int
) -> tuple[bool, list[int]]:
    """Whether a thread inside `window` is still worth fetching, and the seconds of those given up on."""
    rows = connection.execute(
        f"SELECT updated_at, thread_attempts FROM conversation WHERE {_PENDING}"
        " AND updated_at BETWEEN ? AND ?",
        window,
    ).fetchall()
    return (
        any(attempts < max_attempts for _, attempts in rows),
        [second for second, attempts in rows if attempts >= max_attempts],
    )


def next_pending(
    database: Database, window: Interval, *, limit: int, max_attempts: int
) -> list[tuple[int, int]]:
    """(id, updated_at) of threads to fetch, newest first, those tried too often left out."""
    return database.all(
        f"SELECT id, updated_at FROM conversation INDEXED BY conversation_pending WHERE {_PENDING}"
        " AND updated_at BETWEEN ? AND ? AND thread_attempts < ? ORDER BY updated_at DESC LIMIT ?",
        (*window, max_attempts, limit),
    )


def count_pending(database: Database, window: Interval | None = None) -> int:
    low, high = window or (0, 1 << 40)
    return int(
        database.one(
            f"SELECT count(*) FROM conversation WHERE {_PENDING} AND updated_at BETWEEN ? AND ?",
            (low, high),
        )[0]
    )


def note_failed_attempt(connection: sqlite3.Connection, conversation_id: int) -> None:
    connection.execute(
        "UPDATE conversation SET thread_attempts = thread_attempts + 1 WHERE id = ?", (conversation_id,)
    )


def forget_attempts(connection: sqlite3.Connection) -> None:
    """A new run tries every pending thread again."""
    connection.execute(
        f"UPDATE conversation SET thread_attempts = 0 WHERE {_PENDING} AND thread_attempts > 0"
    )


def mark_absent(connection: sqlite3.Connection, window: Interval, present: frozenset[int]) -> set[int]:
    """Make pending what is stored in `window` but was absent from a complete listing of it.

    Such a conversation has changed, or is gone: fetching it tells. Returns their activity times.
    """
    absent = [
        (i, second)
        for i, second in connection.execute(
            "SELECT id, updated_at FROM conversation WHERE docid >= ? AND docid < ?",
            (window.start << DOCID_SHIFT, (window.end + 1) << DOCID_SHIFT),
        )
        if i not in present
    ]
    connection.executemany(
        "UPDATE conversation SET thread_updated_at = min(thread_updated_at, 1) WHERE id = ?",
        [(i,) for i, _ in absent],
    )
    return {second for _, second in absent}
