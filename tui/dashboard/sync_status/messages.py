"""Messages about the sync and the freshness of what is shown."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.dashboard.sync_status.state import QueryFreshness
from tui.domain import Changes
from tui.freshness import Interval
from tui.query import Query
from tui.sync.events import FreshnessChanged, SyncEvent, SyncProgress
from tui.sync.lease import OtherSync


@dataclass
class SyncEventReceived(Message, bubble=False):
    """An event of the sync engine, for a subscriber of the `SyncFeed`."""

    event: SyncEvent

    def can_replace(self, message: Message) -> bool:
        """Whether this event makes `message`, which is not handled yet, obsolete."""
        return (
            isinstance(self.event, SyncProgress | FreshnessChanged)
            and isinstance(message, SyncEventReceived)
            and type(message.event) is type(self.event)
        )


@dataclass
class FreshnessAssessed(Message):
    """The freshness of a query was assessed again."""

    query: Query | None
    freshness: QueryFreshness


@dataclass
class FreshnessShown(Message):
    """The freshness of the shown results was assessed."""

    freshness: QueryFreshness
    words: str | None
    """The verdict in words; None when fresh."""
    query: str
    """The text of the query."""


@dataclass
class OtherSyncRead(Message):
    """Who else syncs the database was looked up."""

    other: OtherSync | None


@dataclass
class OtherSyncEnded(Message):
    """Nobody else syncs the database any more: there may be more conversations now."""


@dataclass
class TokenRequested(Message):
    """The user wants to enter another access token."""


@dataclass
class ChangesCounted(Message):
    """The changes since the last count."""

    changes: Changes


@dataclass
class SyncRequested(Message):
    """What is new should be synced now."""


@dataclass
class WindowsSyncRequested(Message):
    """These windows of time should be synced now."""

    windows: tuple[Interval, ...]
