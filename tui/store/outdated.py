"""Conversations that an older decoder stored, and the queries that cannot rely on them."""

from __future__ import annotations

from peewee import Expression, ModelSelect, fn

from tui.domain import Count
from tui.freshness import Interval
from tui.query import And, Choice, Flag, Node, Not, Or, Query, Text
from tui.records import DECODER_VERSION
from tui.store.database import Database
from tui.store.models import IS_PENDING, Conversation

COUNTED = 10_000
"""Conversations that are counted at most, so that a count takes a millisecond."""


def decoder_version_needed(query: Query) -> int:
    """The `DECODER_VERSION` from which on a stored conversation has all that the query asks for."""
    return 0 if query.expression is None else _needed(query.expression)


def _needed(node: Node) -> int:
    match node:
        case And() | Or():
            return max(map(_needed, node.operands))
        case Not():
            return _needed(node.operand)
        case Text(field="from") | Choice(field="channel" | "delivered") | Flag("is", "fin"):
            return 1
        case _:
            return 0


def count_outdated(database: Database, window: Interval, version: int) -> Count:
    """How many conversations of the window were stored by a decoder older than `version`, up to `COUNTED`."""
    found = (
        Conversation.select(Conversation.id)
        .where(_decoded_with_one_of(range(version)), Conversation.updated_at.between(*window))
        .limit(COUNTED + 1)
    )
    total = int(database.one(found.select_from(fn.count()))[0]) if version else 0
    return Count(min(total, COUNTED), exact=total <= COUNTED)


def count_all_outdated(database: Database) -> int:
    """How many conversations are to be read again, because an older decoder stored them."""
    found = Conversation.select(fn.count()).where(_decoded_with_one_of(range(DECODER_VERSION)))
    return int(database.one(found)[0])


def next_outdated(database: Database, limit: int) -> list[tuple[int, int]]:
    """(id, updated_at) of complete threads that an older decoder stored, newest first; last those that could
    not be read again before."""
    found: list[tuple[int, int]] = []
    for tried in (Conversation.thread_attempts == 0, Conversation.thread_attempts > 0):
        found += database.all(_outdated(tried, limit - len(found)))
    return found


def _outdated(condition: Expression, limit: int) -> ModelSelect[Conversation]:
    return (
        Conversation.select(Conversation.id, Conversation.updated_at)
        .where(_decoded_with_one_of(range(DECODER_VERSION)), condition, ~IS_PENDING)
        .order_by(Conversation.updated_at.desc())
        .limit(limit)
    )


def _decoded_with_one_of(versions: range) -> Expression:
    """Each version by itself, so that the index gives its conversations by time."""
    return Conversation.decoded_with.in_(versions) & Conversation.deleted_at.is_null()
