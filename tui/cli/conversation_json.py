"""The JSON shape of an exported conversation."""

from __future__ import annotations

from typing import Any

from tui.answers import FoundConversation, found_conversation, iso
from tui.domain import NO_ANNOTATION, Annotation, Contact, Part, Thread

CONVERSATION_KEYS = tuple(FoundConversation.__annotations__)


def exported(thread: Thread) -> dict[str, Any]:
    """One conversation with its thread.

    `thread_pending` and `missing_parts` are there only when the thread is not stored (yet) or not whole,
    `triage` only when something is noted locally.
    """
    record: dict[str, Any] = dict(found_conversation(thread.conversation))
    record["title"] = thread.title
    record["custom_attributes"] = dict(thread.custom_attributes)
    record["parts"] = [_part(part) for part in thread.parts]
    if thread.conversation.thread_pending:
        record["thread_pending"] = True
    if thread.missing_parts:
        record["missing_parts"] = thread.missing_parts
    if thread.annotation != NO_ANNOTATION:
        record["triage"] = triage(thread.annotation)
    return record


def known(contact: Contact) -> dict[str, Any]:
    """What Intercom said of a customer when their card was last opened."""
    return {
        "id": contact.id,
        "name": contact.name,
        "email": contact.email,
        "company": contact.company,
        "custom_attributes": dict(contact.custom_attributes),
        "fetched_at": iso(contact.fetched_at),
    }


def triage(annotation: Annotation) -> dict[str, Any]:
    """What was noted locally; nothing of it is known to Intercom."""
    return {
        "starred": annotation.starred,
        "done_until": None if annotation.done_until is None else iso(annotation.done_until),
        "follow_up_at": None if annotation.follow_up_at is None else iso(annotation.follow_up_at),
        "note": annotation.note or None,
    }


def _part(part: Part) -> dict[str, Any]:
    author = part.author
    record: dict[str, Any] = {
        "id": part.id,
        "type": part.type,
        "author": {"type": author.kind, "id": author.id, "name": author.name},
        "created_at": iso(part.created_at),
        "text": part.text,
    }
    if part.truncated:
        record["truncated"] = True
    return record
