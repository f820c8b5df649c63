"""The log of actions on annotations, which makes them undoable: what was set, and what was there before.

An action on 100,000 conversations is one row, with one packed list of ids for each field and value that they
had. Each session (a window, a program) undoes what it did itself, unless it is told otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import cast

import msgspec
from peewee import Select, fn

from tui.domain import Action
from tui.store.annotations import (
    BY_COLUMN,
    Change,
    Field,
    Value,
    count_distinct,
    read_otherwise,
    read_with_value,
    write_field,
)
from tui.store.database import Connection, Database, Snapshot
from tui.store.id_lists import as_list, json_each, listed, pack, unpack
from tui.store.models import AnnotationAction, AnnotationBefore

KEPT = 200
"""Actions that can be undone; older ones are deleted."""


def add_action(
    connection: Connection,
    changes: Sequence[Change],
    *,
    description: str,
    count: int,
    made_at: int,
    session: str,
) -> int:
    """Record an action and return its id, inside a transaction.

    The oldest are deleted, and what the session undid and did not redo.
    """
    connection.run(
        AnnotationAction.delete().where(AnnotationAction.undone > 0, AnnotationAction.undone_by == session)
    )
    inserted = connection.run(
        AnnotationAction.insert(
            made_at=made_at,
            description=description,
            count=count,
            note_of=_single_note(changes),
            session=session,
        )
    )
    id_ = cast(int, inserted.lastrowid)
    before = AnnotationBefore
    connection.run(
        before.insert_many(
            [
                (id_, c.field.column, _encode(c.before), _encode(c.after), pack(connection, c.ids))
                for c in changes
            ],
            [before.action, before.field, before.value, before.after, before.ids],
        )
    )
    newest = AnnotationAction.select(AnnotationAction.id).order_by(AnnotationAction.id.desc())
    connection.run(AnnotationAction.delete().where(AnnotationAction.id <= newest.limit(1).offset(KEPT)))
    return id_


def undo_action(connection: Connection, now: int, session: str, *, anyone: bool = False) -> Action | None:
    """Restore what was there before the newest action of the session, or of anyone; None when there is none.

    What was changed since is left as it is. Inside a transaction.
    """
    chosen = AnnotationAction.undone == 0
    if not anyone:
        chosen &= AnnotationAction.session == session
    found = connection.run(_NEWEST.where(chosen).order_by(AnnotationAction.id.desc())).fetchone()
    if found is None:
        return None
    last = AnnotationAction.alias()
    connection.run(
        AnnotationAction.update(undone=last.select(fn.max(last.undone) + 1), undone_by=session).where(
            AnnotationAction.id == found[0]
        )
    )
    return _restore(connection, found, now, session, undo=True)


def newest_action(database: Database, session: str) -> int | None:
    """The action that `undo_action` would undo; None when there is none."""
    chosen = (AnnotationAction.undone == 0) & (AnnotationAction.session == session)
    rows = database.all(_NEWEST.where(chosen).order_by(AnnotationAction.id.desc()))
    return int(rows[0][0]) if rows else None


def redo_action(connection: Connection, now: int, session: str, *, anyone: bool = False) -> Action | None:
    """Repeat the action that the session, or anyone, undid last; None when there is none.

    What was changed since is left as it is. Inside a transaction.
    """
    chosen = AnnotationAction.undone > 0
    if not anyone:
        chosen &= AnnotationAction.undone_by == session
    order = (AnnotationAction.undone.desc(), AnnotationAction.id)
    found = connection.run(_NEWEST.where(chosen).order_by(*order)).fetchone()
    if found is None:
        return None
    connection.run(AnnotationAction.update(undone=0, undone_by="").where(AnnotationAction.id == found[0]))
    return _restore(connection, found, now, session, undo=False)


def read_reversible(connection: Connection, session: str) -> tuple[bool, bool]:
    """Whether the session has something to undo, and something to redo."""
    action = AnnotationAction
    undo = connection.run(_NEWEST.where(action.undone == 0, action.session == session)).fetchone()
    redo = connection.run(_NEWEST.where(action.undone > 0, action.undone_by == session)).fetchone()
    return undo is not None, redo is not None


def read_changed(database: Database, action_id: int) -> list[int]:
    """The conversations that an action changed; none of one that is not in the log."""

    def read(snapshot: Snapshot) -> list[int]:
        connection = snapshot.connection
        packed = connection.run(
            AnnotationBefore.select(AnnotationBefore.ids).where(AnnotationBefore.action == action_id)
        ).fetchall()
        return [id_ for (ids,) in packed for id_ in msgspec.json.decode(unpack(connection, ids))]

    return database.snapshot(read, interruptible=False)


def delete_note_actions(connection: Connection, ids: Collection[int]) -> None:
    """Delete the actions that hold the text of a note on one of these conversations: they were deleted."""
    gone = listed(as_list(ids))
    connection.run(AnnotationAction.delete().where(AnnotationAction.note_of.in_(gone)))
    shared = connection.run(
        AnnotationBefore.select(AnnotationBefore.action, AnnotationBefore.ids)
        .join(AnnotationAction)
        .where(AnnotationBefore.field == Field.NOTE.column, AnnotationAction.note_of.is_null())
    ).fetchall()
    for action_id, packed in shared:
        each = json_each(unpack(connection, packed))
        held = Select([each], [each.c.value]).where(each.c.value.in_(gone))
        connection.run(AnnotationAction.delete().where(AnnotationAction.id == action_id, fn.EXISTS(held)))


_NEWEST = AnnotationAction.select(
    AnnotationAction.id, AnnotationAction.description, AnnotationAction.session
).limit(1)


def _restore(
    connection: Connection, found: tuple[int, str, str], now: int, session: str, *, undo: bool
) -> Action:
    id_, description, made_by = found
    before = connection.run(
        AnnotationBefore.select(
            AnnotationBefore.field, AnnotationBefore.value, AnnotationBefore.after, AnnotationBefore.ids
        )
        .where(AnnotationBefore.action == id_)
        .order_by(AnnotationBefore.id)
    ).fetchall()
    restored, left = [], []
    for column, old, new, packed in before:
        field, ids = BY_COLUMN[column], unpack(connection, packed)
        values = (_decode(field, old, now), _decode(field, new, now))
        wanted, present = values if undo else values[::-1]
        count, same = read_with_value(connection, field, present, ids, now)
        if count and wanted != present:
            write_field(connection, field, wanted, same)
        restored.append(same)
        if count < ids.count(",") + 1:
            left.append(read_otherwise(connection, field, values, ids, now))
    return Action(
        id_,
        description,
        count_distinct(connection, restored),
        left=count_distinct(connection, left),
        own=made_by == session,
    )


def _decode(field: Field, value: str, now: int) -> Value:
    """A value of the log; what was done until a midnight that has passed is not done."""
    decoded: Value = msgspec.json.decode(value, type=Value)
    has_passed = field is Field.DONE_UNTIL and isinstance(decoded, int) and decoded <= now
    return None if has_passed else decoded


def _single_note(changes: Sequence[Change]) -> int | None:
    """The conversation of an action on a single note."""
    (change, *others) = changes
    if change.field is not Field.NOTE or others or change.count > 1:
        return None
    return int(msgspec.json.decode(change.ids)[0])


def _encode(value: Value) -> str:
    return msgspec.json.encode(value).decode()
