"""Counts over many conversations at once.

`ids`, a JSON list, limits a statement to those conversations (None: all that are not deleted). Spans are
closed. No statement returns a row for every conversation: see `tui.store.id_lists`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from peewee import SQL, BaseQuery, ColumnBase, NodeList, Select, Value, fn

from tui.freshness import Interval
from tui.store.database import Database, Row
from tui.store.durations import Durations, read_summary, summary_of
from tui.store.id_lists import json_each, listed
from tui.store.ingest import DOCID_SHIFT
from tui.store.models import IS_PENDING, Conversation, ConversationTag, Part
from tui.store.search_index import NOTE_TYPES

Read = Callable[[BaseQuery], list[Row]]

WEEK = 7 * 86_400
QUARTER = 900
"""Seconds; every time zone's offset is a multiple of it."""

_CUSTOMER = ("user", "lead", "contact")
_IS_REPLY = (
    (Part.part_id != 0)
    & (Part.author_kind == "admin")
    & Part.type.not_in(sorted(NOTE_TYPES))
    & ((Part.type == "comment") | (Part.text != "") | (Part.attachments != ""))
)
"""A teammate's message, by the rules of `tui.store.threads`; a bot's `author_kind` is "bot"."""
# Both sides come from indexes alone: a test of the row itself would read every conversation.
_deleted = Conversation.alias()
_IS_ALIVE = Conversation.id.not_in(_deleted.select(_deleted.id).where(_deleted.docid.is_null()))
_IS_INDEXED = Conversation.docid.is_null(False)


def count_conversations(database: Database) -> int:
    """How many conversations are stored, deleted ones not counted."""
    return int(database.one(Conversation.select(fn.count()).where(_IS_INDEXED))[0])


class Stats:
    """Reads numbers through `read`: a database's `all`, or its `all_interruptible`, with which every method
    may raise `Superseded`."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def active(self, spans: Sequence[Interval], ids: str | None = None) -> list[int]:
        """For each span, how many conversations had their last activity in it."""
        edges = [(s.start << DOCID_SHIFT, ((s.end + 1) << DOCID_SHIFT) - 1) for s in spans]
        return self._count_spans(Conversation.docid, edges, _among(ids, _IS_INDEXED))

    def created(self, spans: Sequence[Interval], ids: str | None = None) -> list[int]:
        """For each span, how many conversations began in it."""
        return self._count_spans(Conversation.created_at, spans, _among(ids, _IS_ALIVE))

    def pending(self, spans: Sequence[Interval]) -> list[int]:
        """For each span of activity time, how many threads are still to be fetched."""
        return self._count_spans(Conversation.updated_at, spans, IS_PENDING)

    def created_quarters(self, window: Interval, ids: str | None = None) -> list[tuple[int, int]]:
        """(quarter of an hour, conversations that began in it); times `QUARTER` gives epoch seconds."""
        quarter = (Conversation.created_at / QUARTER).alias("quarter")
        return self._read(
            Conversation.select(quarter, fn.count())
            .where(Conversation.created_at.between(*window), _among(ids, _IS_ALIVE))
            .group_by(quarter)
        )

    def open_now(self, ids: str | None = None) -> list[tuple[int | None, int | None, int]]:
        """(team id, assignee id, open conversations)."""
        team = fn.nullif(Conversation.team, 0).alias("team")
        assignee = fn.nullif(Conversation.assignee, 0).alias("assignee")
        return self._read(
            Conversation.select(team, assignee, fn.count())
            .where(Conversation.state == "open", _among(ids, _IS_INDEXED))
            .group_by(team, assignee)
        )

    def waiting(self, now: int, edges: Sequence[int], ids: str | None = None) -> Durations:
        """For how long the customers who wait at `now` have been waiting."""
        waiting = Conversation.select(
            (now - Conversation.waiting_since).alias("seconds"), Value(0).alias("pending")
        ).where(
            Conversation.waiting_since.is_null(False),
            Conversation.state != "closed",
            _among(ids, _IS_INDEXED),
        )
        return self._sum_up(waiting, edges)

    def first_replies(self, window: Interval, edges: Sequence[int], ids: str | None = None) -> Durations:
        """For the conversations that a customer opened in `window`: the time to the first reply. It is
        missing without one, unless the thread is still to be fetched.

        A reply is a teammate's message, not a note. Left out are threads whose oldest parts Intercom no
        longer gives out: their first reply is not known.
        """
        opening = Part.alias()
        seconds = Part.select(fn.max(0, fn.min(Part.created_at) - opening.created_at)).where(
            Part.conversation == Conversation.id, _IS_REPLY
        )
        pending = Conversation.thread_updated_at < Conversation.updated_at
        replies = (
            Conversation.select(seconds.alias("seconds"), pending.alias("pending"))
            .join(opening, on=((opening.conversation == Conversation.id) & (opening.part_id == 0)))
            .where(
                Conversation.created_at.between(*window),
                _among(ids, _IS_INDEXED),
                Conversation.missing_parts == 0,
                opening.author_kind.in_(_CUSTOMER),
            )
        )
        return self._sum_up(replies, edges)

    def tags_by_week(self, end: int, weeks: int, ids: str | None = None) -> list[tuple[int, int, int]]:
        """(tag id, week, conversations that began in it and carry the tag); week 0 ends at `end`."""
        week = (fn.max(0, end - Conversation.created_at - 1) / WEEK).alias("week")
        return self._read(
            Conversation.select(ConversationTag.tag, week, fn.count())
            .join(ConversationTag)
            .where(Conversation.created_at.between(end - weeks * WEEK, end), _among(ids, _IS_ALIVE))
            .group_by(ConversationTag.tag, week)
        )

    def ratings(self, window: Interval, ids: str | None = None) -> list[tuple[int, int]]:
        """(rating, conversations last active in `window` that carry it), the lowest first."""
        return self._read(
            Conversation.select(Conversation.rating, fn.count())
            .where(
                Conversation.docid >= window.start << DOCID_SHIFT,
                Conversation.docid < (window.end + 1) << DOCID_SHIFT,
                Conversation.rating.is_null(False),
                _among(ids),
            )
            .group_by(Conversation.rating)
            .order_by(Conversation.rating)
        )

    def _sum_up(self, durations: Select, edges: Sequence[int]) -> Durations:
        (row,) = self._read(summary_of(durations, edges))
        return read_summary(row)

    def _count_spans(self, column: ColumnBase, spans: Sequence[tuple[int, int]], condition: Any) -> list[int]:
        span = json_each(json.dumps(list(spans)))
        start, end = (fn.json_extract(span.c.value, f"$[{edge}]") for edge in (0, 1))
        count = Conversation.select(fn.count()).where(column >= start, column <= end, condition)
        rows = self._read(Select([span], [count]).order_by(span.c.key))
        return [count for (count,) in rows]


def _among(ids: str | None, otherwise: Any = True) -> Any:
    """The chosen conversations, which are alive; without a choice, those that fulfil `otherwise`."""
    if ids is None:
        return otherwise
    # The "+" makes it a test of the rows that are found, not the way to find them.
    return NodeList((SQL("+"), Conversation.id, SQL("IN"), listed(ids)))
