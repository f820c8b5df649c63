"""Rows as the writes in the outbox will leave them.

SQL, because it is a part of reading rows: see `tui.store.rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tui.clock import from_epoch
from tui.domain import ConversationRow
from tui.store.database import Database
from tui.store.id_lists import as_list
from tui.store.models import Admin, Tag, Team
from tui.store.outbox import decode_write
from tui.writes import AddTag, Assign, Close, MarkRead, Open, RemoveTag, SetTitle, Snooze, Write, WriteState

LONGEST = 20_000
"""Characters of a stored write that is read here: longer ones are messages, which change nothing in a row."""
_OPEN = f"""
    SELECT e.id, e.conversation_id, e.state, iif(length(e.content) <= {LONGEST}, e.content, '')
    FROM json_each(?) wanted JOIN outbox_entry e ON e.conversation_id = wanted.value
    WHERE e.state IN ('waiting', 'sending', 'held', 'failed')
"""
"""The states literally, so that SQLite uses the partial index."""


def with_intended(database: Database, rows: Mapping[int, ConversationRow]) -> dict[int, ConversationRow]:
    """The rows with what is being sent taken as done, marked where something is not sent."""
    open_writes = sorted(database.all(_OPEN, (as_list(rows),)))
    changed = dict(rows)
    names = _Names(database)
    for _, id_, state, content in open_writes:
        if WriteState(state) in {WriteState.HELD, WriteState.FAILED}:
            changed[id_] = replace(changed[id_], unsent="undecided")
            continue
        row = changed[id_]
        if content:
            row = _after(decode_write(content), row, names)
        changed[id_] = replace(row, unsent=row.unsent or "going")
    return changed


def _after(write: Write, row: ConversationRow, names: _Names) -> ConversationRow:
    match write:
        case Close():
            return replace(row, state="closed", snoozed_until=None, waiting_since=None)
        case Open():
            return replace(row, state="open", snoozed_until=None)
        case Snooze(until=until):
            return replace(row, state="snoozed", snoozed_until=from_epoch(until))
        case Assign(to="team", id=id_):
            return replace(row, team=names.team(id_))
        case Assign(id=id_):
            return replace(row, assignee=names.teammate(id_))
        case AddTag(id=id_, new_name=name):
            tags = {*row.tags, names.tag(id_) if id_ else name}
            return replace(row, tags=tuple(sorted(tags)))
        case RemoveTag(id=id_):
            gone = names.tag(id_)
            return replace(row, tags=tuple(tag for tag in row.tags if tag != gone))
        case SetTitle(title=title):
            return replace(row, subject=title or row.subject)
        case MarkRead(read=read):
            return replace(row, read=read)
        case _:
            return row


class _Names:
    """The names of a workspace's people and tags, read when the first of a kind is asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[Any, dict[int, str]] = {}
        self.teammate: Callable[[int], str] = lambda id_: self._name(Admin, id_, f"Teammate {id_}")
        self.team: Callable[[int], str] = lambda id_: self._name(Team, id_, f"Team {id_}")
        self.tag: Callable[[int], str] = lambda id_: self._name(Tag, id_, f"Tag {id_}")

    def _name(self, model: Any, id_: int, unknown: str) -> str:
        if not id_:
            return ""
        if model not in self._known:
            self._known[model] = dict(self._database.all(model.select(model.id, model.name)))
        return self._known[model].get(id_) or unknown
