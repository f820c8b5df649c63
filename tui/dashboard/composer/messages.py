"""Messages of the composer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from textual.content import Content
from textual.message import Message

from tui.outbox import Identity
from tui.writes import AttachedFile

Kind = Literal["reply", "note"]


@dataclass(frozen=True, slots=True)
class Began:
    """Up to where a thread was known when a message was begun."""

    at: int
    """Epoch seconds of the newest known message."""
    ids: frozenset[int] = frozenset()
    """The known parts of that second."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it was typed, to be put into the outbox."""

    conversation_id: int
    kind: Kind
    text: str
    urls: tuple[str, ...]
    files: tuple[AttachedFile, ...]
    known: frozenset[int]
    """The messages of the thread that its author has seen."""
    write_id: int | None
    """The message of the outbox whose text it replaces."""


@dataclass
class ComposerRead(Message):
    """What the composer begins with."""

    kind: Kind | None
    """Of the draft, or of the message that is edited; None where there is neither."""
    text: str
    is_draft: bool
    attached: int
    """Files and images of the message that is edited."""
    began: Began | None
    """When the draft or the message was written; None for a new one."""
    identity: Identity | None
    windows: Mapping[Kind, int]
    """Kind → seconds until it is sent."""
    values: Mapping[str, str]
    """What placeholders stand for."""
    own_parts: frozenset[int]
    """What the outbox made in this thread."""
    fetched_at: int
    """When (epoch seconds) the thread was last fetched."""
    is_missing: bool = False
    """The conversation, or the message to edit, is not there any more."""


@dataclass
class ThreadAsOf(Message):
    """When (epoch seconds) the thread was last fetched."""

    fetched_at: int


@dataclass
class PreviewMade(Message):
    """The message as its reader will see it."""

    content: Content


@dataclass
class MessageQueued(Message):
    """A message was put into the outbox."""

    conversation_id: int
    kind: Kind
    batch: int
    window: int
    """Seconds until it is sent."""


@dataclass
class MessageRefused(Message):
    """A message was not put into the outbox; `words` say why, in one line."""

    words: str
    at: tuple[int, int] | None = None
    """What they are about: character offsets into the text."""
    newer: frozenset[int] = frozenset()
    """Messages of the thread that its author had not seen."""


@dataclass(frozen=True, slots=True)
class SavedText:
    """A macro or a snippet."""

    name: str
    text: str
    is_own: bool
    """A snippet of the user's own."""


@dataclass
class MacrosRead(Message):
    """What can be inserted; `problem` is a line about snippets that cannot be used."""

    choices: tuple[SavedText, ...]
    problem: str
    folder: str
