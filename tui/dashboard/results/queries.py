"""Store queries of the results: ids, rows, counts and how a list changed. Run on the store thread."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from tui.dashboard.coverage.queries import count_changes
from tui.dashboard.results.messages import (
    MatchesFetched,
    QueryRefused,
    ResultLine,
    ResultsCompared,
    ResultsCompleted,
    ResultsFetched,
    RowsFetched,
)
from tui.dashboard.store_thread import Recipient, StoreThread
from tui.dashboard.sync_status.queries import assess, standing
from tui.dashboard.thread.messages import ContactAnswered
from tui.dashboard.thread.queries import contact, customer, thread
from tui.query import Query, QueryError, Sort
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


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What the search pane and the headings ask for."""

    text: str
    typing: bool = False
    """The text is still being written: its end may be unfinished."""
    sort: Sort | None = None
    """The order chosen by a heading or a key; a `sort:` in the text wins over it."""
    reverse: bool = False

    def parse(self, workspace: Workspace) -> Query:
        query = workspace.parse(self.text, typing=self.typing)
        if self.sort is None or query.sort is not Sort.UPDATED:
            return query
        return replace(query, sort=self.sort)


def search(
    workspace: Workspace, ask: SearchRequest, *, keep: bool, generation: int, stopwatch: Stopwatch
) -> ResultsFetched | QueryRefused:
    """The first results of a query, its count and its standing."""
    try:
        query = ask.parse(workspace)
    except QueryError as error:
        return QueryRefused(error)
    # Before the ids: what is stored in between may be missing in a list that is called fresh.
    stands = standing(workspace, query)
    began = stopwatch()
    ids = ordered_ids(workspace, query, reverse=ask.reverse, limit=FIRST_IDS)
    count = workspace.count(query)
    seconds = stopwatch() - began
    return ResultsFetched(
        generation=generation,
        keep=keep,
        typing=ask.typing,
        query=query,
        reverse=ask.reverse,
        ids=ids,
        lines=lines(workspace, ids[:FIRST_ROWS], query),
        count=count,
        seconds=seconds,
        standing=stands,
        complete=ask.reverse or len(ids) < FIRST_IDS,
    )


def complete(workspace: Workspace, query: Query, *, generation: int) -> ResultsCompleted:
    return ResultsCompleted(generation, workspace.search_ids(query))


def compare(
    workspace: Workspace,
    query: Query,
    shown: array[int],
    *,
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


def rows(workspace: Workspace, ids: Sequence[int], query: Query | None, *, generation: int) -> RowsFetched:
    found = lines(workspace, ids, query)
    there = {line.row.id for line in found}
    return RowsFetched(generation, found, tuple(id_ for id_ in ids if id_ not in there))


class StoreReads:
    """Hands the reads to the reader's thread; each answer is posted to `to`."""

    def __init__(
        self, workspace: Workspace, reader: StoreThread, stopwatch: Stopwatch = time.perf_counter
    ) -> None:
        self._workspace = workspace
        self.clock, self.zone = workspace.clock, workspace.tz
        """What the clock and the calendar say to whoever shows what was read."""
        self._stopwatch = stopwatch
        self._reader = reader

    def search(self, to: Recipient, ask: SearchRequest, *, keep: bool, generation: int) -> None:
        job = partial(
            search, self._workspace, ask, keep=keep, generation=generation, stopwatch=self._stopwatch
        )
        self._reader.ask("search", job, to)

    def complete(self, to: Recipient, query: Query, *, generation: int) -> None:
        self._reader.ask("complete", partial(complete, self._workspace, query, generation=generation), to)

    def compare(
        self, to: Recipient, query: Query, shown: array[int], *, reverse: bool, generation: int
    ) -> None:
        job = partial(
            compare,
            self._workspace,
            query,
            shown,
            reverse=reverse,
            generation=generation,
            stopwatch=self._stopwatch,
        )
        self._reader.ask("compare", job, to)

    def rows(self, to: Recipient, ids: Sequence[int], query: Query | None, *, generation: int) -> None:
        job = partial(rows, self._workspace, tuple(ids), query, generation=generation)
        self._reader.ask(f"rows {generation} {hash(tuple(ids))}", job, to)

    def thread(self, to: Recipient, conversation_id: int, query: Query | None) -> None:
        self._reader.ask("thread", partial(thread, self._workspace, conversation_id, query), to)

    def customer(self, to: Recipient, customer_id: str, limit: int) -> None:
        self._reader.ask("customer", partial(customer, self._workspace, customer_id, limit), to)

    def contact(self, to: Recipient, customer_id: str) -> None:
        self._reader.ask("contact", partial(contact, self._workspace, customer_id), to)

    def ask_intercom(self, to: Recipient, customer_id: str) -> None:
        """Have the sync engine ask about a customer; `ContactAnswered` tells how that ended."""
        self._workspace.request_contact(
            customer_id, lambda problem: to.post_message(ContactAnswered(problem))
        )

    def assess(self, to: Recipient, query: Query | None) -> None:
        self._reader.ask("standing", partial(assess, self._workspace, query), to)

    def count_changes(self, to: Recipient) -> None:
        self._reader.ask("changes", partial(count_changes, self._workspace), to)


def gather(workspace: Workspace, query: Query) -> MatchesFetched:
    return MatchesFetched(workspace.search_ids(query))
