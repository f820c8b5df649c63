"""Messages of play mode."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass
class ConversationSkipped(Message):
    """A conversation was skipped, for a reason that may be empty."""

    conversation_id: int
    reason: str


@dataclass
class NewMatchesFound(Message):
    """Conversations that match the query of the queue now and are not in it."""

    ids: tuple[int, ...]
