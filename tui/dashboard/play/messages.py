"""Messages of play mode."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass(frozen=True, slots=True)
class PlayEnd:
    """How play mode ended."""

    last: int | None
    """The conversation that was shown last; None of an empty queue."""
    changed: frozenset[int]
    """The conversations whose annotations were changed."""
    query: str | None = None
    """What to search for next."""


@dataclass
class ConversationSkipped(Message):
    """A conversation was skipped, for a reason that may be empty."""

    conversation_id: int
    reason: str


@dataclass
class QueueFetched(Message):
    """The conversations to review, in their order; `is_cut`: the list has more of them."""

    ids: tuple[int, ...]
    is_cut: bool


@dataclass
class DoneMeanwhile(Message):
    """Of the conversations `checked`, those that were done and left the queue's query since it was read."""

    checked: tuple[int, ...]
    ids: tuple[int, ...]


@dataclass
class NewMatchesFound(Message):
    """Of the conversations `checked`, those that match the query of the queue now."""

    checked: frozenset[int]
    ids: tuple[int, ...]
