"""From the wire's values to the store's records: bodies become plain text here, once."""

from __future__ import annotations

import msgspec

from tui.intercom.html import html_to_text
from tui.intercom.payloads import Attachment, Conversation, Part
from tui.store.records import MAX_TEXT, ConversationRecord, PartRecord

PART_LIMIT = 500
"""Intercom returns at most the 500 most recent parts (OpenAPI 2.16, "Retrieve a conversation")."""


def to_record(conversation: Conversation, asked_at: int | None = None) -> ConversationRecord:
    """A search result (no thread), or a full answer asked for at `asked_at` (server time), for the store."""
    parts = None
    total = 0
    if conversation.has_thread:
        # An id that is missing or not a number would collide with the opening message's 0.
        parts = tuple(_part(part, part.id) for part in conversation.parts if part.id)
        if len(conversation.parts) >= PART_LIMIT:
            total = max(conversation.parts_total or 0, conversation.count_conversation_parts or 0)
    customer = conversation.customer
    return ConversationRecord(
        id=conversation.id,
        title=conversation.title,
        subject=conversation.subject,
        state=conversation.state,
        read=conversation.read,
        priority=conversation.priority,
        assignee_id=conversation.admin_assignee_id,
        team_id=conversation.team_assignee_id,
        customer_kind=customer.kind,
        customer_id=customer.id,
        customer_name=customer.name,
        customer_email=customer.email,
        company=conversation.company,
        created_at=conversation.created_at,
        updated_at=conversation.updated_at,
        waiting_since=conversation.waiting_since,
        snoozed_until=conversation.snoozed_until,
        rating=conversation.rating,
        rating_remark=conversation.rating_remark,
        sla_name=conversation.sla_name,
        sla_status=conversation.sla_status,
        custom_attributes=_json(conversation.custom_attributes) if conversation.custom_attributes else "",
        tags=tuple((tag.id, tag.name) for tag in conversation.tags),
        source=_part(conversation.source, 0),
        parts=parts,
        final=asked_at is None or asked_at > conversation.updated_at,
        total_parts=total,
    )


def _part(part: Part, part_id: int) -> PartRecord:
    text = html_to_text(part.body) if part.body else ""
    event = dict(part.event or {})
    if part.assigned_to is not None:
        event["assigned_to"] = {"type": part.assigned_to[0], "id": part.assigned_to[1]}
    return PartRecord(
        part_id=part_id,
        source_id=part.id if part_id == 0 else None,
        type=part.type,
        author_kind=part.author.kind,
        author_id=part.author.id,
        author_name=part.author.name,
        author_email=part.author.email,
        created_at=part.created_at,
        text=text[:MAX_TEXT],
        event=_json(event) if event else "",
        attachments=_json([_attachment(a) for a in part.attachments]) if part.attachments else "",
        redacted=part.redacted,
        truncated=len(text) > MAX_TEXT,
    )


def _attachment(attachment: Attachment) -> dict[str, str | int | None]:
    return {
        "name": attachment.name,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "url": attachment.url,
    }


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
