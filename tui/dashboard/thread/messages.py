"""Messages of the thread view and its screens."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.dashboard.thread.layout import EMPTY_LAYOUT, MatchSpans, ThreadLayout
from tui.domain import ContactDetails, ConversationRow, Thread
from tui.sync.jobs import SyncError


@dataclass
class ThreadFetched(Message):
    """A conversation to read, with the places that match the query: one tuple of spans per part."""

    conversation_id: int
    thread: Thread | None
    matches: tuple[MatchSpans, ...]
    reading: ThreadLayout = EMPTY_LAYOUT


@dataclass
class ThreadAwaited(Message):
    """The conversation on screen has no thread yet: it should be fetched before all others."""

    conversation_id: int


@dataclass
class LinkFollowed(Message):
    """A link of the thread was clicked, or chosen by its number."""

    number: int


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
