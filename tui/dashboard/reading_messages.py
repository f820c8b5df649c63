"""What happens while a conversation is read."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.domain import ConversationRow


@dataclass
class LinkFollowed(Message):
    """A link of the thread was clicked, or chosen by its number."""

    number: int


@dataclass
class AddressOpened(Message):
    """An address was handed to the browser; without `success` there is none to hand it to."""

    url: str
    success: bool


@dataclass
class TextCopied(Message):
    """A text was handed to the terminal for the clipboard; `what` names it: "link", "message"."""

    what: str
    text: str


@dataclass
class CustomerFetched(Message):
    """The newest conversations of a customer, and how many there are."""

    customer_id: str
    rows: tuple[ConversationRow, ...]
    total: int
