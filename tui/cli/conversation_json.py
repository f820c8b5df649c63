"""A conversation, its customer and its annotation, with the keys that they have in JSON."""

from __future__ import annotations

from typing import Any

from tui.answers import FoundConversation, found_conversation
from tui.domain import NO_ANNOTATION, AnnotationDetails, ContactDetails, Thread, ThreadPart

CONVERSATION_KEYS = tuple(FoundConversation.__annotations__)


def conversation_json(thread: Thread) -> dict[str, Any]:
    """One conversation with its thread.

    `thread_pending` is there only when the thread is not stored yet, `missing_parts` when it is incomplete,
    `triage` only when it is annotated.
    """
    record: dict[str, Any] = dict(found_conversation(thread.conversation))
    record["title"] = thread.title
    record["custom_attributes"] = dict(thread.custom_attributes)
    record["parts"] = [_part_json(part) for part in thread.parts]
    if thread.conversation.thread_pending:
        record["thread_pending"] = True
    if thread.missing_parts:
        record["missing_parts"] = thread.missing_parts
    if thread.annotation != NO_ANNOTATION:
        record["triage"] = annotation_json(thread.annotation)
    return record


def contact_json(contact: ContactDetails) -> dict[str, Any]:
    """A customer's details as of when they were last fetched."""
    return {
        "id": contact.id,
        "name": contact.name,
        "email": contact.email,
        "company": contact.company,
        "custom_attributes": dict(contact.custom_attributes),
        "fetched_at": contact.fetched_at,
    }


def annotation_json(annotation: AnnotationDetails) -> dict[str, Any]:
    """The local annotation, which is never sent to Intercom."""
    return {
        "starred": annotation.starred,
        "done_until": annotation.done_until,
        "follow_up_at": annotation.follow_up_at,
        "note": annotation.note or None,
    }


def _part_json(part: ThreadPart) -> dict[str, Any]:
    author = part.author
    record: dict[str, Any] = {
        "id": part.id,
        "type": part.type,
        "author": {"type": author.kind, "id": author.id, "name": author.name},
        "created_at": part.created_at,
        "text": part.text,
    }
    if part.truncated:
        record["truncated"] = True
    return record
