"""One conversation with its whole thread; events are described in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from tui.clock import from_epoch
from tui.domain import NO_ANNOTATION, Attachment, PartKind, Thread, ThreadPart
from tui.plausible import UNKNOWN, plausible_rating, plausible_size, plausible_time
from tui.store.annotations import read_annotations
from tui.store.database import Database
from tui.store.models import Admin, Conversation, Part, Team
from tui.store.rows import Rows, person
from tui.store.search_index import NOTE_TYPES
from tui.text import one_line

_EVENT_WORDS = {
    "assignment": "assigned",
    "away_mode_assignment": "assigned (away mode)",
    "assign_and_unsnooze": "assigned and unsnoozed",
    "assign_and_reopen": "assigned and reopened",
    "close": "closed the conversation",
    "open": "reopened the conversation",
    "note_and_reopen": "reopened the conversation",
    "snoozed": "snoozed the conversation",
    "unsnoozed": "unsnoozed the conversation",
    "timer_unsnooze": "unsnoozed by its timer",
    "participant_added": "added a participant",
    "participant_removed": "removed a participant",
    "conversation_rating_changed": "rated the conversation",
    "conversation_rating_remark_added": "added a remark to the rating",
    "merged_primary_conversation": "merged another conversation into this one",
    "conversation_tags_updated": "changed the tags",
    "priority_changed": "changed the priority",
}

_is_id = re.compile("[0-9]{1,19}").fullmatch


def read_thread(database: Database, rows: Rows, conversation_id: int) -> Thread | None:
    """The stored thread; None when the conversation is unknown."""
    found = rows.read((conversation_id,), deleted=True)
    if not found:
        return None
    row = database.one(
        Conversation.select(
            Conversation.company,
            Conversation.title,
            Conversation.custom_attributes,
            Conversation.rating,
            Conversation.rating_remark,
            Conversation.sla_name,
            Conversation.sla_status,
            Conversation.missing_parts,
            Conversation.deleted_at,
            Conversation.channel,
            Conversation.delivered_as,
            Conversation.recipients,
            Conversation.ai_agent,
        ).where(Conversation.id == conversation_id)
    )
    company, title, attributes, rating, remark, sla_name, sla_status, missing, deleted = row[:9]
    channel, delivered_as, recipients, ai_agent = row[9:]
    names = {
        (kind, id_): name
        for kind, model in (("admin", Admin), ("team", Team))
        for id_, name in database.all(model.select(model.id, model.name))
    }
    parts = database.all(
        Part.select(
            Part.part_id,
            Part.source_id,
            Part.type,
            Part.author_kind,
            Part.author_id,
            Part.author_name,
            Part.author_email,
            Part.created_at,
            Part.text,
            Part.event,
            Part.attachments,
            Part.redacted,
            Part.truncated,
        )
        .where(Part.conversation == conversation_id)
        .order_by(Part.part_id != 0, Part.created_at, Part.part_id)
    )
    return Thread(
        conversation=found[0],
        parts=tuple(_part(row, names) for row in parts),
        title=title,
        custom_attributes=msgspec.json.decode(attributes) if attributes else {},
        company=company,
        rating=plausible_rating(rating),
        rating_remark=remark,
        sla_name=sla_name,
        sla_status=sla_status,
        missing_parts=missing,
        deleted_at=None if deleted is None else from_epoch(deleted),
        annotation=read_annotations(database, (conversation_id,), rows.now).get(
            conversation_id, NO_ANNOTATION
        ),
        channel=channel,
        delivered_as=delivered_as,
        recipients=tuple(recipients.splitlines()),
        ai_agent=ai_agent,
    )


def read_fetched_at(database: Database, conversation_id: int) -> int:
    """When (epoch seconds, the server's time) the stored thread was asked for; 0 when that is not known."""
    rows = database.all(
        Conversation.select(Conversation.fetched_at).where(Conversation.id == conversation_id)
    )
    return int(rows[0][0]) if rows else 0


def _part(row: tuple[Any, ...], names: Mapping[tuple[str, int], str]) -> ThreadPart:
    (part_id, source_id, type_, kind, author_id, name, email, created, text, event, attachments) = row[:11]
    redacted, truncated = row[11:]
    name = name or _name_of(kind, author_id, names)
    files = tuple(map(_file, msgspec.json.decode(attachments, type=list[Attachment]) if attachments else ()))
    if type_ in NOTE_TYPES and (text or files):
        part_kind = PartKind.NOTE
    elif text or files or type_ in {"source", "comment"}:
        part_kind = PartKind.MESSAGE
    else:
        part_kind = PartKind.EVENT
        text = _describe(type_, msgspec.json.decode(event) if event else {}, names, created)
    return ThreadPart(
        id=source_id if part_id == 0 and source_id is not None else part_id,
        type=type_,
        kind=part_kind,
        author=person(kind, author_id, name, email),
        created_at=from_epoch(created),
        text=text,
        attachments=files,
        redacted=bool(redacted),
        truncated=bool(truncated),
    )


def _file(stored: Attachment) -> Attachment:
    """Older versions stored any number as the size."""
    size = plausible_size(stored.size)
    return stored if size == stored.size else replace(stored, size=size)


def _name_of(kind: str, id_: str, names: Mapping[tuple[str, int], str]) -> str:
    """The name of a teammate or a team; empty when it is not known, and for any other kind or id."""
    return names.get((kind, int(id_)), "") if _is_id(id_) else ""


def _describe(type_: str, event: dict[str, Any], names: Mapping[tuple[str, int], str], at: int) -> str:
    """What happened at epoch second `at`."""
    words = _EVENT_WORDS.get(type_, type_.replace("_", " "))
    assigned = event.get("assigned_to")
    if isinstance(assigned, dict):
        kind, id_ = str(assigned.get("type", "")), str(assigned.get("id") or "")
        if kind.startswith("nobody"):
            return f"{words} to nobody" if "assign" in words else words
        if named := _name_of(kind, id_, names) or one_line(f"{kind} {id_}" if id_ else ""):
            return f"{words} to {named}"
    until = event.get("snoozed_until")
    if type_ == "snoozed" and isinstance(until, int):
        seconds = plausible_time(until) or 0
        when = f"{from_epoch(seconds):%Y-%m-%d %H:%M} UTC" if seconds >= at else UNKNOWN
        return f"{words} until {when}"
    return words
