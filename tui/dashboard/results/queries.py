"""Store queries of the results: ids, rows, counts and how a list changed. Run on the store thread."""

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
"""Ids read before the first results are painted; the others follow."""
FIRST_ROWS = 64
"""Rows handed over with the first ids; they fill any screen."""


def ordered_ids(workspace: Workspace, query: Query, *, reverse: bool, limit: int | None) -> array[int]:
    """Ids in the order of the query; a reversed order needs all of them."""
    if not reverse:
        return workspace.search_ids(query, limit=limit)
    ids = workspace.search_ids(query)
    ids.reverse()
    return ids


def fetch_results(
    workspace: Workspace, *, request: SearchRequest, keep: bool, generation: int, stopwatch: Stopwatch
) -> ResultsFetched | QueryRefused:
    """The first results of a query, its count and its freshness."""
    try:
        query = request.parse(workspace)
    except QueryError as error:
        return QueryRefused(error)
    # Before the ids: what is stored in between may be missing in a list that is called fresh.
    freshness = query_freshness(workspace, query)
    began = stopwatch()
    ids = ordered_ids(workspace, query, reverse=request.reverse, limit=FIRST_IDS)
    count = workspace.count(query)
    seconds = stopwatch() - began
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
    """Search the shown query again and tell how the answer differs from what is shown."""
    began = stopwatch()
    ids = ordered_ids(workspace, query, reverse=reverse, limit=None)
    count = workspace.count(query)
    seconds = stopwatch() - began
    change = difference(shown, ids)
    return ResultsCompared(
        generation, ids, change.arrived, change.moved, change.left, change.steady, count, seconds
    )


@dataclass(frozen=True, slots=True)
class Change:
    """How a list differs from the one shown."""

    arrived: int
    moved: int
    left: int
    steady: int
    """Lines equal from the top."""


def difference(shown: Sequence[int], ids: Sequence[int]) -> Change:
    shorter = min(len(shown), len(ids))
    steady = next((i for i in range(shorter) if shown[i] != ids[i]), shorter)
    if steady == len(shown):
        return Change(len(ids) - steady, 0, 0, steady)
    known = {id_: place for place, id_ in enumerate(shown)}
    kept = [known[id_] for id_ in ids if id_ in known]
    return Change(len(ids) - len(kept), overtakers(kept), len(shown) - len(kept), steady)


def overtakers(places: Sequence[int]) -> int:
    """How many stand before an element that used to come before them: those that moved up."""
    lowest, moved = max(places, default=0) + 1, 0
    for place in reversed(places):
        if place > lowest:
            moved += 1
        else:
            lowest = place
    return moved


def lines(workspace: Workspace, ids: Sequence[int], query: Query | None) -> tuple[ResultLine, ...]:
    """Rows with the matches in their subjects (the store marks those in the snippets)."""
    found = workspace.rows(ids, query)
    if query is None or not query.terms:
        return tuple(ResultLine(row) for row in found)
    return tuple(ResultLine(row, workspace.matches(row.subject, query)) for row in found)


def fetch_rows(
    workspace: Workspace, *, ids: Sequence[int], query: Query | None, generation: int
) -> RowsFetched:
    found = lines(workspace, ids, query)
    there = {line.row.id for line in found}
    return RowsFetched(generation, found, tuple(id_ for id_ in ids if id_ not in there))


def fetch_matches(workspace: Workspace, *, query: Query) -> MatchesFetched:
    return MatchesFetched(workspace.search_ids(query))
