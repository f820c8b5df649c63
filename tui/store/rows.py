"""Conversations as rows of a result list.

SQL, because it takes a quarter of the time of a Peewee query (measured: `tests/benchmarks/raw_sql.py`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from tui.clock import from_epoch
from tui.domain import NO_FLAGS, AnnotationFlags, ConversationRow, Person, Snippet, person_name
from tui.query import Text
from tui.store.database import Database
from tui.store.done import IS_DONE
from tui.store.highlight import make_snippet
from tui.store.intended import with_intended
from tui.store.search_index import attachment_names

CHUNK = 500
"""Ids per statement, well under SQLite's limit of parameters."""
URL = "https://app.{region}intercom.com/a/inbox/{app}/inbox/conversation/{id}"
_SELECT = f"""
    SELECT c.id, c.title, c.subject, c.customer_kind, c.customer_id, c.customer_name, c.customer_email,
        c.state, c.read, c.priority, coalesce(a.name, iif(c.assignee_id, 'Teammate ' || c.assignee_id, '')),
        coalesce(t.name, iif(c.team_id, 'Team ' || c.team_id, '')),
        (SELECT group_concat(name, char(10)) FROM (SELECT g.name FROM conversation_tag ct
            JOIN tag g ON g.id = ct.tag_id WHERE ct.conversation_id = c.id ORDER BY g.name)),
        c.created_at, c.updated_at, c.waiting_since, c.snoozed_until, c.message_count,
        c.thread_updated_at < c.updated_at - 1, c.sla_status,
        n.conversation_id, n.starred, {IS_DONE}, n.follow_up_at, n.note <> ''
    FROM conversation c LEFT JOIN admin a ON a.id = c.assignee_id LEFT JOIN team t ON t.id = c.team_id
        LEFT JOIN annotation n ON n.conversation_id = c.id
"""
_ORDER = "ORDER BY part_id = 0, created_at DESC, part_id DESC"
_EVERY_TEXT = f"""
    SELECT conversation_id, text FROM json_each(?) wanted JOIN part ON conversation_id = wanted.value
    WHERE text <> '' {_ORDER}
"""
_NEWEST_TEXT = f"""
    SELECT wanted.value, coalesce((SELECT text FROM part WHERE conversation_id = wanted.value AND text <> ''
        {_ORDER} LIMIT 1), '') FROM json_each(?) wanted
"""
_OTHER_TEXTS = """
    SELECT c.id, c.rating_remark, coalesce(p.attachments, '') FROM json_each(?) wanted
        JOIN conversation c ON c.id = wanted.value
        LEFT JOIN part p ON p.conversation_id = c.id AND p.attachments <> ''
"""


def person(kind: str, id_: str, name: str, email: str) -> Person:
    return Person(kind, id_, person_name(kind, name, email), email)


def _flags(starred: int, done: int, follow_up: int | None, has_note: int) -> AnnotationFlags:
    return AnnotationFlags(
        starred=bool(starred),
        done=bool(done),
        follow_up_at=None if follow_up is None else from_epoch(follow_up),
        has_note=bool(has_note),
    )


class Rows:
    """Reads rows by conversation id.

    Links into Intercom are made from `app` and `region`; "done for today" refers to `now` (epoch seconds).
    `intended`: rows are as the writes that are to be sent will leave them.
    """

    def __init__(
        self, database: Database, app: str, region: str, now: int, *, intended: bool = False
    ) -> None:
        self._database = database
        self._intended = intended
        self._app = quote(app, safe="")
        self.now = now
        self._region = "" if region in {"", "US"} else f"{region.lower()}."

    def read(
        self, ids: Sequence[int], terms: tuple[Text, ...] = (), *, deleted: bool = False
    ) -> list[ConversationRow]:
        """The rows in the order of `ids`; ids that are unknown (or deleted) are left out."""
        found: dict[int, ConversationRow] = {}
        alive = "" if deleted else " AND c.deleted_at IS NULL"
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            places = ", ".join("?" * len(chunk))
            rows = self._database.all(f"{_SELECT} WHERE c.id IN ({places}){alive}", (self.now, *chunk))
            texts = self._texts(chunk, every=bool(terms))
            snippets = {row[0]: make_snippet(texts.get(row[0], ()), terms) for row in rows}
            if terms:
                snippets |= self._other_matches([i for i, s in snippets.items() if not s.matches], terms)
            for row in rows:
                found[row[0]] = self._row(row, snippets[row[0]])
        if self._intended and found:
            found = with_intended(self._database, found)
        return [found[i] for i in ids if i in found]

    def _row(self, row: tuple[Any, ...], snippet: Snippet) -> ConversationRow:
        (id_, title, subject, kind, contact, name, email, state, read, priority, assignee, team, tags) = row[
            :13
        ]
        created, updated, waiting, snoozed, messages, pending, sla_status = row[13:20]
        return ConversationRow(
            id=id_,
            subject=title or subject,
            snippet=snippet,
            customer=person(kind, contact, name, email),
            state=state,
            read=bool(read),
            priority=priority,
            assignee=assignee,
            team=team,
            tags=tuple(tags.split("\n")) if tags else (),
            created_at=from_epoch(created),
            updated_at=from_epoch(updated),
            waiting_since=None if waiting is None or state == "closed" else from_epoch(waiting),
            snoozed_until=None if snoozed is None else from_epoch(snoozed),
            message_count=messages,
            thread_pending=bool(pending),
            url=URL.format(region=self._region, app=self._app, id=id_),
            sla_status=sla_status,
            annotation=NO_FLAGS if row[20] is None else _flags(*row[21:]),
        )

    def _other_matches(self, ids: Sequence[int], terms: tuple[Text, ...]) -> dict[int, Snippet]:
        """Snippets of what is found beside messages: the remark of a rating, the names of files."""
        rows = self._database.all(_OTHER_TEXTS, (json.dumps([*ids]),)) if ids else []
        found: dict[int, Snippet] = {}
        for id_, remark, attachments in rows:
            snippet = make_snippet([remark, " ".join(attachment_names(attachments))], terms)
            if snippet.matches:
                found.setdefault(id_, snippet)
        return found

    def _texts(self, ids: Sequence[int], *, every: bool) -> dict[int, list[str]]:
        """Messages by conversation, the newest first; without `every` only that one.

        One statement for all: each releases Python's global lock, and waits for it again beside a sync.
        """
        texts: dict[int, list[str]] = {}
        for id_, text in self._database.all(_EVERY_TEXT if every else _NEWEST_TEXT, (json.dumps([*ids]),)):
            texts.setdefault(id_, []).append(text)
        return texts
