"""What a comparison with Intercom reads of the stored conversations, and how it takes a claim back."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from peewee import SQL

from tui.freshness import Interval
from tui.store.coverage import change_coverage
from tui.store.database import Connection, Database
from tui.store.id_lists import as_list, listed
from tui.store.ingest import make_pending, move_in_time
from tui.store.models import IS_PENDING, Conversation, PurgedConversation


class StoredConversation(NamedTuple):
    """How far a conversation is known here."""

    updated_at: int
    has_thread: bool
    """Whether the thread is as new as the conversation."""


class StoredTimes:
    """The activity times (epoch seconds) of the conversations of a range, as they were when this was made:
    those that are stored, and those that were purged."""

    def __init__(self, database: Database, window: Interval) -> None:
        purged = PurgedConversation.select(PurgedConversation.id)
        alive = Conversation.select(Conversation.updated_at, Conversation.id).where(
            Conversation.deleted_at.is_null(),
            Conversation.updated_at.between(*window),
            Conversation.id.not_in(purged),
        )
        known = PurgedConversation.select(PurgedConversation.updated_at, PurgedConversation.id)
        rows = database.all(
            (alive | known.where(PurgedConversation.updated_at.between(*window))).order_by(SQL("updated_at"))
        )
        self.purged = frozenset(i for (i,) in database.all(purged))
        """Conversations that the user had deleted here: they count as known, wherever Intercom lists them."""
        self._times = array("q", (updated_at for updated_at, _ in rows))
        self._ids = array("q", (i for _, i in rows))

    def count(self, window: Interval) -> int:
        first, end = self._places(window)
        return end - first

    def by_id(self, window: Interval) -> dict[int, int]:
        """The times in `window`, by conversation id."""
        first, end = self._places(window)
        return dict(zip(self._ids[first:end], self._times[first:end], strict=True))

    def _places(self, window: Interval) -> tuple[int, int]:
        return bisect_left(self._times, window.start), bisect_right(self._times, window.end)


def read_stored(database: Database, ids: Iterable[int]) -> dict[int, StoredConversation]:
    """Those of the conversations that are stored and not deleted."""
    rows = database.all(
        Conversation.select(Conversation.id, Conversation.updated_at, ~IS_PENDING).where(
            Conversation.deleted_at.is_null(), Conversation.id.in_(listed(as_list(ids)))
        )
    )
    return {i: StoredConversation(updated_at, bool(has_thread)) for i, updated_at, has_thread in rows}


def take_back(
    connection: Connection, spans: Iterable[Interval], ids: Iterable[int], too_new: Iterable[tuple[int, int]]
) -> None:
    """Claim no longer that `spans` are covered and that the threads of `ids` are complete.

    `too_new` are the conversations (id, Intercom's `updated_at`) that are stored with a later time than
    Intercom has: an answer with an earlier one would look outdated, so theirs is set back.
    """
    change_coverage(connection, remove=spans)
    make_pending(connection, ids)
    for conversation_id, updated_at in too_new:
        move_in_time(connection, conversation_id, updated_at)
