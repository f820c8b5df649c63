"""Durations summed up by SQLite are those that a plain computation gives."""

from __future__ import annotations

import json
import tempfile
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peewee import Select, fn

from tui.store.database import Database
from tui.store.durations import Durations, read_summary, summary_of
from tui.store.id_lists import json_each

EDGES = (0, 300, 900, 3_600)
Row = tuple[int | None, bool]

seconds = st.sampled_from([-1, 0, 1, 299, 300, 301, 899, 900, 3_599, 3_600]) | st.integers(-10_000, 10_000)
rows = st.lists(st.tuples(st.none() | seconds, st.booleans()), max_size=150)


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        opened = Database(Path(folder) / "mirror.db")
        yield opened
        opened.close()


@settings(max_examples=200, deadline=None)
@given(
    durations=rows,
    edges=st.sets(st.integers(1, 9_000), min_size=1, max_size=6).map(lambda e: (0, *sorted(e)))
    | st.just(EDGES),
)
def test_a_summary_is_that_of_a_plain_computation(
    database: Database, durations: list[Row], edges: tuple[int, ...]
) -> None:
    assert _summary(database, durations, edges) == _plain_summary(durations, edges)


@pytest.mark.parametrize("count", range(1, 25))
def test_percentiles_of_few_durations(database: Database, count: int) -> None:
    """The numbers from 1 on: the percentile of so many is its own place."""
    found = _summary(database, [(n, False) for n in range(count, 0, -1)], EDGES)
    assert (found.median, found.p90) == ((count + 1) // 2, (9 * count + 9) // 10)


def test_nothing_has_no_percentiles(database: Database) -> None:
    assert _summary(database, [], EDGES) == Durations((0, 0, 0, 0), None, None, 0)
    only_missing: list[Row] = [(None, True), (None, False), (None, False)]
    assert _summary(database, only_missing, EDGES) == Durations((0, 0, 0, 0), None, None, 2)


def _summary(database: Database, durations: Sequence[Row], edges: Sequence[int]) -> Durations:
    each = json_each(json.dumps(durations))
    columns = [
        fn.json_extract(each.c.value, "$[0]").alias("seconds"),
        fn.json_extract(each.c.value, "$[1]").alias("pending"),
    ]
    (row,) = database.all(summary_of(Select([each], columns), edges))
    return read_summary(row)


def _plain_summary(durations: Sequence[Row], edges: Sequence[int]) -> Durations:
    ordered = sorted(length for length, _ in durations if length is not None)
    starts = [0, *(bisect_left(ordered, edge) for edge in edges[1:]), len(ordered)]
    return Durations(
        tuple(end - start for start, end in pairwise(starts)),
        _percentile(ordered, 50),
        _percentile(ordered, 90),
        sum(length is None and not pending for length, pending in durations),
    )


def _percentile(ordered: Sequence[int], percent: int) -> int | None:
    return ordered[-(-len(ordered) * percent // 100) - 1] if ordered else None
