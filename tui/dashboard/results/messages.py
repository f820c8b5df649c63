"""Messages of the results."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from textual.message import Message

from tui.dashboard.results.window import PageRequest, Place
from tui.dashboard.sync_status.state import QueryFreshness
from tui.dashboard.thread.layout import MatchSpans
from tui.domain import ConversationRow, Count
from tui.query import Query, QueryError, Sort
from tui.store.listing_pages import Listing, Page


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


@dataclass(frozen=True, slots=True)
class ListRead:
    """A list that was read: its lines around one place."""

    listing: Listing
    page: Page
    lines: tuple[ResultLine, ...]
    """The rows around the place."""
    total: int
    is_counted: bool
    """Whether `total` is exact; otherwise there are at least so many lines."""
    reaches_end: bool
    """Whether the list ends with `page`."""
    kept: Place | None
    """The place in the list before that is to stay where it is on screen; None: the top is shown."""
    line: int
    """The line of that place now."""


@dataclass
class ResultsFetched(Message):
    """The results of a query.

    `typing`: the query is still being typed. `seconds`: how long the search took.
    """

    generation: int
    keep: bool
    """Whether the cursor stays on its conversation."""
    typing: bool
    read: ListRead
    count: Count
    seconds: float
    freshness: QueryFreshness

    @property
    def query(self) -> Query:
        return self.read.listing.query


@dataclass
class ResultsTaken(Message):
    """The shown list was read again, with what is new."""

    generation: int
    read: ListRead


@dataclass
class ResultsCounted(Message):
    """The exact number of lines of the shown list. `seconds`: how long counting took."""

    generation: int
    total: int
    seconds: float


@dataclass
class PageWanted(Message):
    """Lines in view, or near them, are not in memory: `view` are the numbers of the first line in view and of
    the one after the last."""

    generation: int
    request: PageRequest
    view: tuple[int, int]


@dataclass
class PageFetched(Message):
    """Lines that the table requested."""

    generation: int
    request: PageRequest
    page: Page
    lines: tuple[ResultLine, ...]
    """The rows of those in view."""
    total: int | None
    """The exact number of lines, if it was found to be less than what was requested."""


@dataclass(frozen=True, slots=True)
class Change:
    """How a list differs from the lines that are known of it."""

    arrived: int
    """Matches that are not among them."""
    moved: int
    """Conversations that move up."""
    gone: int
    """Conversations that are not in the list any more."""
    unchanged: int
    """Lines from the top that are the same in both."""


@dataclass
class ResultsCompared(Message):
    """The shown list was read again after conversations were stored: how it differs from `shown`."""

    generation: int
    change: Change
    shown: Page
    page: Page
    """What is there now; what is newer than the list is not in it."""
    reaches_end: bool
    """Whether the list ends with `page`."""
    count: Count
    seconds: float


@dataclass
class AnnotationChangesRead(Message):
    """The shown lines after changes that the user made; what the sync changed is left as it was shown."""

    generation: int
    handled: int
    """How many changes these are."""
    own: frozenset[int]
    """The conversations that were changed; none where they are very many."""
    left: frozenset[int]
    """Those of them, or of the shown ones where they are very many, that match the query no longer."""
    shown: Page
    """The lines before."""
    page: Page | None
    """The lines now."""
    read: ListRead | None
    """The list, read again around the cursor; where `page` is None."""
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
class RangeFetched(Message):
    """The conversations of a range of lines that are not all in memory, with the place it was extended to.

    `ids` is None when the range is too long: it has `length` lines.
    """

    generation: int
    to: Place
    ids: array[int] | None
    length: int


@dataclass
class SelectionCompared(Message):
    """How many of the selected conversations `ids` are not in the shown list."""

    ids: frozenset[int]
    not_listed: int
