"""What can be done to a conversation in Intercom, and how far that is: the values of the outbox.

Message text is the small Markdown of `tui.message_html`, as it was typed. Times are epoch seconds (UTC), ids
Intercom's numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from tui.text import clean, one_line

MAX_TEXT = 50_000
"""Characters of a reply or a note; Intercom does not document its limit."""
MAX_ATTACHMENTS = 10
"""Of one message, addresses and files each (OpenAPI 2.16, "Reply to a conversation")."""
LARGEST_BULK = 10_000
"""Conversations that one change may be made to."""
MAX_FILE = 10_000_000
"""Bytes of the attached files of one message together: they wait in the database."""
MAX_TITLE = 1_000
"""Characters."""
NOBODY = 0
"""The id that Intercom takes for "assigned to nobody"."""


class WriteState(StrEnum):
    """How far a write is. `WAITING` and `SENDING` end by themselves; the others are outcomes."""

    WAITING = "waiting"
    """It goes when its time has come and Intercom can be reached."""
    SENDING = "sending"
    """The request may have left; whether it arrived is found out before anything else is done."""
    SENT = "sent"
    HELD = "held"
    """A person must look and decide: it is not sent by itself."""
    FAILED = "failed"
    """Intercom refused it."""
    CANCELLED = "cancelled"


class HeldReason(StrEnum):
    """Why a write is held."""

    NEWER_MESSAGE = "newer-message"
    """A customer or a teammate wrote after it was composed."""
    UNKNOWN_OUTCOME = "unknown-outcome"
    """The request may or may not have arrived."""
    EARLIER_WRITE = "earlier-write"
    """An earlier one on the same conversation was not sent."""
    OLDER_ANSWER = "older-answer"
    """Intercom showed an older state of the conversation than it was composed on."""


class AttachedFile(msgspec.Struct, frozen=True):
    """A file to send with a message."""

    name: str
    content_type: str
    size: int
    """Bytes."""
    data: bytes = b""
    """Emptied once it is sent."""


class Note(msgspec.Struct, frozen=True, tag_field="kind", tag="note"):
    """A note for the team."""

    text: str
    urls: tuple[str, ...] = ()
    """Addresses of images that Intercom fetches."""
    files: tuple[AttachedFile, ...] = ()


class Reply(msgspec.Struct, frozen=True, tag_field="kind", tag="reply"):
    """A message to the customer."""

    text: str
    urls: tuple[str, ...] = ()
    """Addresses of images that Intercom fetches."""
    files: tuple[AttachedFile, ...] = ()


class Close(msgspec.Struct, frozen=True, tag_field="kind", tag="close"):
    """Close the conversation."""


class Open(msgspec.Struct, frozen=True, tag_field="kind", tag="open"):
    """Open the conversation again."""


class Snooze(msgspec.Struct, frozen=True, tag_field="kind", tag="snooze"):
    """Put the conversation off until a time, or until the customer writes."""

    until: int
    """Epoch seconds (UTC)."""


class Assign(msgspec.Struct, frozen=True, tag_field="kind", tag="assign"):
    """Assign to a teammate or a team; `NOBODY` takes the assignment of that kind away."""

    to: Literal["teammate", "team"]
    id: int


class AddTag(msgspec.Struct, frozen=True, tag_field="kind", tag="tag"):
    """Add a tag; with a `new_name` and the id 0, one that is created unless there is one of that name."""

    id: int
    new_name: str = ""


class RemoveTag(msgspec.Struct, frozen=True, tag_field="kind", tag="untag"):
    """Take a tag away."""

    id: int


class SetTitle(msgspec.Struct, frozen=True, tag_field="kind", tag="title"):
    """Set the title."""

    title: str


class MarkRead(msgspec.Struct, frozen=True, tag_field="kind", tag="read"):
    """Mark the conversation as read, or not."""

    read: bool = True


Message = Note | Reply
Write = Note | Reply | Close | Open | Snooze | Assign | AddTag | RemoveTag | SetTitle | MarkRead
IN_BULK = ("close", "open", "snooze", "assign", "tag", "untag")
"""The kinds that may be done to several conversations at once."""
CHECKED_BEFORE = ("reply", "close", "snooze")
"""The kinds that are held when somebody wrote after they were composed."""


GOING = frozenset({WriteState.WAITING, WriteState.SENDING})
"""The states that end by themselves."""
UNDECIDED = frozenset({WriteState.HELD, WriteState.FAILED})
"""The states of what was not sent, and of which a person has to decide what becomes of it."""


class BadWrite(ValueError):
    """A write that Intercom would refuse, or that would do something else than is meant: one line."""


def kind_of(write: Write) -> str:
    """One of `WRITE_KINDS`."""
    return str(write.__struct_config__.tag)


def check_write(write: Write, now: float) -> Write:
    """The write with its text cleaned of control characters.

    Raises `BadWrite` for one that cannot be meant; `now` is in epoch seconds.
    """
    match write:
        case Note() | Reply():
            return _checked_message(write)
        case Snooze(until=until) if until <= now:
            raise BadWrite("a conversation can only be snoozed until a time in the future")
        case SetTitle(title=title):
            if len(title) > MAX_TITLE:
                raise BadWrite(f"the title has {len(title):,} characters; {MAX_TITLE:,} are allowed")
            return SetTitle(one_line(title))
        case AddTag(id=0, new_name=name):
            if not (name := one_line(name)):
                raise BadWrite("a tag needs a name")
            return AddTag(0, name)
        case _:
            return write


def _checked_message(write: Note | Reply) -> Note | Reply:
    word = "reply" if isinstance(write, Reply) else "note"
    text = clean(write.text).strip()
    if not text and not write.urls and not write.files:
        raise BadWrite(f"the {word} is empty")
    if len(text) > MAX_TEXT:
        raise BadWrite(f"the {word} has {len(text):,} characters; {MAX_TEXT:,} are allowed")
    for what, attached in (("addresses of images", write.urls), ("files", write.files)):
        if len(attached) > MAX_ATTACHMENTS:
            raise BadWrite(f"the {word} has {len(attached)} {what}; Intercom takes {MAX_ATTACHMENTS}")
    if (size := sum(file.size for file in write.files)) > MAX_FILE:
        raise BadWrite(f"the files of the {word} have {size:,} bytes; {MAX_FILE:,} are allowed together")
    for url in write.urls:
        if not url.startswith(("https://", "http://")):
            raise BadWrite(f"“{one_line(url)}” is not the address of an image; it begins with https://")
    return msgspec.structs.replace(write, text=text)


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a thread was known when a write was composed: whoever wrote after that may change minds."""

    updated_at: int
    """Of the conversation."""
    at: int = 0
    """When the newest known message was written."""
    ids: tuple[int, ...] = ()
    """The parts of that second that are known."""


