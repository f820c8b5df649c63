"""Store queries of the results: ids, rows, counts and changes of the list. Run on the store thread."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui.dashboard.common.search_request import SearchRequest
from tui.dashboard.results.messages import (
    MatchesFetched,
    QueryRefused,
    ResultLine,
    ResultsCompared,
    ResultsCompleted,
    ResultsFetched,
    RowsFetched,
)
from tui.dashboard.sync_status.queries import query_freshness
from tui.query import Query, QueryError
from tui.workspace import Workspace

Stopwatch = Callable[[], float]
"""Seconds from an arbitrary point, as `time.perf_counter` counts them."""

FIRST_IDS = 512
"""Ids read for the first results; the others follow."""
FIRST_ROWS = 64
"""Rows read with the first ids; enough for any screen."""


def ordered_ids(workspace: Workspace, query: Query, *, reverse: bool, limit: int | None) -> array[int]:
    """Ids in the order of the query. For the reverse order `limit` is ignored, as all must be known."""
    if not reverse:
        return workspace.search_ids(query, limit=limit)
    ids = workspace.search_ids(query)
    ids.reverse()
    return ids


def fetch_results(
    workspace: Workspace, *, request: SearchRequest, keep: bool, generation: int, stopwatch: Stopwatch
) -> ResultsFetched | QueryRefused:
    """The first results of a query, with their count and freshness."""
    try:
        query = request.parse(workspace)
    except QueryError as error:
        return QueryRefused(error)
    # Read before the ids: otherwise a list that lacks what is stored in between would be called fresh.
    freshness = query_freshness(workspace, query)
    start = stopwatch()
    ids = ordered_ids(workspace, query, reverse=request.reverse, limit=FIRST_IDS)
    count = workspace.count(query)
    seconds = stopwatch() - start
    return ResultsFetched(
        generation=generation,
        keep=keep,
        typing=request.typing,
        query=query,
        reverse=request.reverse,
        ids=ids,
        lines=lines(workspace, ids[:FIRST_ROWS], query),
        count=count,
        seconds=seconds,
        freshness=freshness,
        complete=request.reverse or len(ids) < FIRST_IDS,
    )


def fetch_all_ids(workspace: Workspace, *, query: Query, generation: int) -> ResultsCompleted:
    """All ids of a query, in its order."""
    return ResultsCompleted(generation, workspace.search_ids(query))


def compare_results(
    workspace: Workspace,
    *,
    query: Query,
    shown: array[int],
    reverse: bool,
    generation: int,
    stopwatch: Stopwatch,
) -> ResultsCompared:
    """Search the shown query again, and compare the results with the ids `shown`."""
    start = stopwatch()
    ids = ordered_ids(workspace, query, reverse=reverse, limit=None)
    count = workspace.count(query)
    seconds = stopwatch() - start
    change = difference(shown, ids)
    return ResultsCompared(
        generation, ids, change.arrived, change.moved, change.gone, change.unchanged, count, seconds
    )


@dataclass(frozen=True, slots=True)
class Change:
    """How a list differs from the one shown; see `ResultsCompared`."""

    arrived: int
    moved: int
    gone: int
    unchanged: int


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


def lines(workspace: Workspace, ids: Sequence[int], query: Query | None) -> tuple[ResultLine, ...]:
    """Rows with the matches in their subjects; the store marks those in the snippets."""
    found = workspace.rows(ids, query)
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


def fetch_matches(workspace: Workspace, *, query: Query) -> MatchesFetched:
    """The ids of all conversations that match a query."""
    return MatchesFetched(workspace.search_ids(query))
