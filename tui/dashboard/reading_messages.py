"""What happens while a conversation is read."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.domain import ContactDetails, ConversationRow
from tui.sync.jobs import SyncError


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


@dataclass
class ContactFetched(Message):
    """What Intercom said of a customer when it was last asked; None when it never was."""

    contact: ContactDetails | None


@dataclass
class ContactAnswered(Message):
    """Intercom was asked about a customer: the answer is stored, or `problem` is in the way."""

    problem: SyncError | None
