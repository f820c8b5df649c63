"""Messages about the sync and the freshness of what is shown."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.dashboard.sync_status.state import QueryFreshness
from tui.domain import Changes
from tui.freshness import Interval
from tui.query import Query
from tui.sync.events import (
    ConversationsStored,
    FreshnessChanged,
    SyncEvent,
    SyncFailed,
    SyncFinished,
    SyncProgress,
    SyncStarted,
)


@dataclass
class FreshnessAssessed(Message):
    """The verdict and the counts for a query were asked for again."""

    query: Query | None
    standing: QueryFreshness


@dataclass
class SyncRequested(Message):
    """Sync what is new, now."""


@dataclass
class GapFillRequested(Message):
    """Sync what the verdict says is missing."""

    gaps: tuple[Interval, ...]


@dataclass
class WindowFoundStale(Message):
    """Nothing of the shown query's window was ever synced: it should be, at once."""

    window: Interval


@dataclass
class SyncMessage(Message):
    """Something the sync engine told; handlers may listen to all of them or to one kind."""

    event: SyncEvent


@dataclass
class SyncBegan(SyncMessage):
    """A run started."""


@dataclass
class SyncProgressed(SyncMessage):
    """How far the run is."""

    def can_replace(self, message: Message) -> bool:
        """A newer snapshot makes an older one, not yet handled, superfluous."""
        return isinstance(message, SyncProgressed)


@dataclass
class ConversationsArrived(SyncMessage):
    """Conversations changed in the store."""

    ids: tuple[int, ...]


@dataclass
class FreshnessMoved(SyncMessage):
    """The coverage changed."""

    def can_replace(self, message: Message) -> bool:
        """One reassessment is enough for several changes."""
        return isinstance(message, FreshnessMoved)


@dataclass
class SyncCompleted(SyncMessage):
    """A run is over, and it is complete as far as it could be."""


@dataclass
class SyncBroke(SyncMessage):
    """A run stopped early."""


def as_message(event: SyncEvent) -> SyncMessage:
    """The message for an event of the engine."""
    match event:
        case SyncStarted():
            return SyncBegan(event)
        case SyncProgress():
            return SyncProgressed(event)
        case ConversationsStored(ids):
            return ConversationsArrived(event, ids)
        case FreshnessChanged():
            return FreshnessMoved(event)
        case SyncFinished():
            return SyncCompleted(event)
        case SyncFailed():
            return SyncBroke(event)


@dataclass
class RangeSyncRequested(Message):
    """These days should be synced, whatever is known of them."""

    window: Interval


@dataclass
class ChangesCounted(Message):
    """What changed since the last time was counted."""

    changes: Changes
