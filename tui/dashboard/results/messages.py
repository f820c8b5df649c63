"""Messages of the results: what was found, wanted, selected and opened."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from textual.message import Message

from tui.dashboard.sync_status.state import QueryFreshness
from tui.dashboard.thread.layout import MatchSpans
from tui.domain import ConversationRow, Count
from tui.query import Query, QueryError, Sort


@dataclass
class ColumnWidthDragged(Message):
    """The edge of a heading was dragged: this column is so many cells wide now."""

    key: str
    width: int


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A row of the results, with the places in its subject that the query asks for."""

    row: ConversationRow
    subject_matches: MatchSpans = ()


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
    freshness: QueryFreshness
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
class LineSelected(Message):
    """A line of the list was clicked to be selected, or (`extend`) all up to it."""

    line: int
    extend: bool


@dataclass
class MatchesFetched(Message):
    """Every conversation that matches the shown query."""

    ids: array[int]
