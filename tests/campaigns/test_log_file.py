"""What may happen to SQLite's write-ahead log of a process that was killed."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.campaigns import LONG
from tests.campaigns.mirror import Mirror, server
from tests.campaigns.processes import ended
from tui.simulator.server import RunningServer
from tui.store.database import Database
from tui.store.errors import DatabaseCorrupt

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
CUTS = 200 if LONG else 25


@dataclass(frozen=True)
class Killed:
    """The files that killed syncs left behind: a database, and a large log that is not yet part of it."""

    folder: Path
    server: RunningServer

    def copy(self, folder: Path) -> Mirror:
        shutil.copytree(self.folder, folder)
        return Mirror(folder, self.server)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killed]:
    with server(conversations=100, long_threads=0, latency_ms=15) as simulator:
        mirror = Mirror(tmp_path_factory.mktemp("killed") / "mirror", simulator)
        assert mirror.call("sync", "--quiet", "--since", "10d").code == 0
        copied = mirror.folder.with_name("copied")
        shutil.copytree(mirror.folder, copied)
        with mirror.open() as workspace:  # while somebody has it open, the log stays
            for number, conversation_id in enumerate(sorted(simulator.world.truth())[-5:]):
                mirror.annotate(workspace, conversation_id, f"note {number}")
            for days in (15, 20, 25, 30):
                assert mirror.call("sync", "--quiet", "--since", f"{days}d").code == 0
            simulator.world.advance(60)
            with ended(mirror.start("sync", "--quiet", "--since", "50d")) as process:
                mirror.await_request("GET /conversations/2", 20, process)
                assert process.kill()
            left = mirror.folder.with_name("left")
            # By another process: closing a file drops the locks that this one has on it.
            subprocess.run(["cp", "-r", str(mirror.folder), str(left)], check=True)
        assert (left / "mirror.db").read_bytes() == (copied / "mirror.db").read_bytes()
        assert (left / "mirror.db-wal").stat().st_size > 500_000
        yield Killed(left, simulator)


def test_a_large_log_is_taken_over(tmp_path: Path, killed: Killed) -> None:
    mirror = killed.copy(tmp_path / "mirror")
    assert mirror.problems() == []
    assert mirror.covered() > 0
    mirror.must_become_complete()


def test_the_index_of_the_log_is_made_anew(tmp_path: Path, killed: Killed) -> None:
    whole = killed.copy(tmp_path / "whole").covered()
    for there in (False, True):
        mirror = killed.copy(tmp_path / str(there))
        index = mirror.folder / "mirror.db-shm"
        if there:
            index.write_bytes(random.Random(11).randbytes(32_768))
        else:
            index.unlink()
        assert mirror.problems() == []
        assert mirror.covered() == whole


def test_a_log_that_was_cut_off_anywhere_gives_an_earlier_moment(tmp_path: Path, killed: Killed) -> None:
    random_ = random.Random(8)
    whole = killed.copy(tmp_path / "whole").covered()
    seen = Counter[int]()
    for number in range(CUTS):
        mirror = killed.copy(tmp_path / "mirror")
        size = mirror.wal.stat().st_size
        os.truncate(mirror.wal, 0 if number == 0 else random_.randrange(size))
        if number % 2:
            (mirror.folder / "mirror.db-shm").unlink()
        assert mirror.problems() == []
        seen[mirror.covered()] += 1
        shutil.rmtree(mirror.folder)
    print(f"\ncut logs: {CUTS}; conversations covered, and how often: {dict(seen)}")
    assert max(seen) <= whole
    assert len(seen) > 2


def test_damaged_bytes_in_the_log_end_it_there(tmp_path: Path, killed: Killed) -> None:
    random_ = random.Random(9)
    for _ in range(CUTS // 5):
        mirror = killed.copy(tmp_path / "mirror")
        with mirror.wal.open("rb+") as file:
            file.seek(random_.randrange(mirror.wal.stat().st_size - 16))
            file.write(random_.randbytes(16))
        assert mirror.problems() == []
        shutil.rmtree(mirror.folder)


def test_a_copy_without_its_log_claims_what_it_holds(tmp_path: Path, killed: Killed) -> None:
    mirror = Mirror(tmp_path / "mirror", killed.server)
    shutil.copy(killed.folder / "mirror.db", mirror.database)
    assert mirror.problems() == []
    assert mirror.covered() > 0
    mirror.must_become_complete()


def test_a_backup_in_the_place_of_a_killed_mirror_without_its_log(tmp_path: Path, killed: Killed) -> None:
    """As the README says: the files of the old log are removed."""
    mirror = killed.copy(tmp_path / "mirror")
    backup = tmp_path / "backup.db"
    covered = mirror.covered()
    assert mirror.call("backup", str(backup), "--quiet").code == 0
    mirror = killed.copy(tmp_path / "again")
    for old in mirror.folder.glob("mirror.db-*"):
        old.unlink()
    backup.replace(mirror.database)
    assert mirror.problems() == []
    assert mirror.covered() == covered
    mirror.must_become_complete()


def test_the_log_of_another_database_crashes_nothing(tmp_path: Path, killed: Killed) -> None:
    """SQLite cannot tell whose log it is and applies it; what does not fit together afterwards is told.

    Nothing is asserted of claims: if by chance all pages fit together, nobody can know.
    """
    random_ = random.Random(10)
    other = Mirror(tmp_path / "other", killed.server)
    assert other.call("sync", "--quiet", "--since", "40d").code == 0
    foreign = tmp_path / "foreign"
    with other.open():
        assert other.call("sync", "--quiet").code == 0
        subprocess.run(["cp", str(other.wal), str(foreign)], check=True)
    seen = Counter[str]()
    for number in range(CUTS // 5):
        mirror = Mirror(tmp_path / "mirror", killed.server)
        shutil.copy(killed.folder / "mirror.db", mirror.database)
        shutil.copy(foreign, mirror.wal)
        os.truncate(mirror.wal, random_.randint(foreign.stat().st_size // 10, foreign.stat().st_size))
        if number % 2:
            seen[_sync_on_damage(mirror)] += 1
        seen[_find_damage(mirror)] += 1
        shutil.rmtree(mirror.folder)
    print(f"\nlogs of another database: {dict(seen)}")
    assert seen["refused by a sync"] + seen["refused"] + seen["found by the check of the file"] > 0


def _sync_on_damage(mirror: Mirror) -> str:
    done = mirror.call("sync", "--quiet")
    assert "Traceback" not in done.err
    if done.code == 0:
        return "synced"
    assert "cannot be read as a fastintercom database" in done.error
    return "refused by a sync"


def _find_damage(mirror: Mirror) -> str:
    try:
        with closing(Database(mirror.database)) as database:
            found = database.check_health()
        if found is not None:
            return "found by the check of the file"
        return "not found, and claims are wrong" if mirror.broken_claims() else "no damage"
    except DatabaseCorrupt:
        return "refused"
