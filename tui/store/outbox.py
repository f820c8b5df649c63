"""The outbox: writes that wait, are being sent, or have an outcome. Nothing is ever deleted from it.

Every function that takes a connection belongs inside a transaction of the caller.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from peewee import SQL, Expression, fn

from tui.clock import from_epoch
from tui.store.database import Connection, Database
from tui.store.drafts import delete_drafts
from tui.store.erasure import note_erasure
from tui.store.id_lists import as_list, listed
from tui.store.models import Conversation, ConversationTag, OutboxEntry, Part
from tui.store.search_index import NOTE_TYPES
from tui.writes import (
    AddTag,
    ChangeableFields,
    HeldReason,
    Note,
    QueuedWrite,
    RemoveTag,
    Reply,
    Seen,
    SetTitle,
    Write,
    WriteState,
    after,
)

_FIELDS = (
    OutboxEntry.id,
    OutboxEntry.batch,
    OutboxEntry.session,
    OutboxEntry.conversation_id,
    OutboxEntry.content,
    OutboxEntry.admin_id,
    OutboxEntry.composed_at,
    OutboxEntry.due_at,
    OutboxEntry.state,
    OutboxEntry.reason,
    OutboxEntry.error,
    OutboxEntry.attempts,
    OutboxEntry.seen,
    OutboxEntry.before,
    OutboxEntry.fingerprint,
    OutboxEntry.sending_at,
    OutboxEntry.ended_at,
    OutboxEntry.part_id,
    OutboxEntry.request_id,
    OutboxEntry.undoes,
)
IS_GOING = SQL("state IN ('waiting', 'sending')")
"""It ends by itself. Literal, so that SQLite uses the partial index."""
IS_OPEN = SQL("state IN ('waiting', 'sending', 'held', 'failed')")
"""It is going, or a person has to decide."""
_MESSAGE = (Part.text != "") | (Part.attachments != "") | Part.type.in_(["comment", *sorted(NOTE_TYPES)])


def add_writes(
    connection: Connection,
    writes: Iterable[tuple[int, Write, Seen, ChangeableFields]],
    *,
    session: str,
    admin_id: int,
    now: int,
    due_at: int,
    undoes: Sequence[int | None] | None = None,
) -> list[int]:
    """Add writes, one for each (conversation id, write, seen, before), as one batch. Returns their ids."""
    ids: list[int] = []
    for number, (conversation_id, write, seen, before) in enumerate(writes):
        cursor = connection.run(
            OutboxEntry.insert(
                batch=ids[0] if ids else 0,
                session=session,
                conversation_id=conversation_id,
                content=_encode(write),
                admin_id=admin_id,
                composed_at=now,
                due_at=due_at,
                state=WriteState.WAITING,
                reason="",
                error="",
                attempts=0,
                seen=_encode(seen),
                before=_encode(before),
                fingerprint="",
                request_id="",
                undoes=None if undoes is None else undoes[number],
            )
        )
        ids.append(int(cursor.lastrowid or 0))
    if ids:
        connection.run(OutboxEntry.update(batch=ids[0]).where(OutboxEntry.id == ids[0]))
    return ids


def read_writes(database: Database, ids: Iterable[int]) -> list[QueuedWrite]:
    """These writes, in the order of their ids; unknown ones are left out."""
    return _read(database, OutboxEntry.id.in_(listed(as_list(ids))))


def read_open(database: Database, conversation_ids: Iterable[int] | None = None) -> list[QueuedWrite]:
    """What is going or needs a person's decision, the oldest first; of all conversations, or of these."""
    if conversation_ids is None:
        return _read(database, IS_OPEN)
    return _read(database, IS_OPEN, OutboxEntry.conversation_id.in_(listed(as_list(conversation_ids))))


def read_all(database: Database, limit: int) -> list[QueuedWrite]:
    """The newest writes, whatever became of them, the newest first."""
    query = OutboxEntry.select(*_FIELDS).order_by(OutboxEntry.id.desc()).limit(limit)
    return [_queued(row) for row in database.all(query)]


def read_of(database: Database, conversation_id: int) -> list[QueuedWrite]:
    """Every write on a conversation, the oldest first."""
    return _read(database, OutboxEntry.conversation_id == conversation_id)


def read_batch(database: Database, batch: int) -> list[QueuedWrite]:
    return _read(database, OutboxEntry.batch == batch)


def newest_batch(database: Database, session: str, left: Collection[int] = ()) -> int | None:
    """The newest batch of a session that has something to take back, those in `left` not counted."""
    done = OutboxEntry.alias("done")
    rows = database.all(
        OutboxEntry.select(OutboxEntry.batch)
        .where(
            OutboxEntry.session == session,
            OutboxEntry.batch.not_in([*left]),
            OutboxEntry.undoes.is_null(),
            OutboxEntry.state != WriteState.CANCELLED,
            ~fn.EXISTS(done.select(SQL("1")).where(done.undoes == OutboxEntry.id)),
        )
        .order_by(OutboxEntry.batch.desc())
        .limit(1)
    )
    return int(rows[0][0]) if rows else None


