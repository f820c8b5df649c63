"""What is deleted here on purpose: conversations by number, and all that are older than is kept.

Both are noted first, in one transaction, and removed after that, in short ones (`next_to_remove`): when the
process dies in between, the next sync or purge removes the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from peewee import Expression, Value, fn

from tui.clock import from_epoch
from tui.domain import PurgedMark
from tui.freshness import Interval, KeptSince
from tui.store.coverage import change_coverage
from tui.store.database import Connection, Database
from tui.store.id_lists import as_list, listed
from tui.store.ingest import DOCID_SHIFT, remove
from tui.store.models import Annotation, Conversation, Part, Problem, PurgedConversation
from tui.store.settings_table import read_setting, write_setting
from tui.timeframe import parse_duration

PURGED_BEFORE = "purged_before"
"""Setting: all conversations last active before that (epoch seconds) were purged."""
DAY = 86_400
_IS_PURGED = Conversation.id.in_(PurgedConversation.select(PurgedConversation.id))


def read_kept_since(database: Database, retention: str, now: int) -> KeptSince | None:
    """From when on conversations are kept; None when all are.

    The retention counts from the beginning of the day (UTC), so that what becomes too old is deleted once a
    day and "the last 365 days" are there all day.
    """
    purged = int(read_setting(database, PURGED_BEFORE) or 0)
    kept = 0
    if retention:
        kept = max(0, now - int(parse_duration(retention).total_seconds())) // DAY * DAY
    if not (purged or kept):
        return None
    return KeptSince(kept, retention) if kept >= purged else KeptSince(purged, "")


def history_start(history: int, kept_since: KeptSince | None, now: int) -> int:
    """Where the history of so many seconds begins, or all that is kept of it.

    That is a little more than the history where the retention is as long: its day began before now.
    """
    if kept_since is None:
        return now - history
    if kept_since.retention and parse_duration(kept_since.retention).total_seconds() <= history:
        return kept_since.second
    return max(now - history, kept_since.second)


def purge_before(database: Database, connection: Connection, second: int) -> None:
    """Note that nothing is kept that was last active before `second`. Inside a transaction."""
    if second > int(read_setting(database, PURGED_BEFORE) or 0):
        write_setting(database, PURGED_BEFORE, str(second))
    narrow_coverage(connection, second)


def keep_from(database: Database, second: int) -> bool:
    """Keep conversations again that were active since `second`, of those that `purge_before` was told of.

    Returns whether more are kept now. Inside a transaction.
    """
    if second >= int(read_setting(database, PURGED_BEFORE) or 0):
        return False
    write_setting(database, PURGED_BEFORE, str(second))
    return True


def narrow_coverage(connection: Connection, second: int) -> bool:
    """Claim nothing of the time before `second`. Returns whether something was claimed of it."""
    if second <= 0:
        return False
    before, after = change_coverage(connection, remove=[Interval(0, second - 1)])
    return before != after


def mark_purged(connection: Connection, ids: Iterable[int], now: int) -> None:
    """Note that these stored conversations are to be removed and never stored again. Inside a transaction."""
    chosen = Conversation.select(Conversation.id, Conversation.updated_at, Value(now)).where(
        Conversation.id.in_(listed(as_list(ids)))
    )
    columns = [PurgedConversation.id, PurgedConversation.updated_at, PurgedConversation.purged_at]
    connection.run(PurgedConversation.insert_from(chosen, columns).on_conflict_ignore())


def restore_purged(connection: Connection, ids: Iterable[int]) -> list[int]:
    """Let the next sync store these again: what they leave is a hole in the coverage.

    Returns their activity times. Inside a transaction.
    """
    chosen = PurgedConversation.id.in_(listed(as_list(ids)))
    times = PurgedConversation.select(PurgedConversation.updated_at).where(chosen)
    seconds = [second for (second,) in connection.run(times)]
    connection.run(PurgedConversation.delete().where(chosen))
    change_coverage(connection, remove=[Interval(second, second) for second in seconds])
    return seconds


def read_purged(database: Database, ids: Iterable[int]) -> list[PurgedMark]:
    """Those of the conversations that were purged."""
    found = database.all(
        PurgedConversation.select(PurgedConversation.id, PurgedConversation.purged_at)
        .where(PurgedConversation.id.in_(listed(as_list(ids))))
        .order_by(PurgedConversation.id)
    )
    return [PurgedMark(id_, from_epoch(at)) for id_, at in found]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is deleted."""

    conversations: int
    parts: int
    """Messages, notes of teammates and events."""
    annotated: int
    """Conversations with a star, "done", a follow-up or a private note."""
    notes: int
    """Those of them with a private note."""


def stored_ids(database: Database, ids: Iterable[int]) -> list[int]:
    """Those of the conversations that are stored; deleted ones too."""
    found = Conversation.select(Conversation.id).where(Conversation.id.in_(listed(as_list(ids))))
    return [id_ for (id_,) in database.all(found)]


def measure(database: Database, chosen: Iterable[int] | int) -> Extent:
    """How much these conversations are, or all that were last active before a second."""
    condition = is_older(chosen) if isinstance(chosen, int) else Conversation.id.in_(listed(as_list(chosen)))
    among = Conversation.select(Conversation.id).where(condition)
    (conversations,) = database.one(Conversation.select(fn.count()).where(condition))
    (parts,) = database.one(Part.select(fn.count()).where(Part.conversation.in_(among)))
    annotated, notes = database.one(
        Annotation.select(fn.count(), fn.count(fn.nullif(Annotation.note, ""))).where(
            Annotation.conversation.in_(among)
        )
    )
    return Extent(conversations, parts, annotated, notes)


def is_older(second: int) -> Expression:
    """Whether a conversation was last active before a second."""
    return (Conversation.docid < second << DOCID_SHIFT) | (
        Conversation.docid.is_null() & (Conversation.updated_at < second)
    )


def count_purged(database: Database) -> int:
    return int(database.one(PurgedConversation.select(fn.count()))[0])


def next_to_remove(connection: Connection, before: int, limit: int) -> list[int]:
    """The ids of stored conversations that were purged, or last active before a second; deleted ones too."""
    found: list[int] = []
    for condition in (_IS_PURGED, is_older(before)):
        if len(found) < limit:
            chosen = Conversation.select(Conversation.id).where(condition).limit(limit - len(found))
            found += [id_ for (id_,) in connection.run(chosen)]
    return list(dict.fromkeys(found))


def remove_some(database: Database, before: int, limit: int) -> tuple[list[int], bool]:
    """Remove some of the conversations that are to be, in one short transaction, and claim nothing of their
    time. Returns their ids, and whether the coverage changed."""
    with database.transaction() as connection:
        narrowed = narrow_coverage(connection, before)
        ids = next_to_remove(connection, before, limit)
        if ids:
            remove(connection, ids)
        elif before:
            connection.run(Problem.delete().where(Problem.second < before))
    return ids, narrowed
