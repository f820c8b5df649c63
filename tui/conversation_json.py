"""A conversation with its thread, its customer and its annotation, as JSON."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from msgspec import Meta

from tui.answers import FoundConversation, Moment, found_conversation
from tui.domain import (
    NO_ANNOTATION,
    AnnotationDetails,
    Attachment,
    ContactDetails,
    PartKind,
    Person,
    Thread,
    ThreadPart,
)

PartKindName = Annotated[str, Meta(extra_json_schema={"enum": [kind.value for kind in PartKind]})]


class PersonJson(TypedDict):
    """Who wrote something."""

    type: str
    """Intercom's author type, such as "user", "lead", "admin", "bot" or "team"."""
    id: str
    name: str
    """The name, else the e-mail address, else a word for the type."""
    email: str | None


class AttachmentJson(TypedDict):
    """An attached file, of which the mirror keeps only this."""

    name: str
    content_type: str
    size: int | None
    """Bytes; None when Intercom does not say."""


class PartJson(TypedDict):
    """One entry of a thread."""

    id: int
    type: str
    """Intercom's type, such as "comment", "note" or "assignment"; "source" for the opening message."""
    kind: PartKindName
    """What it is to a reader; only messages were seen by the customer."""
    author: PersonJson
    created_at: Moment
    text: str
    """Plain text; for an event, what happened."""
    attachments: list[AttachmentJson]
    redacted: bool
    truncated: bool
    """True when the text was too long to store whole."""


class AnnotationJson(TypedDict):
    """What was added on this machine; Intercom does not know it."""

    starred: bool
    done_until: Moment | None
    follow_up_at: Moment | None
    note: str | None


class ContactJson(TypedDict):
    """What Intercom said of the customer when it was last asked."""

    id: str
    name: str
    email: str
    company: str
    """Names, with commas where there are several."""
    custom_attributes: dict[str, Any]
    fetched_at: Moment


class ConversationJson(FoundConversation):
    """A conversation with all that the mirror holds of it."""

    title: str
    customer_type: str
    """Intercom's type, such as "user" or "lead"."""
    customer_id: str
    customer_email: str | None
    company: str | None
    channel: str | None
    """Where it began, in Intercom's word: "conversation" (the Messenger), "email", "whatsapp" …; None for
    what an older version stored, until a sync has read it again."""
    delivered_as: str | None
    """Who began it, in Intercom's word such as "customer_initiated" or "automated"."""
    recipients: list[str]
    """Whom its mails went to, copies too: "Name <address>", or what is known of that."""
    ai_agent: str | None
    """How the AI agent (Fin) left it, such as "escalated" or "participated"; None when it took no part."""
    read: bool
    snoozed_until: Moment | None
    message_count: int
    rating: int | None
    rating_remark: str | None
    sla_name: str | None
    sla_status: str | None
    """Intercom's word, such as "active", "hit" or "missed"."""
    custom_attributes: dict[str, Any]
    contact: ContactJson | None
    """None when Intercom was not asked about the customer."""
    participants: list[PersonJson]
    """Everybody who wrote or did something, in the order of their first entry."""
    attachments: list[AttachmentJson]
    """Those of all parts."""
    triage: AnnotationJson | None
    """None without any."""
    thread_pending: bool
    """The thread is not stored yet, or has changed since."""
    missing_parts: int
    """How many older parts Intercom does not give out any more."""
    deleted_at: Moment | None
    parts: list[PartJson]
    """The thread, oldest first."""


FIELDS = tuple(ConversationJson.__annotations__)


def conversation_json(thread: Thread, contact: ContactDetails | None) -> ConversationJson:
    """All that the mirror holds of one conversation."""
    row = thread.conversation
    annotated = thread.annotation != NO_ANNOTATION
    return {
        **found_conversation(row),
        "title": thread.title,
        "customer_type": row.customer.kind,
        "customer_id": row.customer.id,
        "customer_email": row.customer.email or None,
        "company": thread.company or None,
        "channel": thread.channel or None,
        "delivered_as": thread.delivered_as or None,
        "recipients": list(thread.recipients),
        "ai_agent": thread.ai_agent or None,
        "read": row.read,
        "snoozed_until": row.snoozed_until,
        "message_count": row.message_count,
        "rating": thread.rating,
        "rating_remark": thread.rating_remark or None,
        "sla_name": thread.sla_name or None,
        "sla_status": thread.sla_status or None,
        "custom_attributes": dict(thread.custom_attributes),
        "contact": None if contact is None else _contact_json(contact),
        "participants": [_person_json(author) for author in thread.participants],
        "attachments": [_attachment_json(each) for part in thread.parts for each in part.attachments],
        "triage": _annotation_json(thread.annotation) if annotated else None,
        "thread_pending": row.thread_pending,
        "missing_parts": thread.missing_parts,
        "deleted_at": thread.deleted_at,
        "parts": [_part_json(part) for part in thread.parts],
    }


def _contact_json(contact: ContactDetails) -> ContactJson:
    return {
        "id": contact.id,
        "name": contact.name,
        "email": contact.email,
        "company": contact.company,
        "custom_attributes": dict(contact.custom_attributes),
        "fetched_at": contact.fetched_at,
    }


def _annotation_json(annotation: AnnotationDetails) -> AnnotationJson:
    return {
        "starred": annotation.starred,
        "done_until": annotation.done_until,
        "follow_up_at": annotation.follow_up_at,
        "note": annotation.note or None,
    }


def _part_json(part: ThreadPart) -> PartJson:
    return {
        "id": part.id,
        "type": part.type,
        "kind": part.kind.value,
        "author": _person_json(part.author),
        "created_at": part.created_at,
        "text": part.text,
        "attachments": [_attachment_json(each) for each in part.attachments],
        "redacted": part.redacted,
        "truncated": part.truncated,
    }


def _person_json(person: Person) -> PersonJson:
    return {"type": person.kind, "id": person.id, "name": person.name, "email": person.email or None}


def _attachment_json(attachment: Attachment) -> AttachmentJson:
    return {
        "name": attachment.name,
        "content_type": attachment.content_type,
        "size": attachment.size,
    }
