"""Messages of the search pane."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.dashboard.search.completion import Completion
from tui.freshness import SyncState


@dataclass
class QueryEdited(Message):
    """The text of the search line changed, and the user paused for a moment."""

    text: str


@dataclass
class QuerySubmitted(Message):
    """The user searched with Enter."""

    text: str


@dataclass
class CompletionsFetched(Message):
    """The completions for `text` at the position of the cursor."""

    text: str
    completions: tuple[Completion, ...]


@dataclass
class CompletionAccepted(Message):
    """A completion or a correction was inserted; `text` is the new query."""

    text: str


@dataclass
class SuggestionFetched(Message):
    """What the query `text`, which found nothing, may mean; None if nothing is spelt almost like it."""

    text: str
    suggestion: str | None


@dataclass
class HistoryFetched(Message):
    """The earlier searches, newest first."""

    searches: tuple[str, ...]


@dataclass
class TimeframesAssessed(Message):
    """How completely each timeframe is synced, in the order of `timeframes`."""

    states: tuple[SyncState, ...]


@dataclass
class PeriodMenuWanted(Message):
    """The user wants to choose a timeframe from a menu."""


@dataclass
class TimeframeChosen(Message):
    """The user chose a timeframe, with this value of the `since:` term (empty: no time term)."""

    since: str
