"""A conversation on its way from Intercom to the store: decoded, cleaned, its text already plain.

The network decodes answers into these records and the store writes them; neither knows the other. Times are
epoch seconds (UTC), ids Intercom's numbers (contacts' are text).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MAX_TEXT = 200_000
"""Characters kept of one message; longer ones are cut and marked `truncated`."""
DECODER_VERSION = 2
"""Of what the decoder keeps of an answer. It grows when that is more than before, or another text: what an
older version stored is then read again.

0: before versions were noted. 1: channel, delivered_as, recipients, ai_agent; a ticket's title.
2: addresses of links that only browsers take for addresses.
"""
MAX_RECIPIENTS = 200
"""People kept of the mails of one conversation, the first named."""


@dataclass(frozen=True, slots=True)
class PartRecord:
    """One entry of a thread. The opening message has `part_id` 0 and its own id in `source_id`."""

    part_id: int
    source_id: int | None
    type: str
    """Intercom's part type such as "comment", "note" or "assignment"; "source" for the opening message."""
    author_kind: str
    author_id: str
    author_name: str
    author_email: str
    created_at: int
    text: str
    event: str = ""
    """JSON object of what an event did, or empty; `assigned_to` is in it."""
    attachments: str = ""
    """JSON list of objects with name, content_type, size (bytes or null) and url, or empty."""
    redacted: bool = False
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class ConversationRecord:
    """A conversation as a search result or a full answer gives it; `parts` is None without a thread."""

    id: int
    title: str
    subject: str
    state: str
    read: bool
    priority: str
    """"none", "low", "medium", "high" or "urgent"."""
    assignee_id: int | None
    team_id: int | None
    customer_kind: str
    customer_id: str
    customer_name: str
    """Of the first customer seen in the thread; empty when only the contact's id is known."""
    customer_email: str
    company: str
    created_at: int
    updated_at: int
    waiting_since: int | None
    snoozed_until: int | None
    rating: int | None
    rating_remark: str
    sla_name: str
    sla_status: str
    custom_attributes: str
    """JSON object, or empty."""
    tags: tuple[tuple[int, str], ...]
    """(id, name)"""
    source: PartRecord | None
    parts: tuple[PartRecord, ...] | None = None
    final: bool = True
    """False when the thread was asked for so soon after its last change that another may have been missed."""
    total_parts: int = 0
    """How many parts Intercom has, when it gave out only the newest of them; else 0."""
    statistics: tuple[tuple[str, int], ...] = ()
    """The statistics that the answer has a number for: another number says that something changed."""
    channel: str = ""
    """Where it began, in Intercom's word: "conversation" (the Messenger), "email", "whatsapp" …"""
    delivered_as: str = ""
    """Who began it, in Intercom's word such as "customer_initiated" or "automated"."""
    recipients: tuple[str, ...] = ()
    """Whom its mails went to, copies too: "Name <address>", or what is known of that."""
    ai_agent: str = ""
    """How the AI agent (Fin) left it, in Intercom's word such as "escalated"; "participated" when Intercom
    does not say; empty when it took no part."""
    problem: str = ""
    """What of the answer could not be read ("a part has no readable id"): only the rest is stored."""


@dataclass(frozen=True, slots=True)
class UnreadableItem:
    """A conversation in a list that could not be decoded at all."""

    id: str
    """As far as it can be shown, one short line; empty when there is none."""
    updated_at: int | None
    problem: str
    """One line for people: what is wrong with it."""


def merge_recipients(*groups: Iterable[str]) -> tuple[str, ...]:
    """The recipients of all groups, in the form of `ConversationRecord.recipients`: each address once, with a
    name if one is known, `MAX_RECIPIENTS` at most."""
    found: dict[str, str] = {}
    for group in groups:
        for recipient in group:
            name, _, address = recipient.rpartition("<")
            key = address.removesuffix(">").casefold()
            if (key in found and name and "<" not in found[key]) or (
                key not in found and len(found) < MAX_RECIPIENTS
            ):
                found[key] = recipient
    return tuple(found.values())
