"""Counts over many conversations at once.

`ids` limits a statement to those conversations (None: all that are not deleted). Spans are closed.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from tui.freshness import Interval
from tui.store.database import Row
from tui.store.ingest import DOCID_SHIFT
from tui.store.search_index import NOTE_TYPES

Ids: TypeAlias = "array[int] | None"  # array is subscriptable from Python 3.12 on
Read = Callable[[str, Mapping[str, Any]], list[Row]]

WEEK = 7 * 86_400
QUARTER = 900
"""Seconds; every time zone's offset is a multiple of it."""

_SPANS = "SELECT (SELECT count(*) FROM conversation c WHERE {column} >= json_extract(s.value, '$[0]')"
_CUSTOMER = "('user', 'lead', 'contact')"
_NOTES = ", ".join(f"'{kind}'" for kind in sorted(NOTE_TYPES))
_REPLY = (
    f"p.part_id <> 0 AND p.author_kind = 'admin' AND p.type NOT IN ({_NOTES})"
    " AND (p.type = 'comment' OR p.text <> '' OR p.attachments <> '')"
)
"""What `tui.store.threads` shows as a message, by a teammate; a bot's `author_kind` is "bot"."""
# Both sides come from indexes alone: a test of the row itself would read every conversation.
_ALIVE = "c.id NOT IN (SELECT id FROM conversation WHERE docid IS NULL)"
_CHOSEN = "+c.id IN (SELECT value FROM json_each(:ids))"  # "+": a test of the rows found, not a way to them


class Stats:
    """Reads numbers through `read`: a database's `all`, or its `all_interruptible`, with which every method
    may raise `Superseded`."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def active(self, spans: Sequence[Interval], ids: Ids = None) -> list[int]:
        """For each span, how many conversations had their last activity in it."""
        edges = [(s.start << DOCID_SHIFT, ((s.end + 1) << DOCID_SHIFT) - 1) for s in spans]
        return self._count_spans("c.docid", edges, ids, "c.docid IS NOT NULL")

    def created(self, spans: Sequence[Interval], ids: Ids = None) -> list[int]:
        """For each span, how many conversations began in it."""
        return self._count_spans("c.created_at", spans, ids, _ALIVE)

    def pending(self, spans: Sequence[Interval]) -> list[int]:
        """For each span of activity time, how many threads are still to be fetched."""
        pending = "c.thread_updated_at < c.updated_at AND c.deleted_at IS NULL"
        return self._count_spans("c.updated_at", spans, None, pending)

    def created_quarters(self, window: Interval, ids: Ids = None) -> list[tuple[int, int]]:
        """(quarter of an hour, conversations that began in it); times `QUARTER` gives epoch seconds."""
        return self._all(
            f"SELECT c.created_at / {QUARTER}, count(*) FROM conversation c"
            f" WHERE c.created_at BETWEEN :low AND :high AND {_among(ids, _ALIVE)} GROUP BY 1",
            ids,
            low=window.start,
            high=window.end,
        )

    def open_now(self, ids: Ids = None) -> list[tuple[int | None, int | None, int]]:
        """(team id, assignee id, open conversations)."""
        return self._all(
            "SELECT nullif(c.team_id, 0), nullif(c.assignee_id, 0), count(*) FROM conversation c"
            f" WHERE c.state = 'open' AND {_among(ids, 'c.docid IS NOT NULL')} GROUP BY 1, 2",
            ids,
        )

    def waiting_since(self, ids: Ids = None) -> list[int]:
        """Since when each of the customers who wait now has been waiting."""
        rows = self._all(
            "SELECT c.waiting_since FROM conversation c WHERE c.waiting_since IS NOT NULL"
            f" AND c.state <> 'closed' AND {_among(ids, 'c.docid IS NOT NULL')}",
            ids,
        )
        return [since for (since,) in rows]

    def first_replies(self, window: Interval, ids: Ids = None) -> list[tuple[int | None, int]]:
        """For each conversation that a customer opened in `window`: (seconds to the first reply, whether
        its thread is still to be fetched).

        A reply is a teammate's message, not a note. Seconds are None without one. Left out are threads
        whose oldest parts Intercom no longer gives out: their first reply is not known.
        """
        return self._all(
            "SELECT max(0, (SELECT min(p.created_at) FROM part p"
            f" WHERE p.conversation_id = c.id AND {_REPLY}) - opening.created_at),"
            " c.thread_updated_at < c.updated_at"
            " FROM conversation c JOIN part opening ON opening.conversation_id = c.id"
            " AND opening.part_id = 0"
            f" WHERE c.created_at BETWEEN :low AND :high AND {_among(ids, 'c.docid IS NOT NULL')}"
            f" AND c.missing_parts = 0 AND opening.author_kind IN {_CUSTOMER}",
            ids,
            low=window.start,
            high=window.end,
        )

    def tags_by_week(self, end: int, weeks: int, ids: Ids = None) -> list[tuple[int, int, int]]:
        """(tag id, week, conversations that began in it and carry the tag); week 0 ends at `end`."""
        return self._all(
            f"SELECT t.tag_id, max(0, :end - c.created_at - 1) / {WEEK}, count(*)"
            " FROM conversation c JOIN conversation_tag t ON t.conversation_id = c.id"
            f" WHERE c.created_at BETWEEN :low AND :end AND {_among(ids, _ALIVE)} GROUP BY 1, 2",
            ids,
            low=end - weeks * WEEK,
            end=end,
        )

    def ratings(self, window: Interval, ids: Ids = None) -> list[tuple[int, int]]:
        """(rating, conversations last active in `window` that carry it), the lowest first."""
        return self._all(
            "SELECT c.rating, count(*) FROM conversation c WHERE c.docid >= :low AND c.docid < :high"
            f" AND c.rating IS NOT NULL AND {_among(ids, '1')} GROUP BY 1 ORDER BY 1",
            ids,
            low=window.start << DOCID_SHIFT,
            high=(window.end + 1) << DOCID_SHIFT,
        )

    def _count_spans(
        self, column: str, spans: Sequence[tuple[int, int]], ids: Ids, condition: str
    ) -> list[int]:
        rows = self._all(
            f"{_SPANS.format(column=column)} AND {column} <= json_extract(s.value, '$[1]')"
            f" AND {_among(ids, condition)}) FROM json_each(:spans) s ORDER BY s.key",
            ids,
            spans=json.dumps(list(spans)),
        )
        return [count for (count,) in rows]

    def _all(self, sql: str, ids: Ids, **parameters: Any) -> list[Row]:
        if ids is not None:
            parameters["ids"] = json.dumps(ids.tolist())
        return self._read(sql, parameters)


def _among(ids: Ids, otherwise: str) -> str:
    """The chosen conversations, which are alive; without a choice, those that fulfil `otherwise`."""
    return otherwise if ids is None else _CHOSEN
