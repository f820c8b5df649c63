"""What changed in the store since the last check: only conversations active since then are read."""

from __future__ import annotations

from peewee import JOIN, OP, BigIntegerField, BooleanField, Expression, Insert, ModelDelete, ModelSelect, fn

from tui.domain import Changes
from tui.store.database import Database
from tui.store.ingest import DOCID_SHIFT
from tui.store.models import Base, Conversation

OVERLAP = 900
"""Seconds of activity time before the newest known that are looked at again: some arrive out of order."""
MOST_WAITING = 1000
# Peewee creates tables on the database that a model is bound to; these models are bound to none.
SCHEMA = (
    "CREATE TABLE temp.seen (id INTEGER NOT NULL PRIMARY KEY, docid INTEGER, closed INTEGER)",
    "CREATE TABLE temp.moved (id INTEGER NOT NULL PRIMARY KEY, docid INTEGER, closed INTEGER, was_closed)",
)


class Seen(Base):
    """How each conversation was at the last check; a temporary table, which no other connection sees."""

    id = BigIntegerField(primary_key=True)
    docid = BigIntegerField(null=True)
    closed = BooleanField(null=True)

    class Meta:
        schema = "temp"


class Moved(Base):
    """The conversations that were active since, and whether they were closed before (null: unknown then)."""

    id = BigIntegerField(primary_key=True)
    docid = BigIntegerField(null=True)
    closed = BooleanField(null=True)
    was_closed = BooleanField(null=True)

    class Meta:
        schema = "temp"


_IS_CLOSED = Conversation.state == "closed"


def fill_seen(newest: int | None = None) -> Insert:
    """Add the conversations that are missing in `Seen`, up to a docid."""
    known = Conversation.select(Conversation.id, Conversation.docid, _IS_CLOSED)
    if newest is not None:
        known = known.where(fn.coalesce(Conversation.docid, 0) <= newest)
    return Seen.insert_from(known, [Seen.id, Seen.docid, Seen.closed]).on_conflict_ignore()


def forget_removed() -> ModelDelete:
    """Take those out of `Seen` that are not stored any more."""
    return Seen.delete().where(Seen.id.not_in(Conversation.select(Conversation.id)))


def find_moved(edge: int) -> Insert:
    """Fill `Moved` with the conversations beyond a docid that `Seen` does not know as they are now."""
    moved = (
        Conversation.select(Conversation.id, Conversation.docid, _IS_CLOSED, Seen.closed)
        .join(Seen, JOIN.LEFT_OUTER, on=(Seen.id == Conversation.id))
        .where(Conversation.docid > edge, Expression(Seen.docid, OP.IS_NOT, Conversation.docid))
    )
    return Moved.insert_from(moved, [Moved.id, Moved.docid, Moved.closed, Moved.was_closed])


def waiting_since_before(second: int, limit: int) -> ModelSelect[Conversation]:
    """The conversations whose customer has been waiting since before `second`."""
    return (
        Conversation.select(Conversation.id)
        .where(Conversation.waiting_since < second, ~_IS_CLOSED, Conversation.docid.is_null(False))
        .limit(limit)
    )


class ChangeWatch:
    """Compares the conversations with how they were at the last check.

    The checks of one thread are compared with each other; the first one of a thread finds nothing changed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._edge = 0
        """Conversations with a larger docid are compared."""

    def check(self, now: int, waited: int) -> Changes:
        """What came in since the last check, and who has been waiting for more than `waited` seconds."""
        new, reopened = self._moved() if self._has_begun() else self._begin()
        waiting = len(self._database.all(waiting_since_before(now - waited, MOST_WAITING)))
        return Changes(new, reopened, waiting, waited)

    def _has_begun(self) -> bool:
        return bool(self._database.all("SELECT 1 FROM temp.sqlite_master WHERE name = 'moved'"))

    def _begin(self) -> tuple[int, int]:
        for statement in SCHEMA:
            self._database.all(statement)
        self._database.run(fill_seen())
        self._move_edge(Seen)
        return 0, 0

    def _moved(self) -> tuple[int, int]:
        """How many are new, and how many were reopened. One statement reads them all: nothing is missed."""
        known = self._count(Seen)
        self._database.run(Moved.delete())
        self._database.run(find_moved(self._edge))
        new, reopened = self._database.one(
            Moved.select(
                fn.count().filter(Moved.was_closed.is_null()),
                fn.count().filter(Moved.was_closed & ~Moved.closed),
            )
        )
        self._database.run(
            Seen.insert_from(
                Moved.select(Moved.id, Moved.docid, Moved.closed), [Seen.id, Seen.docid, Seen.closed]
            ).on_conflict_replace()
        )
        if self._count(Seen) != self._count(Conversation):
            self._database.run(forget_removed())
            self._database.run(fill_seen(self._edge))  # older ones that were fetched later
        self._move_edge(Moved)
        return (new, reopened) if known else (0, 0)  # filling an empty mirror is no news

    def _count(self, model: type[Base]) -> int:
        return int(self._database.one(model.select(fn.count()))[0])

    def _move_edge(self, model: type[Seen | Moved]) -> None:
        (newest,) = self._database.one(model.select(fn.max(model.docid)))
        if newest is not None:
            self._edge = max(self._edge, ((newest >> DOCID_SHIFT) - OVERLAP) << DOCID_SHIFT)