def reversed_of(connection: Connection, batch: int) -> set[int]:
    """The writes of a batch whose opposite was put into the outbox."""
    mine = OutboxEntry.alias("mine")
    query = OutboxEntry.select(OutboxEntry.undoes).where(
        OutboxEntry.undoes.in_(mine.select(mine.id).where(mine.batch == batch))
    )
    return {id_ for (id_,) in connection.run(query)}


def count_open(database: Database) -> dict[WriteState, int]:
    """How many writes are in each of the states that are no end."""
    query = OutboxEntry.select(OutboxEntry.state, fn.count(SQL("1"))).where(IS_OPEN)
    return {WriteState(state): count for state, count in database.all(query.group_by(OutboxEntry.state))}


def count_going_batches(database: Database) -> tuple[int, int]:
    """Of the batches that are going: how many writes were sent, and how many there are, those taken back
    not counted."""
    going = OutboxEntry.alias("going")
    batches = going.select(going.batch).where(IS_GOING)
    ((sent, total),) = database.all(
        OutboxEntry.select(
            fn.coalesce(fn.sum(OutboxEntry.state == WriteState.SENT), 0), fn.count(SQL("1"))
        ).where(OutboxEntry.batch.in_(batches), OutboxEntry.state != WriteState.CANCELLED)
    )
    return int(sent), int(total)


def count_tags(database: Database, conversation_ids: Iterable[int]) -> dict[int, int]:
    """Of how many of these conversations each tag is one."""
    query = (
        ConversationTag.select(ConversationTag.tag, fn.count(SQL("1")))
        .where(ConversationTag.conversation.in_(listed(as_list(conversation_ids))))
        .group_by(ConversationTag.tag)
    )
    return dict(database.all(query))


def pending_among(connection: Connection, conversation_ids: Iterable[int]) -> set[int]:
    """Those of these conversations whose thread is still to be fetched."""
    query = Conversation.select(Conversation.id).where(
        Conversation.id.in_(listed(as_list(conversation_ids))),
        Conversation.thread_updated_at < Conversation.updated_at - 1,
    )
    return {id_ for (id_,) in connection.run(query)}


def next_due(database: Database) -> int | None:
    """When (epoch seconds) the next write may go, or one that was being sent must be looked after; None when
    nothing is going."""
    ((due,),) = database.all("SELECT min(due_at) FROM outbox_entry WHERE state IN ('waiting', 'sending')")
    return None if due is None else int(due)


def due_writes(database: Database, now: int) -> list[QueuedWrite]:
    """The writes to see to now: of each conversation the oldest that is going, if its time has come."""
    first = OutboxEntry.select(fn.min(OutboxEntry.id)).where(IS_GOING).group_by(OutboxEntry.conversation_id)
    return _read(database, OutboxEntry.id.in_(first), OutboxEntry.due_at <= now)


def change_write(connection: Connection, id_: int, *, among: Collection[WriteState], **columns: Any) -> bool:
    """Change a write that is in one of these states. Returns whether it was."""
    values = {
        name: _encode(value) if name in {"content", "seen"} else value for name, value in columns.items()
    }
    changed = connection.run(
        OutboxEntry.update(values).where(OutboxEntry.id == id_, OutboxEntry.state.in_([*among]))
    )
    return bool(changed.rowcount)


def hold_later(connection: Connection, entry: QueuedWrite, now: int, error: str) -> list[int]:
    """Hold the writes on the same conversation that were made after one that was not sent and wait for it."""
    later = (
        (OutboxEntry.conversation_id == entry.conversation_id)
        & (OutboxEntry.id > entry.id)
        & (OutboxEntry.state == WriteState.WAITING)
    )
    ids = [id_ for (id_,) in connection.run(OutboxEntry.select(OutboxEntry.id).where(later))]
    connection.run(
        OutboxEntry.update(
            state=WriteState.HELD, reason=HeldReason.EARLIER_WRITE, error=error, ended_at=now
        ).where(OutboxEntry.id.in_(ids))
    )
    return ids


def made_parts(database: Database, conversation_id: int) -> set[int]:
    """The parts of a conversation that were made by writes of the outbox, as far as known."""
    rows = database.all(
        OutboxEntry.select(OutboxEntry.part_id).where(
            OutboxEntry.conversation_id == conversation_id, OutboxEntry.part_id.is_null(False)
        )
    )
    return {part_id for (part_id,) in rows}


# --- what a write is composed on ---------------------------------------------------------------------


def read_seen(connection: Connection, conversation_ids: Sequence[int]) -> dict[int, Seen]:
    """How far these threads are stored; conversations that are not stored, or deleted, are left out."""
    found: dict[int, Seen] = {}
    alive = connection.run(
        Conversation.select(Conversation.id, Conversation.updated_at).where(
            Conversation.id.in_(listed(as_list(conversation_ids))), Conversation.deleted_at.is_null()
        )
    ).fetchall()
    for id_, updated_at in alive:
        mine = (Part.conversation == id_) & _MESSAGE
        newest = Part.select(fn.max(Part.created_at)).where(mine)
        rows = connection.run(
            Part.select(Part.part_id, Part.created_at).where(mine, Part.created_at == newest)
        ).fetchall()
        found[id_] = Seen(updated_at, rows[0][1] if rows else 0, tuple(part_id for part_id, _ in rows))
    return found


