"""Durations summed up by SQLite: how many lie between given edges, and their percentiles.

As rows in Python, a million of them would block every other thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from peewee import Select, fn

from tui.store.database import Row


class Durations(NamedTuple):
    """Durations in seconds, summed up."""

    counts: tuple[int, ...]
    """How many, from each edge up to, not including, the next one. Shorter ones count to the first edge."""
    median: int | None
    """The shortest that 50 % of them do not exceed; None without any."""
    p90: int | None
    """The shortest that 90 % of them do not exceed."""
    missing: int
    """How many are null and not pending."""


def summary_of(durations: Select, edges: Sequence[int]) -> Select:
    """One row, for `read_summary`, about the columns `seconds` and `pending` of a query."""
    # Equal ones are counted before they are ordered: windows are slower than groups.
    row = durations.alias("row")
    group = (
        Select([row], [row.c.seconds, row.c.pending, fn.count().alias("number")])
        .group_by(row.c.seconds, row.c.pending)
        .alias("group")
    )
    is_null = [group.c.seconds.is_null()]
    up_to = fn.sum(group.c.number).over(partition_by=is_null, order_by=[group.c.seconds])
    total = fn.sum(group.c.number).over(partition_by=is_null)
    columns = [group.c.seconds, group.c.pending, group.c.number, up_to.alias("up_to"), total.alias("total")]
    place = Select([group], columns).alias("place")
    seconds, number = place.c.seconds, place.c.number
    percentiles = [
        fn.min(seconds).filter(place.c.up_to * 100 >= place.c.total * percent) for percent in (50, 90)
    ]
    missing = fn.sum(number).filter(seconds.is_null() & (place.c.pending == 0))
    counts = [
        fn.sum(number).filter(seconds < edges[1]),
        *(fn.sum(number).filter((seconds >= low) & (seconds < high)) for low, high in pairwise(edges[1:])),
        fn.sum(number).filter(seconds >= edges[-1]),
    ]
    return Select([place], [*percentiles, missing, *counts])


def read_summary(row: Row) -> Durations:
    median, p90, *numbers = row
    missing, *counts = (number or 0 for number in numbers)  # the sum of nothing is null
    return Durations(tuple(counts), median, p90, missing)
