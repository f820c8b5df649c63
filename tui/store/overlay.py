"""The local overlay: stars, "done for today", follow-ups and private notes of any number of conversations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

import msgspec

from tui.clock import from_epoch
from tui.domain import FollowUp, Overlay
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

_ALIVE = "FROM json_each(?) j JOIN conversation c ON c.id = j.value AND c.deleted_at IS NULL"
# An announced follow-up is remembered even when it was cleared: undoing that must not announce it again.
_IS_EMPTY = (
    "starred = 0 AND done_until IS NULL AND follow_up_at IS NULL AND note = '' AND announced_at IS NULL"
)
_IS_DUE = "follow_up_at <= ?"
_IS_NEWS = "(announced_at IS NULL OR announced_at < follow_up_at)"


def read_overlays(database: Database, ids: Iterable[int], now: int) -> dict[int, Overlay]:
    """What is noted about these conversations, by id; those without anything noted are left out."""
    rows = database.all(
        "SELECT conversation_id, starred, iif(done_until > ?, done_until, NULL) AS done, follow_up_at, note"
        " FROM overlay WHERE conversation_id IN (SELECT value FROM json_each(?))"
        " AND (starred OR done IS NOT NULL OR follow_up_at IS NOT NULL OR note <> '')",
        (now, _json(ids)),
    )
    return {
        id_: Overlay(
            starred=bool(starred),
            done_until=None if done is None else from_epoch(done),
            follow_up_at=None if follow_up is None else from_epoch(follow_up),
            note=note,
        )
        for id_, starred, done, follow_up, note in rows
    }


def read_differing(
    connection: sqlite3.Connection, field: Field, value: Value, ids: Iterable[int]
) -> dict[Value, list[int]]:
    """The stored conversations among `ids` whose `field` is not `value`: ids by what it is, ascending."""
    now = f"coalesce(o.{field.column}, ?)"
    found: dict[Value, list[int]] = {}
    for id_, before in connection.execute(
        f"SELECT c.id, {now} {_ALIVE} LEFT JOIN overlay o ON o.conversation_id = c.id WHERE {now} IS NOT ?",
        (field.blank, _json(sorted(set(ids))), field.blank, value),
    ):
        found.setdefault(before, []).append(id_)
    return {before: sorted(alike) for before, alike in found.items()}


def write_field(connection: sqlite3.Connection, field: Field, value: Value, ids: Iterable[int]) -> None:
    """Set a field on all of these conversations that are stored and not deleted."""
    chosen = _json(ids)
    if value != field.blank:
        connection.execute(
            f"INSERT INTO overlay (conversation_id, {field.column}) SELECT c.id, ? {_ALIVE} WHERE true"
            f" ON CONFLICT (conversation_id) DO UPDATE SET {field.column} = excluded.{field.column}",
            (value, chosen),
        )
        return
    among = "conversation_id IN (SELECT value FROM json_each(?))"
    connection.execute(f"UPDATE overlay SET {field.column} = ? WHERE {among}", (value, chosen))
    connection.execute(f"DELETE FROM overlay WHERE {among} AND {_IS_EMPTY}", (chosen,))


def drop_expired(connection: sqlite3.Connection, now: int) -> None:
    """Forget what was done until a midnight that has passed."""
    connection.execute("UPDATE overlay SET done_until = NULL WHERE done_until <= ?", (now,))
    connection.execute(f"DELETE FROM overlay WHERE {_IS_EMPTY}")


def is_stored(connection: sqlite3.Connection, conversation_id: int) -> bool:
    """Whether the conversation is known and not deleted."""
    found = connection.execute(
        "SELECT 1 FROM conversation WHERE id = ? AND deleted_at IS NULL", (conversation_id,)
    ).fetchone()
    return found is not None


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


def forget_overlay(connection: sqlite3.Connection, conversation_id: int) -> None:
    """Everything local about a conversation that was deleted, the journal's copies of its notes included."""
    connection.execute("DELETE FROM overlay WHERE conversation_id = ?", (conversation_id,))
    connection.execute("DELETE FROM skip WHERE conversation_id = ?", (conversation_id,))
    connection.execute("DELETE FROM triage_action WHERE note_of = ?", (conversation_id,))


def _follow_ups(rows: Sequence[tuple[int, int]]) -> list[FollowUp]:
    return [FollowUp(id_, from_epoch(at)) for id_, at in rows]


def _json(ids: Iterable[int]) -> str:
    return msgspec.json.encode(list(ids)).decode()
