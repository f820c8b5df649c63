"""How long the coverage calendar and a report take, and how long they hold up another thread of Python.

Run `python -m tests.benchmarks.insights [--database FILE | --invented N]`. Times are CPU time of the calling
thread, which other work on the machine changes little, and time by the clock. The hold-up is the longest time
that a thread which sleeps 1 ms again and again was away, beyond its sleep; other work on the machine counts,
as the line "asleep" shows.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from functools import partial
from pathlib import Path

from tests.benchmarks.corpus import NOW, invent_database, stamp
from tui.clock import from_epoch
from tui.settings import Settings
from tui.workspace import Workspace

REPEATS = 7
PERIODS = (
    "since:7d",
    "since:30d",
    "since:90d",
    "is:open since:90d",
    "-is:open since:90d",
    "tag:tag-1 since:90d",
    "the since:90d",
)
NAP = 0.001


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--invented", type=int, default=20_000, help="how many conversations to invent")
    arguments.add_argument("--database", type=Path, help="use this database, whose now is that of `corpus`")
    arguments.add_argument("--repeats", type=int, default=REPEATS)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.database or Path(folder) / "bench.db"
        invent_database(path, chosen.invented)
        settings = Settings(database=path, config_path=Path(folder) / "config.toml", history="400d")
        with Workspace(settings, clock=lambda: from_epoch(NOW), tz=UTC) as workspace:
            measure(workspace, chosen.repeats)


def measure(workspace: Workspace, repeats: int) -> None:
    """Print a line for the calendar and for each period."""
    heads = "".join(
        f"{head:>13}" for head in ("CPU median", "max", "clock median", "held median", "held max")
    )
    print(f"{workspace.total():,} conversations\n{'':22}{heads}")
    insights = workspace.insights
    _report("asleep", lambda: time.sleep(1), repeats)
    _report("calendar of 400 days", lambda: insights.days(*insights.horizon()), repeats)
    for source in PERIODS:
        query = workspace.parse(source)
        _report(source, partial(insights.report, query), repeats)


def _report(name: str, call: Callable[[], object], repeats: int) -> None:
    cpu, clock, held = list[float](), list[float](), list[float]()
    for _ in range(repeats):
        with _watched() as absences:
            started = time.thread_time(), time.perf_counter()
            call()
            cpu.append(time.thread_time() - started[0])
            clock.append(time.perf_counter() - started[1])
        held.append(max(absences))
    median = statistics.median
    figures = (median(cpu), max(cpu), median(clock), median(held), max(held))
    print(f"{name:22}" + "".join(f"  {stamp(seconds)}" for seconds in figures), flush=True)


@contextmanager
def _watched() -> Iterator[list[float]]:
    """How long a thread that sleeps 1 ms again and again was away each time, in seconds beyond its sleep."""
    absences, stop = [0.0], threading.Event()

    def watch() -> None:
        while not stop.is_set():
            started = time.perf_counter()
            time.sleep(NAP)
            absences.append(time.perf_counter() - started - NAP)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield absences
    finally:
        stop.set()
        thread.join()


if __name__ == "__main__":
    main()
