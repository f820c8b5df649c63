"""Annotations: stars, "done for today", follow-ups and private notes, on any number of conversations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import peewee
from peewee import JOIN, OP, SQL, Expression, ModelSelect, Select, fn

from tui.clock import from_epoch
from tui.domain import AnnotationDetails, FollowUp, SharedNote
from tui.store.database import Connection, Database
from tui.store.done import IS_DONE, newest_customer_message
from tui.store.id_lists import as_list, json_each, listed
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

    def value_at(self, now: int) -> Any:
        """What it is worth at `now`, on `_ANNOTATION`: what was done and is not any more is not done."""
        if self is Field.DONE_UNTIL:
            return fn.iif(SQL(IS_DONE, (now,)), _ANNOTATION.done_until, None)
        return fn.coalesce(getattr(_ANNOTATION, self.column), self.blank)


BY_COLUMN: Mapping[str, Field] = {field.column: field for field in Field}


_CONVERSATION, _ANNOTATION = Conversation.alias("c"), Annotation.alias("n")
"""By the names that the SQL of `tui.store.done` knows."""


@dataclass(frozen=True, slots=True)
class Change:
    """Conversations of which an action sets a field that has the same value."""

    field: Field
    before: Value
    after: Value
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
    annotation, is_done = _ANNOTATION, SQL(IS_DONE, (now,))
    rows = database.all(
        annotation.select(
            annotation.conversation,
            annotation.starred,
            Field.DONE_UNTIL.value_at(now),
            annotation.follow_up_at,
            annotation.note,
        ).where(
            annotation.conversation.in_(listed(as_list(ids))),
            annotation.starred | is_done | annotation.follow_up_at.is_null(False) | (annotation.note != ""),
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


def all_have(database: Database, field: Field, ids: Iterable[int], now: int) -> bool:
    """Whether all of these conversations that are stored have a value at `now` that is not blank."""
    others = _stored(as_list(ids), _CONVERSATION.id).where(_is(field.value_at(now), field.blank))
    return not database.all(others.limit(1))


def any_is_due(database: Database, ids: Iterable[int], now: int) -> bool:
    """Whether the time of a follow-up of one of these conversations has come."""
    due = _stored(as_list(ids), _CONVERSATION.id).where(_ANNOTATION.follow_up_at <= now)
    return bool(database.all(due.limit(1)))


def read_shared_note(database: Database, ids: Iterable[int]) -> SharedNote:
    """The note on these conversations, those that are not stored left out."""
    notes = _stored(as_list(ids), fn.coalesce(_ANNOTATION.note, "").alias("note"))
    note = notes.c.note
    different, text, count = database.one(
        Select([notes], [fn.count(note.distinct()), fn.max(note), fn.count(fn.nullif(note, ""))])
    )
    return SharedNote(None if different > 1 else text or "", count)


def read_changes(connection: Connection, field: Field, value: Value, ids: str, now: int) -> list[Change]:
    """What setting a field would change: of a JSON list, what is stored and has another value."""
    differing = _stored(ids, _CONVERSATION.id, field.value_at(now).alias("before")).where(
        Expression(field.value_at(now), OP.IS_NOT, value)
    )
    return _by_value(connection, field, value, differing)


def read_due(connection: Connection, ids: str, now: int) -> list[Change]:
    """What clearing the follow-ups of a JSON list of conversations whose time has come would change."""
    due = _stored(ids, _CONVERSATION.id, _ANNOTATION.follow_up_at.alias("before")).where(
        _ANNOTATION.follow_up_at <= now
    )
    return _by_value(connection, Field.FOLLOW_UP_AT, None, due)


def _by_value(
    connection: Connection, field: Field, value: Value, differing: ModelSelect[Conversation]
) -> list[Change]:
    rows = connection.run(
        Select(
            [differing],
            [differing.c.before, fn.count(differing.c.id), fn.json_group_array(differing.c.id)],
        ).group_by(differing.c.before)
    )
    return [Change(field, before, value, count, alike) for before, count, alike in rows]


def read_with_value(
    connection: Connection, field: Field, value: Value, ids: str, now: int
) -> tuple[int, str]:
    """The stored conversations of a JSON list whose field has this value: how many, and a JSON list."""
    return _gather(connection, _stored(ids, _CONVERSATION.id).where(_is(field.value_at(now), value)))


def read_otherwise(connection: Connection, field: Field, values: Iterable[Value], ids: str, now: int) -> str:
    """The stored conversations of a JSON list whose field has none of these values, as such a list."""
    others = _stored(ids, _CONVERSATION.id)
    for value in values:
        others = others.where(Expression(field.value_at(now), OP.IS_NOT, value))
    return _gather(connection, others)[1]


def _gather(connection: Connection, found: ModelSelect[Conversation]) -> tuple[int, str]:
    count, ids = connection.run(
        Select([found], [fn.count(found.c.id), fn.json_group_array(found.c.id)])
    ).fetchone()
    return count, ids


def _is(left: Any, value: Value) -> Expression:
    return Expression(left, OP.IS, value)


def count_distinct(connection: Connection, lists: Iterable[str]) -> int:
    """How many different ids there are in JSON lists."""
    each = json_each(f"[{','.join(filter(None, (ids[1:-1] for ids in lists)))}]")
    ((count,),) = connection.run(Select([each], [fn.count(each.c.value.distinct())]))
    return int(count)


def write_field(connection: Connection, field: Field, value: Value, ids: str) -> None:
    """Set a field on all conversations of a JSON list that are stored and not deleted.

    What is set as done is done as of now: until another message of the customer is stored.
    """
    if value != field.blank:
        columns = [field.peewee]
        values: list[peewee.Value | SQL] = [peewee.Value(value)]
        if field is Field.DONE_UNTIL:
            columns.append(Annotation.done_at_message)
            values.append(SQL(newest_customer_message("c.id")))
        connection.run(
            Annotation.insert_from(
                _stored(ids, _CONVERSATION.id, *values), [Annotation.conversation, *columns]
            ).on_conflict(conflict_target=[Annotation.conversation], preserve=columns)
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
    return connection.run(_stored(as_list(ids), _CONVERSATION.id).limit(1)).fetchone() is not None


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


def next_due(database: Database) -> datetime | None:
    """When the next follow-up is to be announced, which may be past; None if none is set."""
    (at,) = database.one(
        Annotation.select(fn.min(Annotation.follow_up_at)).where(
            Annotation.follow_up_at.is_null(False) & _IS_UNANNOUNCED
        )
    )
    return None if at is None else from_epoch(at)


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
        _CONVERSATION.select(*columns)
        .join(_ANNOTATION, JOIN.LEFT_OUTER, on=(_ANNOTATION.conversation == _CONVERSATION.id))
        .where(_CONVERSATION.id.in_(listed(ids)), _CONVERSATION.deleted_at.is_null())
    )
