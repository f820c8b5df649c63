"""Durations sorted into buckets, and their percentiles. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import timedelta

from tui.insights.values import Bucket, Distribution, Number
from tui.timeframe import duration_text

MINUTE, HOUR, DAY = 60, 3_600, 86_400
REPLY_EDGES = (0, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, 8 * HOUR, DAY, 3 * DAY)
WAITING_EDGES = (0, HOUR, 4 * HOUR, 8 * HOUR, DAY, 3 * DAY, 7 * DAY)


def distribute(
    lengths: list[int],
    edges: Sequence[int],
    total: Callable[[int], Number],
    part: Callable[[int, int, int | None], Number],
) -> Distribution:
    """Sort `lengths` (seconds) into buckets between `edges`, which ascend from 0; negative ones count as 0.

    `total(count)` and `part(count, low, high)` make the numbers.
    """
    ordered = sorted(lengths)
    buckets = []
    for low, high in zip(edges, (*edges[1:], None), strict=True):
        first = bisect_left(ordered, low) if low else 0
        last = len(ordered) if high is None else bisect_left(ordered, high)
        buckets.append(Bucket(_label(low, high), low, high, part(last - first, low, high)))
    return Distribution(total(len(ordered)), percentile(ordered, 50), percentile(ordered, 90), tuple(buckets))


def percentile(ordered: Sequence[int], percent: int) -> int | None:
    """The smallest value that `percent` % of the ascending values do not exceed; None without values."""
    return ordered[-(-len(ordered) * percent // 100) - 1] if ordered else None


def _label(low: int, high: int | None) -> str:
    start, end = _short(low), None if high is None else _short(high)
    if end is None:
        return f"{start} or more"
    return f"{start}–{end}" if low else f"under {end}"


def _short(seconds: int) -> str:
    return f"{seconds // DAY}d" if seconds % DAY == 0 else duration_text(timedelta(seconds=seconds))
