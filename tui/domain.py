"""Plain values that the store returns to the dashboard, the command line and scripts. No behaviour, no I/O.

Every text here was cleaned when it was stored: no control characters, no bidirectional overrides, no HTML.
It may still hold characters that cannot be seen: `tui.shown` makes of it what people read. And it may contain
anything that looks like markup: show it with `Content(text)`, never as markup.
Every datetime is UTC-aware; every id is an integer, except contacts', which Intercom makes of hex digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Literal, NamedTuple

ConversationState = Literal["open", "closed", "snoozed"]
Unsent = Literal["", "going", "undecided"]
"""Nothing is to be sent; something is; something was not sent, and a person has to decide."""
RunOutcome = Literal["running", "complete", "partial", "failed", "interrupted"]
CUSTOMER_KINDS = frozenset({"user", "lead", "contact"})
"""Intercom's author types that are customers."""
_KIND_WORDS = {
    "user": "Customer",
    "lead": "Lead",
    "contact": "Contact",
    "bot": "Bot",
    "team": "Team",
    "admin": "Teammate",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote something: `kind` is Intercom's author type ("user", "lead", "admin", "bot", "team", …)."""

    kind: str
    id: str
    name: str
    """Never empty: the name, else the e-mail address, else a word for the kind such as "Customer"."""
    email: str = ""

    @property
    def is_customer(self) -> bool:
        return self.kind in CUSTOMER_KINDS


def person_name(kind: str, name: str, email: str) -> str:
    """What somebody is called; never empty."""
    return name or email or _KIND_WORDS.get(kind, "Someone")


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as a choice to search for."""

    person: Person
    conversations: int
    """How many of the newest conversations that were looked at are theirs."""


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """What Intercom says of a customer apart from any conversation, as of `fetched_at`."""

    id: str
    name: str
    email: str
    company: str
    """Names, with commas where there are several."""
    custom_attributes: Mapping[str, Any]
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class PurgedMark:
    """That a conversation was deleted here on purpose."""

    id: int
    purged_at: datetime


@dataclass(frozen=True, slots=True)
class Snippet:
    """One line of text around the first match; `matches` are (start, end) character offsets into it."""

    text: str
    matches: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class AnnotationFlags:
    """What a row of a result list shows of the annotations."""

    starred: bool = False
    done: bool = False
    """Done for today: until the next local midnight, or until the customer writes again."""
    follow_up_at: datetime | None = None
    has_note: bool = False
    """The user wrote a private note."""


NO_FLAGS = AnnotationFlags()


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """One conversation as a line of a result list."""

    id: int
    subject: str
    """Title or subject; empty when Intercom has neither (most chats)."""
    snippet: Snippet
    customer: Person
    state: ConversationState
    read: bool
    priority: str
    """"none", "low", "medium", "high" or "urgent" (older workspaces' "priority" is stored as "high")."""
    assignee: str
    """Name of the assigned teammate; empty when unassigned."""
    team: str
    tags: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    waiting_since: datetime | None
    snoozed_until: datetime | None
    message_count: int
    thread_pending: bool
    """True while only the header is stored and the thread is still to be fetched."""
    url: str
    sla_status: str = ""
    """Intercom's word, such as "active", "hit" or "missed"; empty when no SLA applies."""
    annotation: AnnotationFlags = NO_FLAGS
    unsent: Unsent = ""
    """Of the changes in the outbox; only where the row was read with what they intend."""


@dataclass(frozen=True, slots=True)
class AnnotationDetails:
    """What the user added to one conversation; none of it is ever sent to Intercom."""

    starred: bool = False
    done_until: datetime | None = None
    """The local midnight it counts as done until, in the future; None once the customer wrote again."""
    follow_up_at: datetime | None = None
    note: str = ""


NO_ANNOTATION = AnnotationDetails()


@dataclass(frozen=True, slots=True)
class SharedNote:
    """The private notes on some conversations."""

    text: str | None
    """The note that all of them have, empty when none has one; None when they differ."""
    count: int
    """How many have a note."""


@dataclass(frozen=True, slots=True)
class Action:
    """A change of annotations that can be undone, for example "Starred 12 conversations".

    `count` is how many conversations it changed; one that was undone or redone, how many that changed. An
    action that changed none has `id` 0 and is not logged.
    """

    id: int
    description: str
    count: int
    left: int = 0
    """How many conversations undoing or redoing it left alone, because they were changed since."""
    own: bool = True
    """Whether this session made it; other windows and earlier sessions have their own."""

    @property
    def words(self) -> str:
        """The description, with whose action it is and what was left alone."""
        whose = "" if self.own else ", not in this window"
        left = (
            f"; {self.left:,} {'was' if self.left == 1 else 'were'} changed elsewhere since"
            if self.left
            else ""
        )
        return f"{self.description}{whose}{left}"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up whose time has come."""

    conversation_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content_type: str
    size: int | None
    """Bytes, or None when Intercom does not say."""
    url: str
    """Short-lived (about 30 minutes after it was fetched)."""


class PartKind(Enum):
    """What a part is to a reader; the exact Intercom type is in `ThreadPart.type`."""

    MESSAGE = "message"
    NOTE = "note"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class ThreadPart:
    """One entry of a thread. The opening message comes first, with `type` "source"."""

    id: int
    type: str
    kind: PartKind
    author: Person
    created_at: datetime
    text: str
    """Plain text with light structure; for an event, one line that says what happened."""
    attachments: tuple[Attachment, ...] = ()
    redacted: bool = False
    truncated: bool = False
    """True when the text was cut at the storage limit."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A whole conversation. `parts` ascend by time."""

    conversation: ConversationRow
    parts: tuple[ThreadPart, ...]
    title: str
    custom_attributes: Mapping[str, Any]
    company: str
    rating: int | None
    rating_remark: str
    sla_name: str
    sla_status: str
    missing_parts: int
    """How many older parts Intercom no longer gives out (it returns the newest 500)."""
    deleted_at: datetime | None
    annotation: AnnotationDetails = NO_ANNOTATION
    channel: str = ""
    """Where it began, in Intercom's word: "conversation" (the Messenger), "email", "whatsapp" …"""
    delivered_as: str = ""
    """Who began it, in Intercom's word such as "customer_initiated" or "automated"."""
    recipients: tuple[str, ...] = ()
    """Whom its mails went to, copies too: "Name <address>", or what is known of that."""
    ai_agent: str = ""
    """How the AI agent (Fin) left it, in Intercom's word such as "escalated"; "participated" when Intercom
    does not say; empty when it took no part."""

    @property
    def participants(self) -> tuple[Person, ...]:
        """Everybody who wrote or did something, each once, in the order of their first entry."""
        found: dict[tuple[str, str], Person] = {}
        for part in self.parts:
            author = part.author
            found.setdefault((author.kind, author.id or author.email or author.name), author)
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Count:
    """A number of matches; when `exact` is False there are at least that many ("1,000+")."""

    total: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """What became different in the store between two checks, and who waits."""

    new: int
    reopened: int
    """How many were closed and are not any more; deleted ones do not count."""
    waiting: int
    """How many customers have been waiting for more than `waited` seconds, up to 1,000."""
    waited: int


@dataclass(frozen=True, slots=True)
class Name:
    """An admin, team or tag as a choice to filter by."""

    id: int
    name: str
    email: str = ""
    has_inbox_seat: bool | None = None
    """Of a teammate: whether Intercom lets them act on conversations; None when that is not known."""


@dataclass(frozen=True, slots=True)
class MacroText:
    """A saved reply of the workspace."""

    id: int
    name: str
    text: str
    """Plain text, with placeholders such as `{{user.name|fallback:"there"}}`."""


@dataclass(frozen=True, slots=True)
class Directory:
    """The workspace's teammates, teams and tags as last seen."""

    me: Name | None
    """The teammate the token belongs to."""
    admins: tuple[Name, ...]
    teams: tuple[Name, ...]
    tags: tuple[Name, ...]

    def teammate_name(self, id_: int) -> str:
        """The name of a teammate; "Teammate 7" for one that is not known."""
        return _name_of(self.admins, id_, "Teammate")

    def team_name(self, id_: int) -> str:
        """The name of a team; "Team 7" for one that is not known."""
        return _name_of(self.teams, id_, "Team")

    def tag_name(self, id_: int) -> str:
        """The name of a tag; "Tag 7" for one that is not known."""
        return _name_of(self.tags, id_, "Tag")


def _name_of(known: tuple[Name, ...], id_: int, kind: str) -> str:
    return next((one.name for one in known if one.id == id_ and one.name), f"{kind} {id_}")


class ConversationProblem(NamedTuple):
    """Why a conversation, or a part of it, is missing from the mirror."""

    id: str
    """As Intercom writes it; not always a number."""
    problem: str
    """One line for people."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One entry of the sync history."""

    id: int
    started_at: datetime
    finished_at: datetime | None
    outcome: RunOutcome
    new: int
    updated: int
    unchanged: int
    deleted: int
    requests: int
    rate_limited: int
    retries: int
    error: str
    problems: tuple[ConversationProblem, ...] = ()
