"""What many updates do to the search index: what they cost, how quick a search is then, and after merging."""

from __future__ import annotations

import random
import time
from functools import partial

from tests.benchmarks.corpus import NOW, stamp
from tests.benchmarks.measures import print_heads, print_times, timed
from tests.benchmarks.offline import offline
from tests.benchmarks.store_reads import PAGE
from tui.query import Query
from tui.store.database import Database
from tui.store.ingest import move_in_time
from tui.store.search_parts import find_part_to_merge, merge_step
from tui.workspace import Workspace

AT_ONCE = 100
"""Updates of a transaction."""


def measure_updates(database: Database, sources: dict[str, list[str]], updates: int) -> None:
    """Move conversations in time, then merge; `sources` are queries by kind. The database is changed."""
    print(f"\n{updates:,} updates of single conversations, {AT_ONCE} a transaction")
    ids = [row[0] for row in database.all("SELECT id FROM conversation WHERE docid IS NOT NULL")]
    chosen = random.Random(3).sample(ids, min(updates, len(ids)))
    print_heads()
    _search(database, "before", sources)
    started, worked = time.perf_counter(), time.thread_time()
    for first in range(0, len(chosen), AT_ONCE):
        with database.transaction() as connection:
            for number, id_ in enumerate(chosen[first : first + AT_ONCE], first):
                move_in_time(connection, id_, NOW + 1 + number)
    clock, cpu = time.perf_counter() - started, time.thread_time() - worked
    print(f"{clock:.0f} s, {cpu / len(chosen) * 1000:.2f} ms CPU each")
    _search(database, "after", sources)
    _merge(database)
    _search(database, "after merging", sources)


def _search(database: Database, when: str, sources: dict[str, list[str]]) -> None:
    with offline(database.path) as workspace:
        for kind, texts in sources.items():
            queries = [workspace.parse(text) for text in texts]
            _print_search(workspace, f"{kind}, {when}", queries)


def _print_search(workspace: Workspace, name: str, queries: list[Query]) -> None:
    print_times(name, timed(partial(workspace.search_ids, q, limit=PAGE) for q in queries))


def _merge(database: Database) -> None:
    """Merge the index as a sync does, but to the end, and print the steps."""
    steps, longest, started, worked = 0, 0.0, time.perf_counter(), time.thread_time()
    first = True
    while True:
        began = time.perf_counter()
        with database.transaction() as connection:
            part = find_part_to_merge(connection)
            if part is None:
                break
            first = not merge_step(connection, part, first=first)
        steps, longest = steps + 1, max(longest, time.perf_counter() - began)
    clock, cpu = time.perf_counter() - started, time.thread_time() - worked
    print(f"merging: {steps:,} steps in {clock:.0f} s, {cpu:.1f} s CPU; the longest step{stamp(longest)}")
