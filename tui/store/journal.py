"""The journal of triage steps: what was set on which conversations, and what was there before.

A step on 100,000 conversations is one row with one packed list of ids for each value that they had before.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

import msgspec

from tui.domain import Action
from tui.store.database import Database
from tui.store.models import TriageAction
from tui.store.overlay import BY_COLUMN, Field, Value, write_field

KEPT = 200
"""Steps that can be undone; older ones are forgotten."""


def add_step(
    connection: sqlite3.Connection,
    field: Field,
    value: Value,
    before: Mapping[Value, Sequence[int]],
    *,
    description: str,
    made_at: int,
) -> int:
    """Record a step, forget the undone ones and the oldest. Returns its id. Inside a transaction."""
    connection.execute("DELETE FROM triage_action WHERE undone")
    note_of = next(iter(before.values()))[0] if field is Field.NOTE else None
    (id_,) = connection.execute(
        "INSERT INTO triage_action (made_at, field, value, description, count, undone, note_of)"
        " VALUES (?, ?, ?, ?, ?, 0, ?) RETURNING id",
        (
            made_at,
            field.column,
            _encode(value),
            description,
            sum(map(len, before.values())),
            note_of,
        ),
    ).fetchone()
    connection.executemany(
        "INSERT INTO triage_before (action_id, value, ids) VALUES (?, ?, ?)",
        [(id_, _encode(old), pack(ids)) for old, ids in before.items()],
    )
    connection.execute(
        "DELETE FROM triage_action"
        " WHERE id <= (SELECT id FROM triage_action ORDER BY id DESC LIMIT 1 OFFSET ?)",
        (KEPT,),
    )
    return int(id_)


def undo_step(connection: sqlite3.Connection) -> Action | None:
    """Put back what was there before the newest step; None when there is none. Inside a transaction."""
    step = connection.execute(
        "SELECT id, description, count, field FROM triage_action WHERE NOT undone ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if step is None:
        return None
    for value, ids in _read_before(connection, step[0]):
        write_field(connection, BY_COLUMN[step[3]], value, ids)
    connection.execute("UPDATE triage_action SET undone = 1 WHERE id = ?", (step[0],))
    return Action(*step[:3])


def redo_step(connection: sqlite3.Connection) -> Action | None:
    """Do the step that was undone last once more; None when there is none. Inside a transaction."""
    step = connection.execute(
        "SELECT id, description, count, field, value FROM triage_action WHERE undone ORDER BY id LIMIT 1"
    ).fetchone()
    if step is None:
        return None
    value = msgspec.json.decode(step[4], type=Value)
    for _, ids in _read_before(connection, step[0]):
        write_field(connection, BY_COLUMN[step[3]], value, ids)
    connection.execute("UPDATE triage_action SET undone = 0 WHERE id = ?", (step[0],))
    return Action(*step[:3])


def next_undo(database: Database) -> str | None:
    """The description of the step that an undo would take back."""
    return _description(database, undone=False)


def next_redo(database: Database) -> str | None:
    """The description of the step that a redo would do again."""
    return _description(database, undone=True)


def _description(database: Database, *, undone: bool) -> str | None:
    step = (
        TriageAction.select()
        .where(TriageAction.undone == int(undone))
        .order_by(TriageAction.id if undone else TriageAction.id.desc())
        .bind(database.peewee)
        .first()
    )
    return None if step is None else str(step.description)


def _read_before(connection: sqlite3.Connection, action_id: int) -> list[tuple[Value, list[int]]]:
    rows = connection.execute(
        "SELECT value, ids FROM triage_before WHERE action_id = ? ORDER BY id", (action_id,)
    ).fetchall()
    return [(msgspec.json.decode(value, type=Value), unpack(ids)) for value, ids in rows]


def _encode(value: Value) -> str:
    return msgspec.json.encode(value).decode()


def pack(ids: Sequence[int]) -> bytes:
    """Ascending ids as their differences, in JSON, deflated: two bytes or so an id."""
    return zlib.compress(msgspec.json.encode([ids[0], *(b - a for a, b in pairwise(ids))]), 1)


def unpack(packed: bytes) -> list[int]:
    return list(accumulate(msgspec.json.decode(zlib.decompress(packed), type=list[int])))
