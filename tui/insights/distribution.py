"""Durations sorted into buckets. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from tui.insights.values import Bucket, Distribution, Number
from tui.store.durations import Durations
from tui.timeframe import duration_text

MINUTE, HOUR, DAY = 60, 3_600, 86_400
REPLY_EDGES = (0, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, 8 * HOUR, DAY, 3 * DAY)
WAITING_EDGES = (0, HOUR, 4 * HOUR, 8 * HOUR, DAY, 3 * DAY, 7 * DAY)


def distribution(
    durations: Durations,
    edges: Sequence[int],
    total: Callable[[int], Number],
    part: Callable[[int, int, int | None], Number],
) -> Distribution:
    """The distribution of durations that were counted between `edges`, which ascend from 0.

    `total(count)` and `part(count, low, high)` make the numbers.
    """
    buckets = tuple(
        Bucket(_label(low, high), low, high, part(count, low, high))
        for count, low, high in zip(durations.counts, edges, (*edges[1:], None), strict=True)
    )
    return Distribution(total(sum(durations.counts)), durations.median, durations.p90, buckets)


def _label(low: int, high: int | None) -> str:
    start, end = _short(low), None if high is None else _short(high)
    if end is None:
        return f"{start} or more"
    return f"{start}–{end}" if low else f"under {end}"


def _short(seconds: int) -> str:
    return f"{seconds // DAY}d" if seconds % DAY == 0 else duration_text(timedelta(seconds=seconds))
