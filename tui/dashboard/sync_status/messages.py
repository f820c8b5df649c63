"""Messages about the sync and the freshness of what is shown."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.dashboard.sync_status.state import QueryFreshness
from tui.domain import Changes
from tui.freshness import Interval
from tui.query import Query
from tui.sync.events import FreshnessChanged, SyncEvent, SyncProgress


@dataclass
class SyncEventReceived(Message, bubble=False):
    """An event of the sync engine, for a subscriber of the `SyncFeed`."""

    event: SyncEvent

    def can_replace(self, message: Message) -> bool:
        """A newer snapshot makes an older one, not yet handled, superfluous."""
        return (
            isinstance(self.event, SyncProgress | FreshnessChanged)
            and isinstance(message, SyncEventReceived)
            and type(message.event) is type(self.event)
        )


@dataclass
class FreshnessAssessed(Message):
    """The verdict and the counts for a query were fetched again."""

    query: Query | None
    freshness: QueryFreshness


@dataclass
class FreshnessShown(Message):
    """This is the freshness of what is on screen now; `query` is its text as it was written."""

    freshness: QueryFreshness
    query: str


@dataclass
class ChangesCounted(Message):
    """What changed since the last time was counted."""

    changes: Changes


@dataclass
class SyncRequested(Message):
    """Sync what is new, now."""


@dataclass
class WindowsSyncRequested(Message):
    """Sync these windows of time now: the gaps of an answer, a stale period, or days of the calendar."""

    windows: tuple[Interval, ...]
