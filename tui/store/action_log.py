"""The journal of triage steps: what was set on which conversations, and what was there before.

A step on 100,000 conversations is one row with one packed list of ids for each value that they had before.
SQLite packs and unpacks these lists; their ids never become objects of Python.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Collection, Mapping

import msgspec

from tui.domain import Action
from tui.store.annotations import BY_COLUMN, Chosen, Field, Value, as_list, write_field
from tui.store.database import Database
from tui.store.models import AnnotationAction

KEPT = 200
"""Steps that can be undone; older ones are forgotten."""


def add_step(
    connection: sqlite3.Connection,
    field: Field,
    value: Value,
    before: Mapping[Value, Chosen],
    *,
    description: str,
    made_at: int,
) -> int:
    """Record a step, forget the undone ones and the oldest. Returns its id. Inside a transaction."""
    connection.execute("DELETE FROM triage_action WHERE undone")
    count = sum(chosen.count for chosen in before.values())
    (id_,) = connection.execute(
        "INSERT INTO triage_action (made_at, field, value, description, count, undone, note_of)"
        " VALUES (?, ?, ?, ?, ?, 0, ?) RETURNING id",
        (made_at, field.column, _encode(value), description, count, _only_note(field, before)),
    ).fetchone()
    connection.executemany(
        "INSERT INTO triage_before (action_id, value, ids) VALUES (?, ?, ?)",
        [(id_, _encode(old), pack(connection, chosen.ids)) for old, chosen in before.items()],
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


def forget_notes(connection: sqlite3.Connection, ids: Collection[int]) -> None:
    """Forget the steps that hold the text of a note on one of these conversations: they were deleted."""
    gone = as_list(ids)
    connection.execute("DELETE FROM triage_action WHERE note_of IN (SELECT value FROM json_each(?))", (gone,))
    shared = connection.execute(
        "SELECT a.id, b.ids FROM triage_action a JOIN triage_before b ON b.action_id = a.id"
        " WHERE a.field = ? AND a.note_of IS NULL",
        (Field.NOTE.column,),
    ).fetchall()
    for action_id, packed in shared:
        connection.execute(
            "DELETE FROM triage_action WHERE id = ? AND EXISTS"
            " (SELECT 1 FROM json_each(?) WHERE value IN (SELECT value FROM json_each(?)))",
            (action_id, unpack(connection, packed), gone),
        )


def _description(database: Database, *, undone: bool) -> str | None:
    step = (
        AnnotationAction.select()
        .where(AnnotationAction.undone == int(undone))
        .order_by(AnnotationAction.id if undone else AnnotationAction.id.desc())
        .bind(database.peewee)
        .first()
    )
    return None if step is None else str(step.description)


def _only_note(field: Field, before: Mapping[Value, Chosen]) -> int | None:
    """The conversation of a step on a single note."""
    (chosen, *others) = before.values()
    if field is not Field.NOTE or others or chosen.count > 1:
        return None
    return int(msgspec.json.decode(chosen.ids)[0])


def _read_before(connection: sqlite3.Connection, action_id: int) -> list[tuple[Value, str]]:
    rows = connection.execute(
        "SELECT value, ids FROM triage_before WHERE action_id = ? ORDER BY id", (action_id,)
    ).fetchall()
    return [(msgspec.json.decode(value, type=Value), unpack(connection, ids)) for value, ids in rows]


def _encode(value: Value) -> str:
    return msgspec.json.encode(value).decode()


def pack(connection: sqlite3.Connection, ids: str) -> bytes:
    """A JSON list of ids as their ascending differences, in JSON, deflated: two bytes or so an id."""
    (differences,) = connection.execute(
        "SELECT json_group_array(difference) FROM"
        " (SELECT value - lag(value, 1, 0) OVER (ORDER BY value) AS difference FROM json_each(?)"
        " ORDER BY value)",
        (ids,),
    ).fetchone()
    return zlib.compress(differences.encode(), 1)


def unpack(connection: sqlite3.Connection, packed: bytes) -> str:
    """The JSON list again, ascending."""
    (ids,) = connection.execute(
        "SELECT json_group_array(id) FROM"
        " (SELECT sum(value) OVER (ORDER BY key) AS id FROM json_each(?) ORDER BY key)",
        (zlib.decompress(packed).decode(),),
    ).fetchone()
    return str(ids)
