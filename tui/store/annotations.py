"""The local overlay: stars, "done for today", follow-ups and private notes of any number of conversations.

Many conversations are handed to SQLite, and back, as one JSON list of ids. It works on them without the
interpreter's lock, where rows of them in Python would hold up every other thread.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import msgspec

from tui.clock import from_epoch
from tui.domain import Annotation, FollowUp, SharedNote
from tui.store.database import Database

Value = int | str | None
"""Of a field: 0 or 1, epoch seconds or None, a text."""


class Field(Enum):
    """What a step of the journal can set: the column, and its value when nothing is noted."""

    STARRED = ("starred", 0)
    DONE_UNTIL = ("done_until", None)
    FOLLOW_UP_AT = ("follow_up_at", None)
    NOTE = ("note", "")

    def __init__(self, column: str, blank: Value) -> None:
        self.column = column
        self.blank = blank


BY_COLUMN: Mapping[str, Field] = {field.column: field for field in Field}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Conversations of a step."""

    count: int
    ids: str
    """A JSON list."""


_AMONG = "IN (SELECT value FROM json_each(?))"
_ALIVE = (
    "FROM conversation c LEFT JOIN overlay o ON o.conversation_id = c.id"
    f" WHERE c.id {_AMONG} AND c.deleted_at IS NULL"
)
# An announced follow-up is remembered even when it was cleared: undoing that must not announce it again.
_IS_EMPTY = (
    "starred = 0 AND done_until IS NULL AND follow_up_at IS NULL AND note = '' AND announced_at IS NULL"
)
_IS_DUE = "follow_up_at <= ?"
_IS_NEWS = "(announced_at IS NULL OR announced_at < follow_up_at)"


def read_annotations(database: Database, ids: Iterable[int], now: int) -> dict[int, Annotation]:
    """What is noted about these conversations, by id; those without anything noted are left out."""
    rows = database.all(
        "SELECT conversation_id, starred, iif(done_until > ?, done_until, NULL) AS done, follow_up_at, note"
        f" FROM overlay WHERE conversation_id {_AMONG}"
        " AND (starred OR done IS NOT NULL OR follow_up_at IS NOT NULL OR note <> '')",
        (now, as_list(ids)),
    )
    return {
        id_: Annotation(
            starred=bool(starred),
            done_until=None if done is None else from_epoch(done),
            follow_up_at=None if follow_up is None else from_epoch(follow_up),
            note=note,
        )
        for id_, starred, done, follow_up, note in rows
    }


def all_beyond(database: Database, field: Field, edge: int, ids: Iterable[int]) -> bool:
    """Whether the field is more than `edge` on all of these conversations that are stored."""
    (lacking,) = database.one(
        "SELECT EXISTS (SELECT 1 FROM json_each(?) j CROSS JOIN conversation c ON c.id = j.value"
        " LEFT JOIN overlay o ON o.conversation_id = c.id"
        f" WHERE c.deleted_at IS NULL AND coalesce(o.{field.column}, 0) <= ?)",
        (as_list(ids), edge),
    )
    return not lacking


def read_shared_note(database: Database, ids: Iterable[int]) -> SharedNote:
    """The note on these conversations, those that are not stored left out."""
    different, note, noted = database.one(
        f"SELECT count(DISTINCT note), max(note), count(nullif(note, '')) FROM"
        f" (SELECT coalesce(o.note, '') AS note {_ALIVE})",
        (as_list(ids),),
    )
    return SharedNote(None if different > 1 else note or "", noted)


def read_differing(
    connection: sqlite3.Connection, field: Field, value: Value, ids: str
) -> dict[Value, Chosen]:
    """The stored conversations of a JSON list whose `field` is not `value`, by what it is."""
    now = f"coalesce(o.{field.column}, ?)"
    rows = connection.execute(
        "SELECT before, count(*), json_group_array(id) FROM"
        f" (SELECT c.id AS id, {now} AS before {_ALIVE} AND {now} IS NOT ?) GROUP BY before",
        (field.blank, ids, field.blank, value),
    )
    return {before: Chosen(count, alike) for before, count, alike in rows}


def write_field(connection: sqlite3.Connection, field: Field, value: Value, ids: str) -> None:
    """Set a field on all conversations of a JSON list that are stored and not deleted."""
    if value != field.blank:
        connection.execute(
            f"INSERT INTO overlay (conversation_id, {field.column}) SELECT c.id, ? {_ALIVE}"
            f" ON CONFLICT (conversation_id) DO UPDATE SET {field.column} = excluded.{field.column}",
            (value, ids),
        )
        return
    connection.execute(f"UPDATE overlay SET {field.column} = ? WHERE conversation_id {_AMONG}", (value, ids))
    connection.execute(f"DELETE FROM overlay WHERE conversation_id {_AMONG} AND {_IS_EMPTY}", (ids,))


def drop_expired(connection: sqlite3.Connection, now: int) -> None:
    """Forget what was done until a midnight that has passed."""
    connection.execute("UPDATE overlay SET done_until = NULL WHERE done_until <= ?", (now,))
    connection.execute(f"DELETE FROM overlay WHERE {_IS_EMPTY}")


def are_stored(connection: sqlite3.Connection, ids: Iterable[int]) -> bool:
    """Whether any of these conversations is known and not deleted."""
    (found,) = connection.execute(f"SELECT EXISTS (SELECT 1 {_ALIVE})", (as_list(ids),)).fetchone()
    return bool(found)


def read_due(database: Database, now: int) -> list[FollowUp]:
    """Follow-ups whose time has come, announced or not, oldest first."""
    return _follow_ups(
        database.all(
            f"SELECT conversation_id, follow_up_at FROM overlay WHERE {_IS_DUE}"
            " ORDER BY follow_up_at, conversation_id",
            (now,),
        )
    )


def take_due(database: Database, now: int) -> list[FollowUp]:
    """Those of them that were never announced, which from now on they are."""
    news = f"{_IS_DUE} AND {_IS_NEWS}"
    if not database.all(f"SELECT 1 FROM overlay WHERE {news} LIMIT 1", (now,)):
        return []
    with database.transaction(fenced=False) as connection:
        rows = connection.execute(
            f"SELECT conversation_id, follow_up_at FROM overlay WHERE {news}"
            " ORDER BY follow_up_at, conversation_id",
            (now,),
        ).fetchall()
        connection.execute(f"UPDATE overlay SET announced_at = follow_up_at WHERE {news}", (now,))
    return _follow_ups(rows)


def forget_annotations(connection: sqlite3.Connection, ids: Collection[int]) -> None:
    """Everything local about conversations that were deleted."""
    gone = as_list(ids)
    connection.execute(f"DELETE FROM overlay WHERE conversation_id {_AMONG}", (gone,))
    connection.execute(f"DELETE FROM skip WHERE conversation_id {_AMONG}", (gone,))


def _follow_ups(rows: Sequence[tuple[int, int]]) -> list[FollowUp]:
    return [FollowUp(id_, from_epoch(at)) for id_, at in rows]


def as_list(ids: Iterable[int]) -> str:
    """A JSON list of them."""
    return msgspec.json.encode(list(ids)).decode()
