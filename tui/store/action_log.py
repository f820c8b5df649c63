"""The log of actions on annotations, which makes them undoable: what was set, and what was there before.

An action on 100,000 conversations is one row, with one packed list of ids for each value that they had.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast

import msgspec
from peewee import Select, fn

from tui.domain import Action
from tui.store.annotations import BY_COLUMN, Chosen, Field, Value, write_field
from tui.store.database import Connection
from tui.store.id_lists import as_list, json_each, listed, pack, unpack
from tui.store.models import AnnotationAction, AnnotationBefore

KEPT = 200
"""Actions that can be undone; older ones are deleted."""


def add_action(
    connection: Connection,
    field: Field,
    value: Value,
    before: Mapping[Value, Chosen],
    *,
    description: str,
    made_at: int,
) -> int:
    """Record an action; delete the undone ones and the oldest. Returns its id. Inside a transaction."""
    connection.run(AnnotationAction.delete().where(AnnotationAction.undone))
    inserted = connection.run(
        AnnotationAction.insert(
            made_at=made_at,
            field=field.column,
            value=_encode(value),
            description=description,
            count=sum(chosen.count for chosen in before.values()),
            note_of=_single_note(field, before),
        )
    )
    id_ = cast(int, inserted.lastrowid)
    connection.run(
        AnnotationBefore.insert_many(
            [(id_, _encode(old), pack(connection, chosen.ids)) for old, chosen in before.items()],
            [AnnotationBefore.action, AnnotationBefore.value, AnnotationBefore.ids],
        )
    )
    newest = AnnotationAction.select(AnnotationAction.id).order_by(AnnotationAction.id.desc())
    connection.run(AnnotationAction.delete().where(AnnotationAction.id <= newest.limit(1).offset(KEPT)))
    return id_


def undo_action(connection: Connection) -> Action | None:
    """Restore what was there before the newest action; None when there is none. Inside a transaction."""
    return _toggle(connection, undo=True)


def redo_action(connection: Connection) -> Action | None:
    """Repeat the action that was undone last; None when there is none. Inside a transaction."""
    return _toggle(connection, undo=False)


def delete_note_actions(connection: Connection, ids: Collection[int]) -> None:
    """Delete the actions that hold the text of a note on one of these conversations: they were deleted."""
    gone = listed(as_list(ids))
    connection.run(AnnotationAction.delete().where(AnnotationAction.note_of.in_(gone)))
    shared = connection.run(
        AnnotationBefore.select(AnnotationBefore.action, AnnotationBefore.ids)
        .join(AnnotationAction)
        .where(AnnotationAction.field == Field.NOTE.column, AnnotationAction.note_of.is_null())
    ).fetchall()
    for action_id, packed in shared:
        each = json_each(unpack(connection, packed))
        held = Select([each], [each.c.value]).where(each.c.value.in_(gone))
        connection.run(AnnotationAction.delete().where(AnnotationAction.id == action_id, fn.EXISTS(held)))


def _toggle(connection: Connection, *, undo: bool) -> Action | None:
    order = AnnotationAction.id.desc() if undo else AnnotationAction.id
    found = connection.run(
        AnnotationAction.select(
            AnnotationAction.id,
            AnnotationAction.description,
            AnnotationAction.count,
            AnnotationAction.field,
            AnnotationAction.value,
        )
        .where(AnnotationAction.undone == (not undo))
        .order_by(order)
        .limit(1)
    ).fetchone()
    if found is None:
        return None
    id_, description, count, column, value = found
    before = connection.run(
        AnnotationBefore.select(AnnotationBefore.value, AnnotationBefore.ids)
        .where(AnnotationBefore.action == id_)
        .order_by(AnnotationBefore.id)
    ).fetchall()
    for old, packed in before:
        restored = msgspec.json.decode(old if undo else value, type=Value)
        write_field(connection, BY_COLUMN[column], restored, unpack(connection, packed))
    connection.run(AnnotationAction.update(undone=undo).where(AnnotationAction.id == id_))
    return Action(id_, description, count)


def _single_note(field: Field, before: Mapping[Value, Chosen]) -> int | None:
    """The conversation of an action on a single note."""
    (chosen, *others) = before.values()
    if field is not Field.NOTE or others or chosen.count > 1:
        return None
    return int(msgspec.json.decode(chosen.ids)[0])


def _encode(value: Value) -> str:
    return msgspec.json.encode(value).decode()
