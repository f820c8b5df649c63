"""The simulated workspace's records. Times are epoch seconds (UTC); a record is replaced, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Author:
    kind: str
    """Intercom's author type: "user", "lead", "admin", "bot", "team" or something newer."""
    id: str
    name: str | None
    email: str

    @property
    def is_customer(self) -> bool:
        return self.kind in {"user", "lead", "contact"}


@dataclass(frozen=True, slots=True)
class MailAddress:
    name: str | None
    address: str


@dataclass(frozen=True, slots=True)
class SimulatedAttachment:
    name: str
    content_type: str
    filesize: int
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class SimulatedPart:
    id: int
    type: str
    author: Author
    created_at: int
    state: str
    body: str | None = None
    updated_at: int = 0
    """0 means "as created"."""
    assigned_to: tuple[str, str | None] | None = None
    attachments: tuple[SimulatedAttachment, ...] = ()
    redacted: bool = False
    details: Mapping[str, Any] | None = None
    tags: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The message that opened the conversation; Intercom does not count it as a part."""

    id: int
    type: str
    delivered_as: str
    subject: str
    body: str
    author: Author
    url: str | None = None
    attachments: tuple[SimulatedAttachment, ...] = ()
    redacted: bool = False
    copies: tuple[MailAddress, ...] = ()
    """Who gets a copy of every mail."""
    later_copies: tuple[MailAddress, ...] = ()
    """Who gets a copy of the answers only."""


@dataclass(frozen=True, slots=True)
class AppliedTag:
    id: int
    applied_at: int
    applied_by: int


@dataclass(frozen=True, slots=True)
class Rating:
    score: int
    remark: str
    created_at: int
    admin: int


@dataclass(slots=True)
class SimulatedConversation:
    """One state of one conversation. `parts` is shared with later states, which only add to it: the first
    `part_count` entries are this state's. By convention nothing here is assigned after creation except
    `rendered`."""

    id: int
    created_at: int
    updated_at: int
    source: Source
    contacts: tuple[str, ...]
    parts: list[SimulatedPart]
    part_count: int
    title: str | None = None
    state: str = "open"
    read: bool = True
    priority: str = "none"
    admin: int = 0
    team: int = 0
    waiting_since: int | None = None
    snoozed_until: int | None = None
    tags: tuple[AppliedTag, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    company: int = 0
    rating: Rating | None = None
    sla: tuple[str, str] | None = None
    ai_resolution: str | None = None
    """How the AI agent left it, empty for no answer of it; None when it took no part."""
    tickets: tuple[tuple[int, str | None], ...] = ()
    linked: tuple[int, ...] = ()
    """Conversations merged into this one, or the one that this was merged into."""
    silent: bool = False
    """Whether something has changed since `updated_at` was last raised."""
    legacy: bool = False
    """Written before API 2.16: old priority words, null instead of 0, no statistics, no teammates."""
    rendered: bytes | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def thread(self) -> list[SimulatedPart]:
        return self.parts if self.part_count == len(self.parts) else self.parts[: self.part_count]


@dataclass(frozen=True, slots=True)
class SimulatedMacro:
    """A saved reply."""

    id: int
    name: str
    html: str
    """With placeholders such as {{user.name|fallback:"there"}}."""
    created_at: int
    updated_at: int
    teams: tuple[int, ...] = ()
    """Who may see it; empty: everyone."""
    available_on: tuple[str, ...] = ("inbox", "messenger")


PARTS_SHOWN = 500
"""Intercom shows the newest 500 parts of a conversation and has no way to ask for the others."""


@dataclass(frozen=True, slots=True)
class SimulatedContact:
    id: str
    external_id: str | None
    role: str
    name: str | None
    email: str
    phone: str | None
    company: int
    city: str
    country: str
    language: str
    created_at: int
    merged_into: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    id: int
    name: str
    plan: str
    size: int
    industry: str
    monthly_spend: int
    website: str
    created_at: int


@dataclass(frozen=True, slots=True)
class SimulatedAdmin:
    id: int
    name: str
    email: str
    job_title: str = ""
    teams: tuple[int, ...] = ()
    has_inbox_seat: bool = True
    away: bool = False

    @property
    def author(self) -> Author:
        return Author("bot" if self.name in BOTS else "admin", str(self.id), self.name, self.email)


BOTS = frozenset({"Operator", "Fin"})


@dataclass(frozen=True, slots=True)
class SimulatedTeam:
    id: int
    name: str
    distribution: str = "manual"


@dataclass(frozen=True, slots=True)
class Truth:
    """What a mirror should hold of a live conversation. Deleted ones have none: see `World.deleted`."""

    updated_at: int
    part_ids: frozenset[int]
    """The parts that the API can show: the newest 500."""
    part_count: int
    """All parts, also those the API no longer shows."""
    state: str
    admin: int
    """Id of the teammate it is assigned to; 0: nobody."""
    team: int
    tags: frozenset[int]
    opening: str
    """HTML of the first message."""
    bodies: Mapping[int, str | None]
    """HTML of each of `part_ids`."""
    silent: bool
    """Whether something has changed since `updated_at` was last raised."""
