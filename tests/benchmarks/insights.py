"""How long the coverage calendar and a report take, in CPU time of the calling thread.

Run `python -m tests.benchmarks.insights [--database FILE | --invented N]`.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

from tests.benchmarks.corpus import NOW, invent_database, stamp
from tui.clock import from_epoch
from tui.settings import Settings
from tui.workspace import Workspace

REPEATS = 7
PERIODS = ("since:7d", "since:30d", "since:90d", "is:open since:90d", "tag:tag-1 since:90d", "the since:90d")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--invented", type=int, default=20_000, help="how many conversations to invent")
    arguments.add_argument("--database", type=Path, help="use this database, whose now is that of `corpus`")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.database or Path(folder) / "bench.db"
        invent_database(path, chosen.invented)
        settings = Settings(database=path, config_path=Path(folder) / "config.toml", history="400d")
        with Workspace(settings, clock=lambda: from_epoch(NOW), tz=UTC) as workspace:
            _measure(workspace)


def _measure(workspace: Workspace) -> None:
    print(f"{workspace.total():,} conversations\n{'':26}{'median':>11}{'max':>11}")
    insights = workspace.insights
    _report("calendar of 400 days", lambda: insights.days(*insights.horizon()))
    for source in PERIODS:
        query = workspace.parse(source)
        _report(source, lambda q=query: insights.report(q))  # type: ignore[misc]


def _report(name: str, call: Callable[[], object]) -> None:
    times = []
    for _ in range(REPEATS):
        started = time.thread_time()
        call()
        times.append(time.thread_time() - started)
    print(f"{name:26}{stamp(statistics.median(times))}{stamp(max(times))}")


if __name__ == "__main__":
    main()
