"""Who holds the lease is asked without ever getting in the holder's way: real processes, real locks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tui.store.database import Database
from tui.store.errors import FenceLost
from tui.store.settings_table import read_setting
from tui.sync.lease import Lease, LeaseHeld, is_locked, read_other_sync, read_owner

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, datetime, pathlib
from tui.store.database import Database
from tui.sync.lease import Lease
with Lease(Database(pathlib.Path(sys.argv[1])), datetime.datetime.now(datetime.UTC)):
    print("held", flush=True)
    sys.stdin.readline()
"""
PROBE = """
import sys, pathlib
from tui.sync.lease import is_locked
print("probing", flush=True)
while True:
    is_locked(pathlib.Path(sys.argv[1]))
"""
TRY = """
import sys, datetime, pathlib
from tui.store.database import Database
from tui.sync.lease import Lease, LeaseHeld
try:
    with Lease(Database(pathlib.Path(sys.argv[1])), datetime.datetime.now(datetime.UTC)):
        print("acquired")
except LeaseHeld as error:
    print(error.owner.pid)
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "mirror.db")
    yield database
    database.close()


@contextmanager
def python(script: str, database: Database) -> Iterator[subprocess.Popen[str]]:
    """A process that has printed its first line."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(database.path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.communicate()


def lease(database: Database) -> Lease:
    return Lease(database, datetime.now(UTC))


def try_in_another_process(database: Database) -> str:
    done = subprocess.run(
        [sys.executable, "-c", TRY, str(database.path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def repeat(act: Callable[[], object], times: int, threads: int = 1) -> None:
    workers = [threading.Thread(target=lambda: [act() for _ in range(times)]) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def test_nobody_owns_a_database_that_was_never_synced(database: Database) -> None:
    assert read_owner(database) is None
    assert not is_locked(database.path)
    assert [p.name for p in database.path.parent.glob("*lock*")] == [], "asking leaves no file behind"


def test_the_owner_is_another_process_until_it_is_killed(database: Database) -> None:
    with python(HOLD, database) as holder:
        owner = read_owner(database)
        assert owner is not None
        assert (owner.pid, owner.host) == (holder.pid, socket.gethostname())
        with pytest.raises(LeaseHeld) as caught, lease(database):
            pytest.fail("the lease is held")
        assert caught.value.owner == owner
        holder.kill()  # SIGKILL: it has no chance to tidy up
        holder.wait()
        assert read_setting(database, "lease"), "its entry is still there"
        assert read_owner(database) is None
        with lease(database):
            owner = read_owner(database)
            assert owner is not None
            assert owner.pid == os.getpid()


def test_a_lease_that_ended_has_no_owner(database: Database) -> None:
    with python(HOLD, database) as holder:
        holder.communicate("\n")
        assert holder.returncode == 0
        assert read_owner(database) is None


def test_asking_takes_the_lease_from_nobody(database: Database) -> None:
    other = Database(database.path)
    with lease(database):
        repeat(lambda: read_owner(other), 100, threads=3)
        assert try_in_another_process(database) == str(os.getpid())
        with database.transaction():  # the fence still holds
            pass
    other.close()
    assert try_in_another_process(database) == "acquired"


def test_two_databases_of_one_process_exclude_one_another_and_have_a_fence_each(database: Database) -> None:
    other = Database(database.path)
    with lease(database):
        with pytest.raises(LeaseHeld), lease(other):
            pytest.fail("the lease is held")
        with other.user_transaction() as connection:  # as a successor would
            connection.execute("UPDATE setting SET value = value + 1 WHERE key = 'fence'")
        with pytest.raises(FenceLost), database.transaction():
            pytest.fail("who tried in vain has taken nothing from the holder, not even its fence")
        with other.transaction():
            pass
    with lease(other):
        pass
    other.close()


def test_every_holder_has_a_fence_of_its_own(database: Database) -> None:
    fences = []
    for _ in range(3):
        with lease(database):
            fences.append(read_setting(database, "fence"))
    assert len(set(fences)) == 3, "else a holder that was suspended passes for its successor"


def test_asking_keeps_nobody_from_acquiring_the_lease(database: Database) -> None:
    with lease(database):
        pass  # the lock file exists from here on
    with python(PROBE, database):
        for _ in range(100):
            with lease(database):
                pass


def test_ones_own_sync_is_never_taken_for_somebody_elses(tmp_path: Path) -> None:
    """Another thread of the same object looks all the time, as the dashboard does."""
    database = Database(tmp_path / "mirror.db")
    over, seen = threading.Event(), list[object]()

    def look() -> None:
        while not over.is_set():
            seen.append(read_other_sync(database))

    looking = threading.Thread(target=look)
    looking.start()
    for _ in range(150):
        with Lease(database, datetime.now(UTC)):
            pass
    over.set()
    looking.join()
    assert len(seen) > 100
    assert set(seen) == {None}
    database.close()
