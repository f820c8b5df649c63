"""What it takes to leave no trace of a deleted conversation, and what searches and stars take meanwhile.

Run `python -m tests.benchmarks.erasure [--corpus FILE] [--count N] [--database FILE]`. The conversations are
those of `tests.benchmarks.million`; a database that exists is copied. CPU times are of the thread.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import threading
import time
from functools import partial
from itertools import cycle
from pathlib import Path

from tests.benchmarks.corpus import NOW, invented_briefly, real, replicated
from tests.benchmarks.large_store import write_store
from tests.benchmarks.measures import Times, print_heads, print_times, timed
from tests.benchmarks.million import opened
from tests.benchmarks.offline import offline
from tests.benchmarks.store_reads import PAGE, QUERIES, make_queries
from tui.clock import from_epoch
from tui.query import Query
from tui.store.annotations import Field, write_field
from tui.store.database import Database
from tui.store.erasure import is_overwriting_due, overwrite_erased
from tui.store.id_lists import as_list
from tui.store.ingest import tombstone
from tui.store.search import Search

PAUSE = 0.01
"""Seconds between two searches."""
STARS = (50, 150, 250)
"""The searches after which there is a star, so that the rewriting begins again."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--corpus", type=Path, help="conversations as JSON Lines, optionally .xz")
    arguments.add_argument("--count", type=int, default=100_000)
    arguments.add_argument("--database", type=Path, help="use a copy of this database")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.database and chosen.database.parent) as folder:
        path = Path(folder) / "erased.db"
        if chosen.database:
            shutil.copyfile(chosen.database, path)
        else:
            records = real(chosen.corpus) if chosen.corpus else invented_briefly()
            write_store(path, replicated(records, chosen.count))
        with offline(path) as workspace:
            made = make_queries(workspace)
            queries = [workspace.parse(made.word()) for _ in range(QUERIES)]
        with opened(path) as database:
            (stored,) = database.one("SELECT count(*) FROM conversation")
            size = path.stat().st_size / 1e6
            print(f"{stored:,} conversations, {size:,.0f} MB, load {os.getloadavg()[0]:.1f}")
            measure(database, queries)


def measure(database: Database, queries: list[Query]) -> None:
    """Print the times; the database is changed."""
    search = Search(database)
    ids = [row[0] for row in database.all("SELECT id FROM conversation ORDER BY docid DESC LIMIT 1000")]
    searches = [partial(search.ids, query, {}, from_epoch(NOW), PAGE) for query in queries]
    stars = [partial(_star, database, id_) for id_ in ids[: len(STARS)]]
    print_heads()
    print_times("a search, idle", timed(searches))
    print_times("a star, idle", timed(stars))
    for number, with_stars in enumerate((False, True), 500):
        with database.transaction() as connection:
            tombstone(connection, [ids[number]], 0)
        worker = threading.Thread(target=_overwrite, args=(database,))
        worker.start()
        searched, starred = Times([], []), Times([], [])
        for turn, call in enumerate(cycle(searches)):
            if not worker.is_alive():
                break
            _add(searched, timed([call]))
            if with_stars and turn in STARS:
                _add(starred, timed([partial(_star, database, ids[turn])]))
            time.sleep(PAUSE)
        worker.join()
        print_times("a search meanwhile", searched)
        if len(starred.clock) > 1:
            print_times("a star meanwhile", starred)


def _add(times: Times, more: Times) -> None:
    for known, new in zip(times, more, strict=True):
        known.extend(new)


def _star(database: Database, id_: int) -> None:
    with database.user_transaction() as connection:
        write_field(connection, Field.STARRED, 1, as_list([id_]))


def _overwrite(database: Database) -> None:
    started, worked = time.perf_counter(), time.thread_time()
    overwrite_erased(database)
    clock, cpu = time.perf_counter() - started, time.thread_time() - worked
    state = "left for later" if is_overwriting_due(database) else "done"
    print(f"overwriting what one conversation left: {state} after {clock:.1f} s, {cpu:.1f} s CPU")
    database.release()


if __name__ == "__main__":
    main()
