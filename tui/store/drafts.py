"""Messages that are being written, one for each conversation, until they are sent or discarded."""

from __future__ import annotations

from tui.store.database import Connection, Database
from tui.store.erasure import note_erasure
from tui.store.id_lists import listed
from tui.store.models import Draft


def save_draft(connection: Connection, conversation_id: int, kind: str, text: str, now: int) -> None:
    """Keep what is being written ("reply" or "note"); an empty text discards it. Inside a transaction."""
    if text:
        row = {"conversation": conversation_id, "kind": kind, "text": text, "saved_at": now}
        connection.run(Draft.insert(row).on_conflict_replace())
    else:
        connection.run(Draft.delete().where(Draft.conversation == conversation_id))


def read_draft(database: Database, conversation_id: int) -> tuple[str, str] | None:
    """(kind, text) of what is being written to a conversation; None when nothing is."""
    rows = database.all(Draft.select(Draft.kind, Draft.text).where(Draft.conversation == conversation_id))
    return (rows[0][0], rows[0][1]) if rows else None


def read_saved_at(database: Database, conversation_id: int) -> int | None:
    """When (epoch seconds) what is being written to a conversation was saved; None when nothing is."""
    rows = database.all(Draft.select(Draft.saved_at).where(Draft.conversation == conversation_id))
    return int(rows[0][0]) if rows else None


def delete_drafts(connection: Connection, ids: str) -> bool:
    """Discard what is being written to these conversations (a JSON list), for good. Inside a transaction.

    Returns whether there was something."""
    deleted = connection.run(Draft.delete().where(Draft.conversation.in_(listed(ids)))).rowcount > 0
    if deleted:
        note_erasure(connection)
    return deleted