@dataclass(frozen=True, slots=True)
class ChangeableFields:
    """What writes can change of a conversation."""

    state: str = ""
    snoozed_until: int | None = None
    assignee_id: int | None = None
    team_id: int | None = None
    title: str = ""
    read: bool = False
    has_tag: bool = False
    """Of the tag that is added or removed."""


def after(before: ChangeableFields, write: Write) -> ChangeableFields:
    """What is left of `before` when a write is made."""
    match write:
        case Close():
            return replace(before, state="closed", snoozed_until=None)
        case Open():
            return replace(before, state="open", snoozed_until=None)
        case Snooze(until=until):
            return replace(before, state="snoozed", snoozed_until=until)
        case Assign(to=to, id=id_):
            # Assigning reopens a closed conversation (example in OpenAPI 2.16).
            state = "open" if before.state == "closed" else before.state
            if to == "team":
                return replace(before, state=state, team_id=id_ or None)
            return replace(before, state=state, assignee_id=id_ or None)
        case SetTitle(title=title):
            return replace(before, title=title)
        case MarkRead(read=read):
            return replace(before, read=read)
        case _:
            return before


def is_as_wanted(write: Write, now: ChangeableFields) -> bool:
    """Whether there is nothing left to do; never for messages."""
    match write:
        case Close():
            return now.state == "closed"
        case Open():
            return now.state == "open"
        case Snooze(until=until):
            return now.state == "snoozed" and now.snoozed_until == until
        case Assign(to="team", id=team):
            return (now.team_id or NOBODY) == team
        case Assign(id=teammate):
            return (now.assignee_id or NOBODY) == teammate
        case AddTag():
            return now.has_tag
        case RemoveTag():
            return not now.has_tag
        case SetTitle(title=title):
            return now.title == title
        case MarkRead(read=read):
            return now.read == read
        case Note() | Reply():
            return False


@dataclass(frozen=True, slots=True)
class QueuedWrite:
    """A write in the outbox, where it stays for ever as the record of what was done."""

    id: int
    batch: int
    """The first write that was made together with it: they are undone as one."""
    session: str
    """The window or run that made it."""
    conversation_id: int
    write: Write
    """Without its text once the conversation was deleted."""
    admin_id: int
    """The teammate as whom it is done."""
    composed_at: datetime
    due_at: datetime
    """When it may go."""
    state: WriteState
    reason: HeldReason | None
    error: str
    """One line for people: why it is held, failed, or still waiting although it is due."""
    attempts: int
    """Requests that may have left."""
    seen: Seen
    before: ChangeableFields
    """As they were when it was composed: what an undo restores."""
    fingerprint: str
    """Of author and content, from when it is first sent; see `tui.sync.outbox_sender`."""
    sending_at: datetime | None
    """The server's time when it was last sent."""
    ended_at: datetime | None
    part_id: int | None
    """Intercom's number of what it made in the thread, as far as known."""
    request_id: str
    """Intercom's, of the last answer."""
    undoes: int | None
    """The write that this one takes back."""

    @property
    def kind(self) -> str:
        """One of `WRITE_KINDS`."""
        return kind_of(self.write)

    @property
    def has_ended(self) -> bool:
        """Whether it stays as it is until a person decides otherwise."""
        return self.state not in GOING

    @property
    def is_undecided(self) -> bool:
        """Whether it was not sent, and a person has to decide what becomes of it."""
        return self.state in UNDECIDED
