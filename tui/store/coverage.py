"""The stored coverage, and the threads that are still to be fetched before a slice joins it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from peewee import SQL, fn

from tui.clock import AGREEMENT, from_epoch
from tui.freshness import Coverage, Interval
from tui.store.database import Connection, Database
from tui.store.ingest import DOCID_SHIFT, make_pending
from tui.store.models import IS_PENDING, Conversation, CoverageInterval, Problem
from tui.store.problems import is_not_due, note_absent
from tui.store.settings_table import read_setting, write_setting

DOUBTFUL_FROM = "coverage_doubtful_from"
"""Setting: from when on (epoch seconds) the coverage was claimed while clocks disagreed, or empty."""
OPEN_EVERY = 86_400
"""Seconds in which every open thread is read again."""
EVERY = 30 * 86_400
"""Seconds in which every thread is."""
_EVERY_INTERVAL = CoverageInterval.select(CoverageInterval.start, CoverageInterval.end)


def read_coverage(database: Database) -> Coverage:
    return Coverage(database.all(_EVERY_INTERVAL))


def read_believed_coverage(database: Database, now: int) -> Coverage:
    """The coverage without what a wrong clock claimed: nothing is known of the time after `now`."""
    coverage = read_coverage(database)
    if coverage.last is None or coverage.last <= now + AGREEMENT:
        return coverage
    return coverage - _from_doubt_on(database, now)


def last_sync(database: Database, now: int) -> datetime | None:
    """The end of the newest covered interval (UTC); None when nothing is covered."""
    last = read_believed_coverage(database, now).last
    return None if last is None else from_epoch(last)


def trim_coverage(database: Database, now: int, *, resolved: bool) -> bool:
    """Take out of the stored coverage what a wrong clock claimed: what lies after `now`, and, once the clocks
    agree again (`resolved`), what was claimed while they did not. Returns whether something was taken out.
    """
    with database.transaction() as connection:
        doubt = read_setting(database, DOUBTFUL_FROM)
        last = read_coverage(database).last
        removed = Coverage()
        if (last is not None and last > now + AGREEMENT) or (resolved and doubt):
            removed = _from_doubt_on(database, now)
        before, after = change_coverage(connection, remove=removed)
        if before != after:
            connection.run(Conversation.update(fetched_at=0).where(Conversation.fetched_at > now))
        if resolved and doubt:
            write_setting(database, DOUBTFUL_FROM, "")
    return before != after


def begin_doubt(database: Database, now: int) -> bool:
    """Note that what is claimed from here on rests on clocks that disagree, unless that is noted already.

    Returns whether it was not."""
    with database.transaction():
        if read_setting(database, DOUBTFUL_FROM):
            return False
        write_setting(database, DOUBTFUL_FROM, str(min(read_coverage(database).last or 0, now)))
    return True


def narrow_doubt(database: Database, since: int) -> None:
    """The listing that was just claimed contained what Intercom dates at `since`: so much is certain."""
    with database.transaction():
        noted = read_setting(database, DOUBTFUL_FROM)
        if noted:
            write_setting(database, DOUBTFUL_FROM, str(max(int(noted), since)))


def _from_doubt_on(database: Database, now: int) -> Coverage:
    """The time that only a wrong clock can have claimed.

    Without a note of when the doubt began, what Intercom itself dated proves the time up to then.
    """
    doubt = read_setting(database, DOUBTFUL_FROM)
    proven = int(doubt) if doubt else newest_activity(database, now)
    return Coverage([(min(proven, now) + 1, 1 << 40)])


def newest_activity(database: Database, now: int) -> int:
    """The newest `updated_at` stored that is not after `now`; 0 when there is none."""
    newest = Conversation.select(fn.max(Conversation.updated_at)).where(Conversation.updated_at <= now)
    return int(database.one(newest)[0] or 0)


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
    """How many threads are not stored, in `window` of activity time or in all.

    One that is only to be fetched again, because it was fetched soon after its change, is not counted.
    """
    pending = Conversation.select(fn.count()).where(
        IS_PENDING,
        Conversation.thread_updated_at < Conversation.updated_at - 1,
        Conversation.updated_at.between(*(window or (0, 1 << 40))),
    )
    return int(database.one(pending)[0])


def note_failed_attempt(connection: Connection, conversation_id: int) -> None:
    counted = Conversation.update(thread_attempts=Conversation.thread_attempts + 1)
    connection.run(counted.where(Conversation.id == conversation_id))


def forget_attempts(connection: Connection, now: int) -> None:
    """A new run tries every pending thread again, unless it was tried in vain for long: those wait longer."""
    not_due = Problem.select(Problem.id.cast("integer")).where(is_not_due(now))
    connection.run(
        Conversation.update(thread_attempts=0).where(
            IS_PENDING, Conversation.thread_attempts > 0, Conversation.id.not_in(not_due)
        )
    )


def mark_absent(connection: Connection, window: Interval, present: frozenset[int], now: int) -> set[int]:
    """Make pending what is stored in `window` but was absent from a complete listing of it.

    Such a conversation has changed, or is gone: fetching it tells. Returns their activity times.
    """
    absent = {
        i: second
        for i, second in connection.run(
            Conversation.select(Conversation.id, Conversation.updated_at).where(
                Conversation.docid >= window.start << DOCID_SHIFT,
                Conversation.docid < (window.end + 1) << DOCID_SHIFT,
            )
        )
        if i not in present
    }
    if absent:
        make_pending(connection, absent)
        note_absent(connection, absent, now)
    return set(absent.values())


def mark_missing(connection: Connection, conversation_id: int) -> None:
    """Intercom answered that a conversation does not exist: its thread is pending, whatever is stored."""
    make_pending(connection, [conversation_id])
    note_failed_attempt(connection, conversation_id)


def given_up(connection: Connection, conversation_id: int, max_attempts: int) -> int | None:
    """The activity time of a pending conversation that was asked for in vain so often; None for others."""
    found = Conversation.select(Conversation.updated_at).where(
        Conversation.id == conversation_id, IS_PENDING, Conversation.thread_attempts >= max_attempts
    )
    row = connection.run(found).fetchone()
    return None if row is None else int(row[0])


def to_check(database: Database, now: int, limit: int) -> list[tuple[int, int]]:
    """(id, updated_at) of complete threads to read again, those longest unread first.

    No listing shows a redaction. Open conversations are read again every day and all others every 30 days;
    by a part of the period that depends on the id, so that what was fetched together is not due together.
    """
    open_since, any_since = now - OPEN_EVERY // 2, now - EVERY // 2
    share = Conversation.id % 1000
    complete = (Conversation.thread_updated_at >= Conversation.updated_at, Conversation.deleted_at.is_null())
    columns = (Conversation.id, Conversation.updated_at, Conversation.fetched_at)
    still_open = Conversation.select(*columns).where(
        Conversation.state != "closed",
        Conversation.deleted_at.is_null(),
        Conversation.fetched_at < open_since,
        Conversation.fetched_at + share * (OPEN_EVERY // 2000) < open_since,
        *complete[:1],
    )
    any_state = Conversation.select(*columns).where(
        Conversation.fetched_at < any_since,
        Conversation.fetched_at + share * (EVERY // 2000) < any_since,
        *complete,
    )
    due = (still_open | any_state).order_by(SQL("fetched_at")).limit(limit)
    return [(i, updated_at) for i, updated_at, _ in database.all(due)]
