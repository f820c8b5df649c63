"""What the triage side of the dashboard tells: things that happened, named after the domain."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from textual.message import Message

from tui.domain import Action, ConversationRow, Count, FollowUp, SharedNote
from tui.views import View

Decision = Literal["done", "not done", "starred", "unstarred", "follow-up", "note", "skipped"]

# --- views


@dataclass
class ViewsCounted(Message):
    """The views there are, and how much is in each (None: its query cannot be read any more)."""

    views: tuple[View, ...]
    counts: Mapping[str, Count | None]
    spellings: Mapping[str, str]
    """The canonical spelling of each view's query, by which the active one is known."""


@dataclass
class ViewChosen(Message):
    """A view should be shown: its query goes into the search pane."""

    view: View


@dataclass
class ViewsChanged(Message):
    """Views were saved, renamed, moved or deleted; `words` say which, `chosen` is the one it was about."""

    words: str
    chosen: str


@dataclass
class ViewRefused(Message):
    """A view could not be saved or changed; `words` say why. `taken`: there is one of that name already."""

    words: str
    taken: bool = False


# --- annotations


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
class NoteRead(Message):
    """One's own notes on some conversations, to be edited."""

    ids: Collection[int]
    shared: SharedNote


@dataclass
class FollowUpsDue(Message):
    """Follow-ups whose time has come, to be announced once; with their rows as far as they are stored."""

    due: tuple[FollowUp, ...]
    rows: tuple[ConversationRow, ...]


# --- the selection


@dataclass
class LinePicked(Message):
    """A line of the list was clicked to be selected, or (`extend`) all up to it."""

    line: int
    extend: bool


@dataclass
class MatchesGathered(Message):
    """Every conversation that matches the shown query."""

    ids: array[int]


# --- playing through a queue


@dataclass
class ConversationSkipped(Message):
    """A conversation of the queue was passed over."""

    conversation_id: int
    reason: str


@dataclass
class NewcomersFound(Message):
    """Conversations that match the query of the queue by now and are not in it."""

    ids: tuple[int, ...]
