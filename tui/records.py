"""A conversation on its way from Intercom to the store: decoded, cleaned, its text already plain.

The network decodes answers into these records and the store writes them; neither knows the other. Times are
epoch seconds (UTC), ids Intercom's numbers (contacts' are text).
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_TEXT = 200_000
"""Characters kept of one message; longer ones are cut and marked `truncated`."""


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
