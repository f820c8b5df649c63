"""What happens while a conversation is read."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass
class LinkFollowed(Message):
    """A link of the thread was clicked, or its number typed."""

    number: int
