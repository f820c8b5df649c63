"""Annotations: stars, "done for today", follow-ups and private notes, on any number of conversations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import peewee
from peewee import JOIN, OP, Expression, ModelSelect, Select, fn

from tui.clock import from_epoch
from tui.domain import AnnotationDetails, FollowUp, SharedNote
from tui.store.database import Connection, Database
from tui.store.id_lists import as_list, listed
from tui.store.models import Annotation, Conversation, Skip

Value = int | str | None
"""Of a field: 0 or 1, epoch seconds or None, a text."""


class Field(Enum):
    """What an action can set: the column, and its value when there is no annotation."""

    STARRED = ("starred", 0)
    DONE_UNTIL = ("done_until", None)
    FOLLOW_UP_AT = ("follow_up_at", None)
    NOTE = ("note", "")

    def __init__(self, column: str, blank: Value) -> None:
        self.column = column
        self.blank = blank

    @property
    def peewee(self) -> Any:
        """The field of the model `Annotation`."""
        return getattr(Annotation, self.column)


BY_COLUMN: Mapping[str, Field] = {field.column: field for field in Field}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The conversations of an action that had the same value before it."""

    count: int
    ids: str
    """A JSON list."""


# That a follow-up was announced is kept when it is cleared: undoing that must not announce it again.
_IS_EMPTY = (
    ~Annotation.starred
    & Annotation.done_until.is_null()
    & Annotation.follow_up_at.is_null()
    & (Annotation.note == "")
    & Annotation.announced_at.is_null()
)
_IS_UNANNOUNCED = Annotation.announced_at.is_null() | (Annotation.announced_at < Annotation.follow_up_at)


def read_annotations(database: Database, ids: Iterable[int], now: int) -> dict[int, AnnotationDetails]:
    """The annotations of these conversations at `now` (epoch seconds) by id, where there are any."""
    done = fn.iif(Annotation.done_until > now, Annotation.done_until, None)
    rows = database.all(
        Annotation.select(
            Annotation.conversation, Annotation.starred, done, Annotation.follow_up_at, Annotation.note
        ).where(
            Annotation.conversation.in_(listed(as_list(ids))),
            Annotation.starred
            | (Annotation.done_until > now)
            | Annotation.follow_up_at.is_null(False)
            | (Annotation.note != ""),
        )
    )
    return {
        id_: AnnotationDetails(
            starred=bool(starred),
            done_until=None if done is None else from_epoch(done),
            follow_up_at=None if follow_up is None else from_epoch(follow_up),
            note=note,
        )
        for id_, starred, done, follow_up, note in rows
    }


def all_above(database: Database, field: Field, bound: int, ids: Iterable[int]) -> bool:
    """Whether the field is more than `bound` on all of these conversations that are stored."""
    others = _stored(as_list(ids), Conversation.id).where(fn.coalesce(field.peewee, 0) <= bound)
    return not database.all(others.limit(1))


def read_shared_note(database: Database, ids: Iterable[int]) -> SharedNote:
    """The note on these conversations, those that are not stored left out."""
    notes = _stored(as_list(ids), fn.coalesce(Annotation.note, "").alias("note"))
    note = notes.c.note
    different, text, count = database.one(
        Select([notes], [fn.count(note.distinct()), fn.max(note), fn.count(fn.nullif(note, ""))])
    )
    return SharedNote(None if different > 1 else text or "", count)


def read_differing(connection: Connection, field: Field, value: Value, ids: str) -> dict[Value, Chosen]:
    """The stored conversations of a JSON list whose `field` is not `value`, by what it is."""
    before = fn.coalesce(field.peewee, field.blank)
    differing = _stored(ids, Conversation.id, before.alias("before")).where(
        Expression(before, OP.IS_NOT, value)
    )
    rows = connection.run(
        Select(
            [differing],
            [differing.c.before, fn.count(differing.c.id), fn.json_group_array(differing.c.id)],
        ).group_by(differing.c.before)
    )
    return {old: Chosen(count, alike) for old, count, alike in rows}


def write_field(connection: Connection, field: Field, value: Value, ids: str) -> None:
    """Set a field on all conversations of a JSON list that are stored and not deleted."""
    if value != field.blank:
        connection.run(
            Annotation.insert_from(
                _stored(ids, Conversation.id, peewee.Value(value)), [Annotation.conversation, field.peewee]
            ).on_conflict(conflict_target=[Annotation.conversation], preserve=[field.peewee])
        )
        return
    among = Annotation.conversation.in_(listed(ids))
    connection.run(Annotation.update({field.peewee: value}).where(among))
    connection.run(Annotation.delete().where(among, _IS_EMPTY))


def delete_expired(connection: Connection, now: int) -> None:
    """Delete what was done until a midnight that has passed."""
    connection.run(Annotation.update(done_until=None).where(Annotation.done_until <= now))
    connection.run(Annotation.delete().where(_IS_EMPTY))


def are_stored(connection: Connection, ids: Iterable[int]) -> bool:
    """Whether any of these conversations is known and not deleted."""
    return connection.run(_stored(as_list(ids), Conversation.id).limit(1)).fetchone() is not None


def take_due(database: Database, now: int) -> list[FollowUp]:
    """The follow-ups whose time has come and that were never announced, oldest first; now they are."""
    due = (Annotation.follow_up_at <= now) & _IS_UNANNOUNCED
    found = (
        Annotation.select(Annotation.conversation, Annotation.follow_up_at)
        .where(due)
        .order_by(Annotation.follow_up_at, Annotation.conversation)
    )
    if not database.all(found.limit(1)):
        return []
    with database.user_transaction() as connection:
        rows = connection.run(found).fetchall()
        connection.run(Annotation.update(announced_at=Annotation.follow_up_at).where(due))
    return [FollowUp(id_, from_epoch(at)) for id_, at in rows]


def delete_annotations(connection: Connection, ids: Collection[int]) -> None:
    """Delete the annotations and skips of conversations that were deleted."""
    gone = listed(as_list(ids))
    connection.run(Annotation.delete().where(Annotation.conversation.in_(gone)))
    connection.run(Skip.delete().where(Skip.conversation.in_(gone)))


def add_skip(connection: Connection, conversation_id: int, reason: str, skipped_at: int) -> None:
    """Store that a conversation was passed over."""
    connection.run(Skip.insert(conversation=conversation_id, skipped_at=skipped_at, reason=reason))


def _stored(ids: str, *columns: Any) -> ModelSelect[Conversation]:
    """Of the stored conversations of a JSON list, joined with their annotations."""
    return (
        Conversation.select(*columns)
        .join(Annotation, JOIN.LEFT_OUTER)
        .where(Conversation.id.in_(listed(ids)), Conversation.deleted_at.is_null())
    )
