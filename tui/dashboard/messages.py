"""What the dashboard's parts tell each other: things that happened, named after the domain."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from textual.message import Message

from tui.dashboard.outcome import OpenWith
from tui.dashboard.picture import Standing
from tui.dashboard.reading import NOTHING, MatchSpans, Reading
from tui.dashboard.reading_messages import AddressOpened as AddressOpened
from tui.dashboard.reading_messages import CustomerFetched as CustomerFetched
from tui.dashboard.reading_messages import LinkFollowed as LinkFollowed
from tui.dashboard.reading_messages import TextCopied as TextCopied
from tui.domain import ConversationRow, Count, Thread
from tui.freshness import Interval
from tui.query import Query, QueryError, Sort
from tui.sync.events import (
    ConversationsStored,
    FreshnessChanged,
    SyncEvent,
    SyncFailed,
    SyncFinished,
    SyncProgress,
    SyncStarted,
)


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A row of the results, with the places in its subject that the query asks for."""

    row: ConversationRow
    subject_matches: MatchSpans = ()


# --- the search pane


@dataclass
class QueryEdited(Message):
    """The text of the search pane changed and came to rest for a moment."""

    text: str


@dataclass
class QuerySubmitted(Message):
    """Enter was pressed in the search pane."""

    text: str


# --- the reader


@dataclass
class QueryRefused(Message):
    """The text of the search pane cannot be understood."""

    error: QueryError


@dataclass
class ResultsFetched(Message):
    """The first results of a query are in; `complete` tells whether these are all the ids there are.

    `keep`: the list is the same one asked for again, so the cursor stays on its conversation.
    `typing`: the query is still being written.
    """

    generation: int
    keep: bool
    typing: bool
    query: Query
    reverse: bool
    ids: array[int]
    lines: tuple[ResultLine, ...]
    count: Count
    seconds: float
    standing: Standing
    complete: bool


@dataclass
class ResultsCompleted(Message):
    """All ids of the shown query, after the first ones were painted."""

    generation: int
    ids: array[int]


@dataclass
class ResultsCompared(Message):
    """The shown query was asked again after something was stored: what is different now."""

    generation: int
    ids: array[int]
    arrived: int
    """Conversations that match now and are not in the list."""
    moved: int
    """Conversations of the list that would stand further up."""
    left: int
    """Conversations of the list that do not match any more."""
    steady: int
    """How many lines from the top are the same in both."""
    count: Count
    seconds: float


@dataclass
class RowsFetched(Message):
    """The rows for ids that the table had asked for; `missing` are no longer in the store."""

    generation: int
    lines: tuple[ResultLine, ...]
    missing: tuple[int, ...]


@dataclass
class ThreadFetched(Message):
    """A conversation to read, with the places that match the query: one tuple of spans per part."""

    conversation_id: int
    thread: Thread | None
    matches: tuple[MatchSpans, ...]
    reading: Reading = NOTHING


@dataclass
class ThreadAwaited(Message):
    """The conversation on screen has no thread yet: it should be fetched before all others."""

    conversation_id: int


@dataclass
class StandingAssessed(Message):
    """The verdict and the counts for a query were asked for again."""

    query: Query | None
    standing: Standing


@dataclass
class JumpTargetsFetched(Message):
    """Conversations the palette can offer to go to."""

    rows: tuple[ConversationRow, ...]


@dataclass
class ReadFailed(Message):
    """A read of the local store failed; `message` is one line for people."""

    message: str


# --- the results table


@dataclass
class RowsWanted(Message):
    """Lines came into view whose rows are not in memory."""

    generation: int
    ids: Sequence[int]


@dataclass
class ConversationHighlighted(Message):
    """The cursor came to rest on a conversation (None: the list is empty)."""

    conversation_id: int | None


@dataclass
class ConversationOpened(Message):
    """Enter or a double click asked to read a conversation."""

    conversation_id: int


@dataclass
class HeadingClicked(Message):
    """The heading of a column was clicked."""

    column: str


@dataclass
class SortChosen(Message):
    """The results should stand in this order, whatever `sort:` term the query was written with."""

    sort: Sort
    reverse: bool


@dataclass
class NewRowsTaken(Message):
    """The reader of the screen wants the waiting rows in the list."""


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


# --- the sync, as messages


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


# --- the first run


@dataclass
class TokenAccepted(Message):
    """A token was checked against Intercom and stored."""

    outcome: OpenWith


@dataclass
class DemoChosen(Message):
    """The demo should be started instead."""
