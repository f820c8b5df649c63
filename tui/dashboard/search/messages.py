"""Messages of the search pane."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.freshness import SyncState


@dataclass
class QueryEdited(Message):
    """The text of the search pane changed and came to rest for a moment."""

    text: str


@dataclass
class QuerySubmitted(Message):
    """Enter was pressed in the search pane."""

    text: str


@dataclass(frozen=True, slots=True)
class Completion:
    """Replaces `start` to `end` of the query by `text`; `detail` says what it is or how many there are."""

    start: int
    end: int
    text: str
    detail: str


@dataclass
class CompletionsFetched(Message):
    """What can stand at the cursor of a query."""

    text: str
    offers: tuple[Completion, ...]


@dataclass
class HistoryFetched(Message):
    """The searches made before, the newest first."""

    searches: tuple[str, ...]


@dataclass
class TimeframesAssessed(Message):
    """How complete the answer for each of `TIMEFRAMES` would be."""

    states: tuple[SyncState, ...]


@dataclass
class TimeframeChosen(Message):
    """The query should be about another period: the value of its `since:`, or empty."""

    since: str


@dataclass
class CompletionAccepted(Message):
    """An offer was put into the query."""

    text: str
