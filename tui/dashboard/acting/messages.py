"""Messages about changes in Intercom."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from textual.message import Message

from tui.dashboard.acting.words import ShownChange
from tui.dashboard.triage.messages import Decision
from tui.domain import Directory
from tui.outbox import OutboxCounts, Preview

Choosable = Literal["snooze", "assign", "tag", "title"]
"""What is asked for before it is done."""
RetryOrDrop = Literal["retry", "drop"]


@dataclass
class EditRequested(Message):
    """The user wants to change the text of a message in the outbox, and to send that."""

    write_id: int
    conversation_id: int


@dataclass
class ChangeRefused(Message):
    """Something cannot be done in Intercom; `words` say why."""

    words: str


@dataclass
class ChoiceOffered(Message):
    """What can be chosen for these conversations, which are fixed from now on."""

    kind: Choosable
    ids: Collection[int]
    directory: Directory
    tags: Mapping[int, int]
    """Of how many of them each tag is one."""
    title: str = ""
    """That of a single conversation."""
    is_closed: bool = False
    """Whether a single conversation is closed."""


@dataclass
class BulkPreviewed(Message):
    """What a change of several conversations would do; nothing is done yet."""

    preview: Preview


@dataclass
class ChangesMade(Message):
    """Changes of these conversations are in the outbox."""

    ids: Collection[int]
    kind: Decision
    words: str
    """What is done, such as "assign to Ada"."""
    batch: int
    window: int
    """Seconds until they are sent."""


@dataclass
class RetryOrDropChosen(Message):
    """The user decided what becomes of a change that was not sent."""

    write_id: int
    chosen: RetryOrDrop


@dataclass
class RetryOrDropDone(Message):
    """A change that was not sent waits again, or was dropped."""

    conversation_id: int
    words: str


@dataclass
class OutboxTouched(Message):
    """Another screen did something with changes of these conversations in the outbox."""

    ids: Collection[int]


@dataclass
class OutboxCounted(Message):
    """How much of the outbox has no outcome yet."""

    counts: OutboxCounts


@dataclass
class OutboxRead(Message):
    """What waits and was not sent, the oldest first, then what has an outcome, the newest first."""

    changes: tuple[ShownChange, ...]
    subjects: Mapping[int, str]
    """Customer and subject of the conversations, as far as they are stored."""
