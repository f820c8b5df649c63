"""Messages about annotations."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from textual.message import Message

from tui.domain import Action, ConversationRow, FollowUp, SharedNote

Decision = Literal["done", "not done", "starred", "unstarred", "follow-up", "note", "skipped"]


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
class FollowUpsDue(Message):
    """The time of these follow-ups has come; each is announced once. `rows` are the stored conversations."""

    due: tuple[FollowUp, ...]
    rows: tuple[ConversationRow, ...]
