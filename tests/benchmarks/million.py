"""The store and the dashboard with a million conversations: builds them once, and prints what takes how long.

Run `python -m tests.benchmarks.million [--corpus FILE] [--count N] [--database FILE] [--updates N]`. The
conversations have the texts of the corpus, again and again, or invented ones, and are stored as a sync stores
them. A database that exists is used as it is; updates are made in a copy of it. A million conversations take
6 to 10 GB, twice that while there is a copy, and half an hour to build.

Times are by the clock and, for what this process does on one thread, CPU time, which other work on the
machine changes less. The file is read once at first, so that as much of it is in memory as there is room for.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import first_paint, insights, screens
from tests.benchmarks.corpus import invented_briefly, real, replicated
from tests.benchmarks.large_store import read_stored, write_store
from tests.benchmarks.offline import offline
from tests.benchmarks.store_reads import QUERIES, make_queries, measure_reads
from tests.benchmarks.updates import measure_updates
from tui.store.database import Database

REPEATS = 5
ROUNDS = 3
CHUNK = 1 << 24
ACTS = (
    *("everything", "to the end", "page by page", "holding down", "sort by", "reverse each"),
    *("typing", "every tab", "selecting", "another period", "insights"),
)
"""What a user does with long lists: parts of names in `acts`."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--corpus", type=Path, help="conversations as JSON Lines, optionally .xz")
    arguments.add_argument("--count", type=int, default=1_000_000)
    arguments.add_argument("--database", type=Path, help="keep the database here and use it if it exists")
    arguments.add_argument("--updates", type=int, default=100_000, help="0: none, and no copy")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.database or Path(folder) / "million.db"
        if not path.exists():
            records = real(chosen.corpus) if chosen.corpus else invented_briefly()
            write_store(path, replicated(records, chosen.count))
        print(f"{datetime.now(UTC):%Y-%m-%d %H:%M}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        read_into_memory(path)
        with opened(path) as database:
            _print_store(database)
        with offline(path) as workspace:
            made = make_queries(workspace)
            measure_reads(workspace, made)
            print("\ninsights")
            insights.measure(workspace, REPEATS)
        print("\nstart of the dashboard")
        first_paint.measure(path, REPEATS)
        print("\nhow long the loop of the dashboard is held up")
        screens.measure(path, ROUNDS, ACTS)
        if chosen.updates:
            sources = {
                "one word": [made.word() for _ in range(QUERIES)],
                "two words": [f"{made.word()} {made.word()}" for _ in range(QUERIES)],
                "prefix of 5 letters and more": [made.prefix(5, 9) for _ in range(QUERIES)],
            }
            with tempfile.TemporaryDirectory(dir=path.parent) as beside:
                copy = shutil.copyfile(path, Path(beside) / "updated.db")
                with opened(copy) as database:
                    measure_updates(database, sources, chosen.updates)
        print(f"\n{datetime.now(UTC):%Y-%m-%d %H:%M}, load {os.getloadavg()[0]:.1f}")


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    database = Database(path)
    try:
        yield database
    finally:
        database.close()


def read_into_memory(path: Path) -> None:
    """Before anything opens the database: to close a descriptor of it would drop the locks of the process."""
    with path.open("rb") as file:
        while file.read(CHUNK):
            pass


def _print_store(database: Database) -> None:
    stored = read_stored(database)
    (pages, size) = database.one("SELECT page_count, page_size FROM pragma_page_count, pragma_page_size")
    (count,) = database.one("SELECT count(*) FROM conversation")
    print(f"{count:,} conversations; {pages * size / count / 1000:.1f} kB each")
    if stored.conversations:
        print(
            f"ingestion, without reading the source: {stored.conversations:,} conversations"
            f" with {stored.parts:,} parts in {stored.seconds:.0f} s,"
            f" {stored.conversations / stored.seconds:,.0f} a second,"
            f" {stored.cpu / stored.conversations * 1000:.2f} ms CPU each"
        )


if __name__ == "__main__":
    main()
