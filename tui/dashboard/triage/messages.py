"""Messages about annotations."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from textual.message import Message

from tui.domain import Action, ConversationRow, FollowUp, SharedNote
from tui.outbox import Undone

Decision = Literal[
    "done",
    "not done",
    "starred",
    "unstarred",
    "follow-up",
    "note",
    "close",
    "open",
    "snooze",
    "assign",
    "tag",
    "untag",
    "title",
    "read",
    "replied",
    "team note",
    "skipped",
]
"""What was done with a conversation; the later ones in Intercom."""


@dataclass
class AnnotationsChanged(Message):
    """Annotations of these conversations were changed by `action`."""

    ids: Collection[int] | None
    """None: of a whole list, any of those on screen among them."""
    action: Action
    decision: Decision
    follow_up_at: datetime | None = None
    """The new time of a follow-up; None: it was cleared."""


@dataclass
class AnnotationRefused(Message):
    """An annotation could not be changed; `words` say why."""

    words: str


@dataclass
class ActionRestored(Message):
    """An action was undone or redone (None: there was none)."""

    action: Action | None
    redone: bool


@dataclass
class ChangesUndone(Message):
    """Changes in Intercom were taken back, as far as that was possible."""

    undone: Undone


@dataclass
class NoteFetched(Message):
    """The private notes on these conversations were fetched, to be edited; `of_list`: of a whole list."""

    ids: Collection[int]
    shared: SharedNote
    of_list: bool = False


@dataclass
class TargetsRead(Message):
    """The conversations of a list, for which a follow-up is to be set, were read."""

    ids: Collection[int]


@dataclass
class FollowUpsChecked(Message):
    """When the next follow-up is due, and those whose time has come, which are announced once.

    `rows` are the stored conversations of these.
    """

    next_due: datetime | None
    due: tuple[FollowUp, ...] = ()
    rows: tuple[ConversationRow, ...] = ()


@dataclass
class ChangedElsewhere(Message):
    """Another program changed the store: annotations or views, or what it synced."""

    top: int
    """The highest docid now."""
    annotations: bool
    """Whether annotations or views were changed."""
