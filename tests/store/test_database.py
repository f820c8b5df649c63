from __future__ import annotations

import gc
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.records import START, conversation, with_thread
from tests.store.test_migrations import build_old
from tui.freshness import Interval
from tui.store.annotations import take_due
from tui.store.coverage import count_pending, next_pending
from tui.store.database import MIGRATIONS, Database
from tui.store.errors import (
    DatabaseBusy,
    DatabaseCorrupt,
    DatabaseTooNew,
    DatabaseUnwritable,
    StoreError,
    Superseded,
)
from tui.store.ingest import store_threads
from tui.store.people import conversations_of, read_contact
from tui.store.stats import Stats

ROOT = Path(__file__).resolve().parents[2]


def test_the_file_and_its_folder_are_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "mirror.db"
    database = Database(path)
    with database.transaction() as connection:
        connection.execute("INSERT INTO setting VALUES ('a', 'b')")
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in path.parent.iterdir()}
    database.close()
    assert set(modes.values()) == {0o600}
    assert "mirror.db-wal" in modes
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    Database(path).close()
    path.chmod(0o644)
    Database(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    database = Database(path)
    with database.transaction() as connection:
        store_threads(connection, [with_thread(conversation(1), "reply")])
    database.close()
    again = Database(path)
    assert again.one("SELECT count(*) FROM part") == (2,)
    again.close()


def test_an_older_database_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    old = build_old(path, "0002_triage_and_views")
    old.execute_sql("INSERT INTO contact VALUES ('6f', 'Ann', 'ann@x.example', 5)")
    old.close()
    again = Database(path)
    assert again.schema_version == len(list(MIGRATIONS.glob("[0-9]*.py"))) > 2
    assert again.one("SELECT name, details_at FROM contact WHERE id = '6f'") == ("Ann", None)
    assert read_contact(again, "6f") is None
    again.close()


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    Database(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(DatabaseTooNew, match=r"newer fastintercom \(schema 99.*upgrade"):
        Database(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    path.write_text("meeting notes\n" * 10)
    with pytest.raises(DatabaseCorrupt, match="not an SQLite file"):
        Database(path)
    assert path.read_text() == "meeting notes\n" * 10


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE precious (x)")
    connection.close()
    with pytest.raises(DatabaseCorrupt, match="belongs to another program"):
        Database(path)


def test_a_damaged_database_is_refused_with_words(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    database = Database(path)
    with database.transaction() as connection:
        store_threads(connection, [with_thread(conversation(i), "reply " * 200) for i in range(1, 60)])
    database.all("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + os.urandom(len(whole) - 4096))
    with pytest.raises(DatabaseCorrupt, match="move it away to sync afresh"):
        Database(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_said_so(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(DatabaseUnwritable, match="Permission denied"):
        Database(folder / "mirror.db")


def test_a_folder_in_the_place_of_the_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnwritable, match=r"cannot write to .*directory"):
        Database(tmp_path)


def test_a_full_disk_is_an_error_and_the_transaction_is_undone(tmp_path: Path) -> None:
    database = Database(tmp_path / "mirror.db")
    # SQLite reports the same error when a database reaches its page limit as when the disk is full.
    (pages,) = database.one("PRAGMA page_count")
    database.all(f"PRAGMA max_page_count = {pages + 5}")
    with pytest.raises(DatabaseUnwritable, match="full"), database.transaction() as connection:
        store_threads(connection, [with_thread(conversation(i), "reply " * 500) for i in range(1, 60)])
    assert database.one("SELECT count(*) FROM conversation") == (0,)
    database.close()


def test_a_database_that_another_program_holds_is_said_so(tmp_path: Path) -> None:
    database = Database(tmp_path / "mirror.db")
    database.all("PRAGMA busy_timeout = 1")
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy, match="held by another program"), database.transaction():
            pass
        other.execute("ROLLBACK")
    with database.transaction():
        pass
    database.close()


@pytest.mark.parametrize("sql", ["SELECT nothing", "SELECT", "INSERT INTO setting VALUES (NULL, NULL)"])
def test_a_statement_that_sqlite_refuses_is_a_fault_of_ours(tmp_path: Path, sql: str) -> None:
    database = Database(tmp_path / "mirror.db")
    with pytest.raises(StoreError, match="a fault of fastintercom") as caught:
        database.all(sql)
    assert type(caught.value) is StoreError
    database.close()


READS: dict[str, Callable[[Database], object]] = {
    "conversation_pending (updated_at>?": lambda database: count_pending(database),
    "conversation_pending (updated_at>? AND updated_at<?)": lambda database: next_pending(
        database, Interval(0, START), limit=5, max_attempts=3
    ),
    "annotation_follow_up (follow_up_at<?)": lambda database: take_due(database, START),
    "conversation_customer (customer_id=?)": lambda database: conversations_of(database, "5f", 5),
    "conversation_waiting (waiting_since>?)": lambda database: Stats(database.all).waiting(START, (0, 60)),
}


@pytest.mark.parametrize("index", READS)
def test_reads_use_their_index(tmp_path: Path, index: str) -> None:
    database = Database(tmp_path / "mirror.db")
    executed: list[str] = []
    database._connection().set_trace_callback(executed.append)
    READS[index](database)
    database._connection().set_trace_callback(None)
    plans = [[str(row[3]) for row in database.all(f"EXPLAIN QUERY PLAN {sql}")] for sql in executed]
    assert plans
    assert all(any(index in line for line in plan) for plan in plans), plans
    database.close()


def test_an_exception_undoes_the_transaction(tmp_path: Path) -> None:
    database = Database(tmp_path / "mirror.db")

    def write_and_fail() -> None:
        with database.transaction() as connection:
            connection.execute("INSERT INTO setting VALUES ('a', 'b')")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert database.all("SELECT * FROM setting") == []
    database.close()


def test_a_write_of_the_user_does_not_wait_for_a_sync_to_end(tmp_path: Path) -> None:
    database = Database(tmp_path / "mirror.db")
    syncing, asked, written = threading.Event(), threading.Event(), threading.Event()
    after: list[int] = []

    def sync() -> None:
        """Writes one transaction after the other, without a gap."""
        for number in range(2000):
            with database.transaction() as connection:
                for _ in range(200):
                    connection.execute("INSERT OR REPLACE INTO setting VALUES ('sync', ?)", (number,))
            syncing.set()
            if written.is_set():
                return
            if asked.is_set():
                after.append(number)

    thread = threading.Thread(target=sync)
    thread.start()
    assert syncing.wait(30)
    asked.set()
    with database.user_transaction() as connection:
        connection.execute("INSERT INTO setting VALUES ('mine', '1')")
    written.set()
    thread.join(30)
    assert len(after) <= 2, "the one under way, and none that comes after it"
    assert database.one("SELECT value FROM setting WHERE key = 'mine'") == ("1",)
    database.close()


def test_an_interrupted_read_says_it_was_superseded(tmp_path: Path) -> None:
    database = Database(tmp_path / "mirror.db")
    outcome: list[BaseException] = []
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

    def read() -> None:
        try:
            database.all_interruptible(endless)
        except Superseded as error:
            outcome.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    while reader.is_alive():
        database.interrupt()
        reader.join(0.01)
    assert len(outcome) == 1
    database.close()


def test_two_processes_worth_of_openings_at_once_migrate_once(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    problems: list[BaseException] = []

    def open_it() -> None:
        try:
            Database(path).close()
        except StoreError as error:
            problems.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    copy = tmp_path / "copy.db"
    shutil.copy(path, copy)
    database = Database(copy)
    assert database.schema_version == len(list(MIGRATIONS.glob("[0-9]*.py")))
    database.close()


def test_threads_that_come_and_go_leave_no_connection_behind(tmp_path: Path) -> None:
    database = Database(tmp_path / "mirror.db")
    opened = weakref.WeakSet[sqlite3.Connection]()

    def read() -> None:
        database.one("SELECT 1")
        opened.add(database._connection())

    for _ in range(100):
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    gc.collect()
    left = len(opened)
    database.close()
    assert left <= 2


CLOSED_UNDER_READERS = """
import random, sys, threading
from pathlib import Path
from tui.store.database import Database
from tui.store.errors import StoreError, Superseded

told = []
read_once = threading.Semaphore(0)

def read(database):
    try:
        while True:
            database.all("SELECT a, b FROM big WHERE a > ?", (random.randrange(4000),))
            read_once.release()
    except (StoreError, Superseded) as error:
        told.append(error)

path = Path(sys.argv[1])
database = Database(path)
with database.transaction() as connection:
    connection.execute("CREATE TABLE big (a, b)")
    connection.executemany("INSERT INTO big VALUES (?, ?)", [(n, "x" * 50) for n in range(5000)])
database.close()
for _ in range(30):
    database = Database(path)
    threads = [threading.Thread(target=read, args=(database,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(random.randrange(1, 9)):
        read_once.acquire()
    database.close()
    for thread in threads:
        thread.join()
print(len(told))
"""


def test_closing_while_other_threads_read_ends_their_reads_and_not_the_process(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CLOSED_UNDER_READERS, str(tmp_path / "mirror.db")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert (done.returncode, done.stdout) == (0, "60\n"), done.stderr
