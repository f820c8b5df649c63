"""Store queries of the results: lists, their pages, rows, counts and changes. Run on the store thread."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

from tui.dashboard.common.search_request import SearchRequest
from tui.dashboard.results.messages import (
    Change,
    ListRead,
    PageFetched,
    QueryRefused,
    RangeFetched,
    ResultLine,
    ResultsCompared,
    ResultsCounted,
    ResultsFetched,
    ResultsTaken,
    RowsFetched,
    SelectionCompared,
)
from tui.dashboard.results.window import OVERLAP, PAGE, PageRequest, Place, Side
from tui.dashboard.sync_status.queries import query_freshness
from tui.domain import Count
from tui.query import Query, QueryError
from tui.shown import shown_row
from tui.store.listing_pages import Listing, Page
from tui.workspace import Workspace

Stopwatch = Callable[[], float]
"""Seconds from an arbitrary point, as `time.perf_counter` counts them."""

FIRST_ROWS = 64
"""Rows read with a list on both sides of its place; enough for any screen."""
NEWS = 1000
"""New conversations that are counted; more are "1,000+"."""
LONGEST_RANGE = 100_000
"""Lines of a range that can be selected."""


# --- a list


def fetch_results(
    workspace: Workspace,
    *,
    request: SearchRequest,
    before: tuple[Listing, Place] | None,
    generation: int,
    stopwatch: Stopwatch,
) -> ResultsFetched | QueryRefused:
    """The results of a query with their count and freshness.

    `before` is the list on screen and the place in it that is to stay where it is; None: begin at the top.
    """
    try:
        query = request.parse(workspace)
    except QueryError as error:
        return QueryRefused(error)
    # Read before the ids: otherwise a list that lacks what is stored in between would be called fresh.
    freshness = query_freshness(workspace, query)
    start = stopwatch()
    listing = workspace.listing(query, reverse=request.reverse)
    page, line = read_around(workspace, listing, before)
    count = workspace.count(query)
    seconds = stopwatch() - start
    return ResultsFetched(
        generation=generation,
        keep=before is not None,
        typing=request.typing,
        read=list_read(workspace, listing, page, line, count, before),
        count=count,
        seconds=seconds,
        freshness=freshness,
    )


def take_results(
    workspace: Workspace, *, shown: Listing, place: Place | None, generation: int
) -> ResultsTaken:
    """The shown list with what is new; `place` stays where it is."""
    listing = workspace.listing(shown.query, reverse=shown.reverse)
    before = None if place is None else (shown, place)
    page, line = read_around(workspace, listing, before)
    count = workspace.count(listing.query)
    return ResultsTaken(generation, list_read(workspace, listing, page, line, count, before))


def list_read(
    workspace: Workspace,
    listing: Listing,
    page: Page,
    line: int,
    count: Count,
    before: tuple[Listing, Place] | None,
) -> ListRead:
    """A page of a list, around its line, with the rows near to that."""
    index = line - page.first
    in_view = page.ids[max(0, index - FIRST_ROWS) : index + FIRST_ROWS]
    ends = len(page.ids) < PAGE
    return ListRead(
        listing=listing,
        page=page,
        lines=lines(workspace, in_view, listing.query),
        total=page.first + len(page.ids) if ends else count.total,
        is_counted=ends or count.exact,
        reaches_end=ends,
        kept=None if before is None else before[1],
        line=line,
    )


def read_around(
    workspace: Workspace, listing: Listing, before: tuple[Listing, Place] | None
) -> tuple[Page, int]:
    """The lines of a list around a conversation of the list before, and its line.

    Where that cannot be found, the line is the one that now has its key or, in another order, the first.
    """
    if before is None:
        return _around(workspace, listing, 0), 0
    shown, place = before
    line = 0
    if shown.shares_keys(listing):
        line = workspace.line(listing, place.key)
    page = _around(workspace, listing, line)
    if place.id in page.ids:
        return page, page.first + page.ids.index(place.id)
    if listing.is_newest_first:
        newer = workspace.newer(shown, NEWS)
        if place.id in newer:  # it moved
            line = newer.index(place.id)
            return _around(workspace, listing, line), line
    return page, min(line, max(0, page.first + len(page.ids) - 1))


def _around(workspace: Workspace, listing: Listing, line: int) -> Page:
    return workspace.page(listing, first=max(0, line - PAGE // 2), limit=PAGE)


def count_results(
    workspace: Workspace, *, listing: Listing, generation: int, stopwatch: Stopwatch
) -> ResultsCounted:
    start = stopwatch()
    total = workspace.total(listing)
    return ResultsCounted(generation, total, stopwatch() - start)


# --- pages and rows


def fetch_page(
    workspace: Workspace,
    *,
    listing: Listing,
    request: PageRequest,
    view: tuple[int, int],
    generation: int,
) -> PageFetched:
    """Lines of the list, and the rows of those in view."""
    total = None
    match request.side:
        case Side.AFTER:
            page = workspace.page_after(listing, request.key, request.first, request.limit)
        case Side.BEFORE:
            page = workspace.page_before(listing, request.key, request.first, request.limit)
        case Side.AT:
            page = workspace.page(listing, first=request.first, limit=request.limit)
            if not page.ids and request.first:  # the list became shorter
                total = workspace.total(listing)
                page = workspace.page(listing, first=max(0, total - request.limit), limit=request.limit)
    first, last = (max(0, line - page.first) for line in view)
    return PageFetched(
        generation, request, page, lines(workspace, page.ids[first:last], listing.query), total
    )


def lines(workspace: Workspace, ids: Sequence[int], query: Query | None) -> tuple[ResultLine, ...]:
    """Rows with the matches in their subjects; the store marks those in the snippets."""
    found = [shown_row(row) for row in workspace.rows(ids, query, intended=True)]
    if query is None or not query.terms:
        return tuple(ResultLine(row) for row in found)
    return tuple(ResultLine(row, workspace.matches(row.subject, query)) for row in found)


def fetch_rows(
    workspace: Workspace, *, ids: Sequence[int], query: Query | None, generation: int
) -> RowsFetched:
    """The rows of these conversations, without those that are no longer stored."""
    found = lines(workspace, ids, query)
    stored = {line.row.id for line in found}
    return RowsFetched(generation, found, tuple(id_ for id_ in ids if id_ not in stored))


# --- changes


def compare_results(
    workspace: Workspace,
    *,
    listing: Listing,
    shown: Page,
    reaches_end: bool,
    generation: int,
    stopwatch: Stopwatch,
) -> ResultsCompared:
    """Read the lines `shown` of a list again, and compare.

    What arrived is what is newer than the list, and what came between the lines shown; what moved or left is
    counted among these lines only. `reaches_end`: whether they were the last ones of the list.
    """
    start = stopwatch()
    page, ends = read_again(workspace, listing, shown, reaches_end=reaches_end)
    newer = workspace.newer(listing, NEWS + 1) if listing.is_newest_first else array("q")
    count = workspace.count(listing.query)
    seconds = stopwatch() - start
    above = frozenset(newer)
    change = difference(shown.ids, [*newer, *(id_ for id_ in page.ids if id_ not in above)])
    return ResultsCompared(generation, change, shown, page, ends, count, seconds)


def read_again(
    workspace: Workspace, listing: Listing, shown: Page, *, reaches_end: bool
) -> tuple[Page, bool]:
    """What is there now instead of the lines shown, and whether the list ends with that."""
    if shown.first and listing.is_by_activity:
        # The first line, which `page_after` does not return, is out of view and taken to be unchanged.
        limit = len(shown.ids) - 1 + NEWS
        page = workspace.page_after(listing, shown.keys[0], shown.first + 1, limit)
        ends = len(page.ids) < limit
        page = Page(shown.first, shown.ids[:1] + page.ids, shown.keys[:1] + page.keys)
    else:
        start = max(0, shown.first - NEWS)
        limit = shown.first - start + len(shown.ids) + NEWS
        page = workspace.page(listing, first=start, limit=limit)
        ends = len(page.ids) < limit
    known = frozenset(shown.ids)
    places = [index for index, id_ in enumerate(page.ids) if id_ in known]
    start = places[0] if shown.first and places else 0
    end = len(page.ids) if ends and reaches_end else places[-1] + 1 if places else 0
    again = Page(shown.first, page.ids[start:end], page.keys[start:end])
    return again, ends and end == len(page.ids)


def difference(shown: Sequence[int], ids: Sequence[int]) -> Change:
    """Compare two lists of ids; each id is in a list only once."""
    shorter = min(len(shown), len(ids))
    unchanged = next((i for i in range(shorter) if shown[i] != ids[i]), shorter)
    if unchanged == len(shown):
        return Change(len(ids) - unchanged, 0, 0, unchanged)
    old_lines = {id_: line for line, id_ in enumerate(shown)}
    kept = [old_lines[id_] for id_ in ids if id_ in old_lines]
    return Change(len(ids) - len(kept), moved_up(kept), len(shown) - len(kept), unchanged)


def moved_up(old_lines: Sequence[int]) -> int:
    """How many conversations, given their old lines in the new order, moved above one that was above them."""
    lowest, moved = max(old_lines, default=0) + 1, 0
    for line in reversed(old_lines):
        if line > lowest:
            moved += 1
        else:
            lowest = line
    return moved


# --- the selection


def fetch_range(
    workspace: Workspace, *, listing: Listing, anchor: Place, to: Place, generation: int
) -> RangeFetched:
    """The conversations from one place of a list to another, both included."""
    upper, lower = sorted(
        ((workspace.line(listing, place.key), place) for place in (anchor, to)), key=lambda pair: pair[0]
    )
    length = lower[0] - upper[0]
    if length >= LONGEST_RANGE:
        return RangeFetched(generation, to, None, length + 1)
    below = workspace.page_after(listing, upper[1].key, upper[0] + 1, length + OVERLAP).ids
    end = below.index(lower[1].id) + 1 if lower[1].id in below else length
    ids = array("q", [upper[1].id]) + below[:end]
    return RangeFetched(generation, to, ids, len(ids))


def compare_selection(
    workspace: Workspace, *, listing: Listing, ids: frozenset[int], unseen: frozenset[int]
) -> SelectionCompared:
    """How many of the selected conversations are not in a list; only those `unseen` may be missing."""
    return SelectionCompared(ids, len(unseen) - len(workspace.matching(listing, unseen)))
