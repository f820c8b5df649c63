"""Times of calls, by the clock and in CPU time of the thread, as lines of a table."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from tests.benchmarks.corpus import stamp

NAME_WIDTH = 44


class Times(NamedTuple):
    """Seconds of each call."""

    clock: list[float]
    cpu: list[float]


def timed(calls: Iterable[Callable[[], object]]) -> Times:
    """How long each call takes on this thread."""
    times = Times([], [])
    for call in calls:
        started, worked = time.perf_counter(), time.thread_time()
        call()
        times.clock.append(time.perf_counter() - started)
        times.cpu.append(time.thread_time() - worked)
    return times


def p95(values: list[float]) -> float:
    """What 95 % of at least two values are within."""
    return statistics.quantiles(values, n=20)[18]


def print_heads() -> None:
    """The heads of the columns of `print_times`."""
    heads = "".join(f"{head:>11}" for head in ("median", "p95", "max", "CPU median", "p95", "max"))
    print(f"{'':{NAME_WIDTH}}{heads}")


def print_times(name: str, times: Times, wanted: float | None = None) -> None:
    """A line of a table; `wanted`: seconds that the p95 by the clock should be within."""
    figures = [f(values) for values in times for f in (statistics.median, p95, max)]
    print(
        f"{name:{NAME_WIDTH}}" + "".join(map(stamp, figures)) + verdict(p95(times.clock), wanted), flush=True
    )


def verdict(seconds: float, wanted: float | None) -> str:
    """Whether a time is within what is wanted, as the end of a line."""
    if wanted is None:
        return ""
    return f"   {'within' if seconds <= wanted else '◀ over'} {wanted * 1000:,.0f} ms"
