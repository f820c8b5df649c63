"""How much of the allowed rate a first sync uses, what it costs, and how it slows down searches.

Run `python -m tests.benchmarks.backfill [--conversations N] [--rate-limit R] [--corpus FILE]`.
"""

from __future__ import annotations

import resource
import statistics
import sys
import threading
import time

from tests.benchmarks.corpus import stamp
from tests.benchmarks.first_sync import arguments, unsynced
from tui.sync.events import SyncEvent, SyncProgress, SyncStarted
from tui.workspace import Workspace

QUERIES = ("refund", "invoice is:open", "can* -login", '"thank you"', "since:7d")
PAUSE = 0.05
"""Seconds between two searches of the user."""


def main() -> None:
    chosen = arguments(__doc__, conversations=5000).parse_args()
    with unsynced(chosen) as workspace:
        _measure(workspace, chosen.rate_limit)


def _measure(workspace: Workspace, rate_limit: int) -> None:
    # (seconds, requests so far) at each progress event
    marks: list[tuple[float, int]] = []

    def watch(event: SyncEvent) -> None:
        if isinstance(event, SyncStarted):
            marks.append((time.monotonic(), 0))
        if isinstance(event, SyncProgress):
            marks.append((time.monotonic(), event.requests))

    workspace.subscribe(watch)
    stop, searches = threading.Event(), list[float]()
    searcher = threading.Thread(target=_search, args=(workspace, stop, searches))
    cpu = time.process_time()
    job = workspace.request_sync()
    searcher.start()
    summary = job.wait()
    spent = time.process_time() - cpu
    stop.set()
    searcher.join()
    began, ended = marks[0], marks[-1]
    rate = (ended[1] - began[1]) / (ended[0] - began[0])
    busy = [
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for earlier, later in zip(marks, marks[50:], strict=False)
        if later[0] - earlier[0] > 5
    ]
    allowed = rate_limit / 10
    print(f"{summary.new:,} conversations, {summary.requests:,} requests in {summary.duration:.0f} s")
    print(f"rate: {rate:.0f}/s overall, {max(busy, default=rate):.0f}/s at best, of {allowed:.0f}/s allowed")
    print(f"      {rate / allowed:.1%} of what is allowed; {summary.rate_limited} answers 429")
    print(f"CPU: {spent / summary.requests * 1000:.2f} ms a request (searching at 20/s included)")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024 if sys.platform != "darwin" else 1024**2
    )
    print(f"resident memory at its peak: {peak:.0f} MB")
    idle = list[float]()
    stop.clear()
    again = threading.Thread(target=_search, args=(workspace, stop, idle))
    again.start()
    again.join(10)
    stop.set()
    again.join()
    for name, times in (("searches while syncing", searches), ("searches when idle", idle)):
        p95 = statistics.quantiles(times, n=20)[18]
        print(f"{name:24} median{stamp(statistics.median(times))}   p95{stamp(p95)}   ({len(times)})")


def _search(workspace: Workspace, stop: threading.Event, times: list[float]) -> None:
    """Search repeatedly, and fetch a page of rows, until `stop` is set."""
    number = 0
    while not stop.wait(PAUSE):
        started = time.perf_counter()
        query = workspace.parse(QUERIES[number % len(QUERIES)])
        workspace.rows(workspace.search_ids(query, limit=30), query)
        times.append(time.perf_counter() - started)
        number += 1


if __name__ == "__main__":
    main()
