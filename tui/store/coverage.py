"""The stored coverage, and the threads that are still to be fetched before a slice joins it."""

from __future__ import annotations

from collections.abc import Iterable

from peewee import fn

from tui.freshness import Coverage, Interval
from tui.store.database import Connection, Database
from tui.store.id_lists import as_list, listed
from tui.store.ingest import DOCID_SHIFT
from tui.store.models import IS_PENDING, Conversation, CoverageInterval

_EVERY_INTERVAL = CoverageInterval.select(CoverageInterval.start, CoverageInterval.end)


def read_coverage(database: Database) -> Coverage:
    return Coverage(database.all(_EVERY_INTERVAL))


def change_coverage(
    connection: Connection, *, add: Iterable[Interval] = (), remove: Iterable[Interval] = ()
) -> tuple[Coverage, Coverage]:
    """Take `remove` out of the stored coverage, then add `add`, inside a transaction: (before, after)."""
    before = Coverage(connection.run(_EVERY_INTERVAL))
    after = (before - Coverage(remove)) | Coverage(add)
    if after != before:
        old, new = set(before), set(after)
        for interval in old - new:
            connection.run(CoverageInterval.delete().where(CoverageInterval.start == interval.start))
        for interval in new - old:
            connection.run(CoverageInterval.insert(start=interval.start, end=interval.end))
    return before, after


def pending_seconds(connection: Connection, window: Interval, max_attempts: int) -> tuple[bool, list[int]]:
    """Whether a thread inside `window` is still worth fetching, and the seconds of those given up on."""
    rows = connection.run(
        Conversation.select(Conversation.updated_at, Conversation.thread_attempts).where(
            IS_PENDING, Conversation.updated_at.between(*window)
        )
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
        Conversation.select(Conversation.id, Conversation.updated_at)
        .where(
            IS_PENDING,
            Conversation.updated_at.between(*window),
            Conversation.thread_attempts < max_attempts,
        )
        .order_by(Conversation.updated_at.desc())
        .limit(limit)
    )


def count_pending(database: Database, window: Interval | None = None) -> int:
    """How many threads are still to be fetched, in `window` of activity time or in all."""
    pending = Conversation.select(fn.count()).where(
        IS_PENDING, Conversation.updated_at.between(*(window or (0, 1 << 40)))
    )
    return int(database.one(pending)[0])


def note_failed_attempt(connection: Connection, conversation_id: int) -> None:
    counted = Conversation.update(thread_attempts=Conversation.thread_attempts + 1)
    connection.run(counted.where(Conversation.id == conversation_id))


def forget_attempts(connection: Connection) -> None:
    """A new run tries every pending thread again."""
    connection.run(Conversation.update(thread_attempts=0).where(IS_PENDING, Conversation.thread_attempts > 0))


def mark_absent(connection: Connection, window: Interval, present: frozenset[int]) -> set[int]:
    """Make pending what is stored in `window` but was absent from a complete listing of it.

    Such a conversation has changed, or is gone: fetching it tells. Returns their activity times.
    """
    absent = [
        (i, second)
        for i, second in connection.run(
            Conversation.select(Conversation.id, Conversation.updated_at).where(
                Conversation.docid >= window.start << DOCID_SHIFT,
                Conversation.docid < (window.end + 1) << DOCID_SHIFT,
            )
        )
        if i not in present
    ]
    pending = Conversation.update(thread_updated_at=fn.min(Conversation.thread_updated_at, 1))
    connection.run(pending.where(Conversation.id.in_(listed(as_list(i for i, _ in absent)))))
    return {second for _, second in absent}
