"""Messages of the thread view and its screens."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.dashboard.acting.words import ShownChange
from tui.dashboard.thread.layout import EMPTY_LAYOUT, MatchSpans, ThreadLayout
from tui.domain import ContactDetails, ConversationRow, Thread
from tui.sync.jobs import SyncError


@dataclass
class ThreadFetched(Message):
    """A conversation (None: it is not stored) with the matches of the query in each part, and its layout."""

    conversation_id: int
    thread: Thread | None
    matches: tuple[MatchSpans, ...]
    layout: ThreadLayout = EMPTY_LAYOUT
    unsent: tuple[ShownChange, ...] = ()
    """The changes of it in the outbox that wait or were not sent, the oldest first."""
    draft: str = ""
    """The kind of the message that is being written to it; empty if there is none."""


@dataclass
class ThreadAwaited(Message):
    """The thread of the conversation on screen is not synced yet, and should be fetched first."""

    conversation_id: int


@dataclass
class LinkFollowed(Message):
    """The user opened the link of this number."""

    number: int


@dataclass
class CustomerFetched(Message):
    """The newest conversations of a customer, and the total number."""

    customer_id: str
    rows: tuple[ConversationRow, ...]
    total: int


@dataclass
class ContactFetched(Message):
    """The stored details of a customer; None if they were never fetched from Intercom."""

    contact: ContactDetails | None


@dataclass
class ContactAnswered(Message):
    """The details of a customer were fetched from Intercom and stored, unless there is a `problem`."""

    problem: SyncError | None
