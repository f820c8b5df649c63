"""Messages of the results."""

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
    """The edge of a heading was dragged: the column `key` is now `width` cells wide."""

    key: str
    width: int


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A row of the results, with the matches of the query in its subject."""

    row: ConversationRow
    subject_matches: MatchSpans = ()


@dataclass
class QueryRefused(Message):
    """The text of the search line is not a valid query."""

    error: QueryError


@dataclass
class ResultsFetched(Message):
    """The first results of a query. `complete`: `ids` are all of them; otherwise `ResultsCompleted` follows.

    `keep`: the query was searched before, so the cursor stays on its conversation.
    `typing`: the query is still being typed. `seconds`: how long the search took.
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
    """All ids of the shown query, which follow the first ones."""

    generation: int
    ids: array[int]


@dataclass
class ResultsCompared(Message):
    """The shown query was searched again after conversations were stored: how the results differ."""

    generation: int
    ids: array[int]
    arrived: int
    """Matches that are not in the list."""
    moved: int
    """Conversations of the list that move up."""
    gone: int
    """Conversations of the list that do not match any more."""
    unchanged: int
    """Lines from the top that are the same in both."""
    count: Count
    seconds: float


@dataclass
class RowsFetched(Message):
    """The rows for ids that the table requested; `missing` are no longer in the store."""

    generation: int
    lines: tuple[ResultLine, ...]
    missing: tuple[int, ...]


@dataclass
class RowsWanted(Message):
    """The rows of lines in view are not in memory, and should be fetched."""

    generation: int
    ids: Sequence[int]


@dataclass
class ConversationHighlighted(Message):
    """The cursor stopped on a conversation (None: the list is empty)."""

    conversation_id: int | None


@dataclass
class ConversationOpened(Message):
    """The user opened a conversation with Enter or a double click."""

    conversation_id: int


@dataclass
class HeadingClicked(Message):
    """The heading of a column was clicked."""

    column: str


@dataclass
class SortChosen(Message):
    """The user chose a sort order, which replaces a `sort:` term in the query."""

    sort: Sort
    reverse: bool


@dataclass
class NewRowsTaken(Message):
    """The user wants the list updated with the new results."""


@dataclass
class LineSelected(Message):
    """A line was clicked to select it or, with `extend`, all lines up to it."""

    line: int
    extend: bool


@dataclass
class MatchesFetched(Message):
    """The ids of all conversations that match the shown query."""

    ids: array[int]