def read_before(
    connection: Connection, conversation_ids: Sequence[int], write: Write
) -> dict[int, ChangeableFields]:
    """What a write changes, as the writes that are still going will leave it."""
    tag = write.id if isinstance(write, AddTag | RemoveTag) else 0
    has_tag = fn.EXISTS(
        ConversationTag.select(SQL("1")).where(
            ConversationTag.conversation == Conversation.id, ConversationTag.tag == tag
        )
    )
    rows = connection.run(
        Conversation.select(
            Conversation.id,
            Conversation.state,
            Conversation.snoozed_until,
            Conversation.assignee,
            Conversation.team,
            Conversation.title,
            Conversation.read,
            has_tag,
        ).where(Conversation.id.in_(listed(as_list(conversation_ids))), Conversation.deleted_at.is_null())
    ).fetchall()
    found = {
        id_: ChangeableFields(state, snoozed, assignee, team, title, bool(read), bool(tagged))
        for id_, state, snoozed, assignee, team, title, read, tagged in rows
    }
    going = connection.run(
        OutboxEntry.select(OutboxEntry.conversation_id, OutboxEntry.content)
        .where(IS_GOING, OutboxEntry.conversation_id.in_(listed(as_list(found))))
        .order_by(OutboxEntry.id)
    ).fetchall()
    for id_, content in going:
        earlier = decode_write(content)
        found[id_] = after(found[id_], earlier)
        if isinstance(earlier, AddTag | RemoveTag) and earlier.id == tag:
            found[id_] = replace(found[id_], has_tag=isinstance(earlier, AddTag))
    return found


# --- erasing -----------------------------------------------------------------------------------------


def erase_texts(connection: Connection, conversation_ids: Sequence[int]) -> None:
    """Leave nothing of what was written to these conversations but that it was, by whom and when; what still
    waited is cancelled. Their drafts are deleted."""
    ids = as_list(conversation_ids)
    rows = connection.run(
        OutboxEntry.select(OutboxEntry.id, OutboxEntry.content).where(
            OutboxEntry.conversation_id.in_(listed(ids))
        )
    ).fetchall()
    for id_, content in rows:
        connection.run(
            OutboxEntry.update(
                content=_encode(without_text(decode_write(content))), before="{}", error=""
            ).where(OutboxEntry.id == id_)
        )
    connection.run(
        OutboxEntry.update(state=WriteState.CANCELLED, error="the conversation was deleted").where(
            OutboxEntry.conversation_id.in_(listed(ids)),
            OutboxEntry.state.in_([WriteState.WAITING, WriteState.HELD, WriteState.FAILED]),
        )
    )
    if delete_drafts(connection, ids) or rows:
        note_erasure(connection)


def without_text(write: Write) -> Write:
    """The write without anything that a person wrote."""
    match write:
        case Note() | Reply():
            return type(write)("")
        case SetTitle():
            return SetTitle("")
        case _:
            return write


def without_data(write: Write) -> Write:
    """The write without the content of its files."""
    if isinstance(write, Note | Reply) and write.files:
        files = tuple(msgspec.structs.replace(file, data=b"") for file in write.files)
        return msgspec.structs.replace(write, files=files)
    return write


def decode_write(content: str) -> Write:
    """A write as it is stored."""
    write: Write = msgspec.json.decode(content, type=Write)
    return write


# --- inside ------------------------------------------------------------------------------------------


def _read(database: Database, *conditions: Expression | SQL) -> list[QueuedWrite]:
    query = OutboxEntry.select(*_FIELDS).where(*conditions).order_by(OutboxEntry.id)
    return [_queued(row) for row in database.all(query)]


def _encode(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _queued(row: tuple[Any, ...]) -> QueuedWrite:
    (id_, batch, session, conversation, content, admin, composed, due, state, reason, error, attempts) = row[
        :12
    ]
    seen, before, fingerprint, sending, ended, part_id, request_id, undoes = row[12:]
    return QueuedWrite(
        id=id_,
        batch=batch,
        session=session,
        conversation_id=conversation,
        write=decode_write(content),
        admin_id=admin,
        composed_at=from_epoch(composed),
        due_at=from_epoch(due),
        state=WriteState(state),
        reason=HeldReason(reason) if reason else None,
        error=error,
        attempts=attempts,
        seen=msgspec.json.decode(seen, type=Seen),
        before=msgspec.json.decode(before, type=ChangeableFields),
        fingerprint=fingerprint,
        sending_at=None if sending is None else from_epoch(sending),
        ended_at=None if ended is None else from_epoch(ended),
        part_id=part_id,
        request_id=request_id,
        undoes=undoes,
    )
