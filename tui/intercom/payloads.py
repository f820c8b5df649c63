"""Intercom's objects as the rest of the program sees them: normalised, and safe to show.

Ids are integers (contacts' are str), times whole epoch seconds (UTC). Names, subjects, attributes and
addresses are cleaned single lines. `Part.body` alone is Intercom's HTML: see `tui.intercom.html`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from tui.domain import ConversationState, PartKind, Person

CUSTOMER_KINDS = frozenset({"user", "lead", "contact"})

_FALLBACK_NAMES = {
    "admin": "Teammate",
    "bot": "Bot",
    "team": "Team",
    "user": "Customer",
    "lead": "Customer",
    "contact": "Customer",
}


class Author(msgspec.Struct, frozen=True, gc=False):
    """Who wrote something. `name` and `email` are empty when Intercom does not say."""

    kind: str
    id: str
    name: str = ""
    email: str = ""
    is_ai: bool = False

    @property
    def is_customer(self) -> bool:
        return self.kind in CUSTOMER_KINDS

    def person(self) -> Person:
        """The author with a name that is never empty."""
        name = self.name or self.email or _FALLBACK_NAMES.get(self.kind, "Someone")
        return Person(self.kind, self.id, name, self.email)


class Attachment(msgspec.Struct, frozen=True, gc=False):
    name: str
    content_type: str
    size: int | None
    """Bytes, or None when Intercom does not say."""
    url: str


class Tag(msgspec.Struct, frozen=True, gc=False):
    id: int
    name: str


class Part(msgspec.Struct, frozen=True):
    """One entry of a thread; the opening message has the type "source" and the id of its message (or 0)."""

    id: int
    type: str
    body: str
    """HTML as Intercom sent it: never show it."""
    created_at: int
    updated_at: int
    author: Author
    attachments: tuple[Attachment, ...] = ()
    redacted: bool = False
    assigned_to: tuple[str, int | None] | None = None
    """("admin" | "team" | "bot" | "nobody_admin" | …, id): whom this part assigned the conversation to."""
    event: dict[str, Any] | None = None
    """Details of an event, cleaned; their form depends on `type`."""

    @property
    def kind(self) -> PartKind:
        """Any part with a body (or files) is a message, whatever its type, but for notes."""
        if self.type.startswith("note"):
            return PartKind.NOTE
        if self.type == "source" or self.body or self.attachments:
            return PartKind.MESSAGE
        return PartKind.EVENT


class Conversation(msgspec.Struct, frozen=True):
    id: int
    created_at: int
    updated_at: int
    state: ConversationState
    read: bool
    priority: str
    """"none", "low", "medium", "high" or "urgent"."""
    title: str
    subject: str
    source: Part
    delivered_as: str
    customer: Author
    """The first customer seen in the thread; with an empty name when only the contact's id is known."""
    contact_ids: tuple[str, ...]
    admin_assignee_id: int | None
    team_assignee_id: int | None
    teammate_ids: tuple[int, ...]
    tags: tuple[Tag, ...]
    waiting_since: int | None
    snoozed_until: int | None
    company: str
    custom_attributes: dict[str, Any]
    rating: int | None
    rating_remark: str
    sla_name: str
    sla_status: str
    ai_agent_participated: bool
    count_conversation_parts: int | None
    """`statistics.count_conversation_parts`, where Intercom gives it."""
    has_thread: bool
    """False for search results, which carry no parts."""
    parts: tuple[Part, ...] = ()
    """Ascending by (created_at, id), without the opening message (`source`). At most 500."""
    parts_total: int | None = None

    @property
    def missing_parts(self) -> int:
        """How many parts exist beyond those sent, as far as Intercom tells."""
        return max((self.parts_total or 0) - len(self.parts), 0) if self.has_thread else 0


class ConversationPage(msgspec.Struct, frozen=True):
    conversations: list[Conversation]
    total_count: int
    next_cursor: str | None
    server_time: datetime | None = None
    """The answer's Date header (whole seconds)."""


class DeletedPage(msgspec.Struct, frozen=True):
    conversations: list[tuple[int, int | None]]
    """(id, deleted_at)"""
    next: int | None
    """The number of the next page."""


class Me(msgspec.Struct, frozen=True):
    """The teammate the token belongs to, and the workspace."""

    id: int
    name: str
    email: str
    app_id: str
    app_name: str
    region: str
    """"US", "EU" or "AU"; empty when the server does not say."""
    timezone: str = ""


class Admin(msgspec.Struct, frozen=True):
    id: int
    name: str
    email: str


class Team(msgspec.Struct, frozen=True):
    id: int
    name: str


class Contact(msgspec.Struct, frozen=True):
    id: str
    role: str
    name: str
    email: str
    phone: str
    external_id: str
    custom_attributes: dict[str, Any]
    has_companies: bool
    """Their names stand in a list of their own."""
