"""Messages about annotations."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from textual.message import Message

from tui.domain import Action, ConversationRow, FollowUp, SharedNote

Decision = Literal["done", "not done", "starred", "unstarred", "follow-up", "note", "skipped"]


@dataclass
class AnnotationsChanged(Message):
    """Something was noted on these conversations; `action` is the step in the journal."""

    ids: Collection[int]
    action: Action
    decision: Decision


@dataclass
class AnnotationRefused(Message):
    """A step could not be made; `words` say why."""

    words: str


@dataclass
class ActionRestored(Message):
    """A step was undone, or done again (None: there was none)."""

    action: Action | None
    redone: bool


@dataclass
class NoteFetched(Message):
    """One's own notes on some conversations, to be edited."""

    ids: Collection[int]
    shared: SharedNote


@dataclass
class FollowUpsDue(Message):
    """Follow-ups whose time has come, to be announced once; with their rows as far as they are stored."""

    due: tuple[FollowUp, ...]
    rows: tuple[ConversationRow, ...]
