"""The disk is full during a sync: one line says so, nothing is lost, and with space the sync completes."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.campaigns import LONG
from tests.campaigns.mirror import Mirror, server
from tests.cli.conftest import Result

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="how to fill a disk is known for Linux")
LIMITS = 40 if LONG else 5
FILLINGS = 12 if LONG else 2
BALLAST = "ballast"


def must_be_told(done: Result, mirror: Mirror) -> None:
    assert done.code == 1, done
    assert "cannot write to " in done.error
    assert str(mirror.database) in done.error
    assert done.err.count("\n") == 1, done.err
    assert "Traceback" not in done.err


def test_no_file_may_grow(tmp_path: Path) -> None:
    """A limit on the size of files stands in for a disk that is full in the middle of a write."""
    random_ = random.Random(6)
    with server() as simulator:
        mirror = Mirror(tmp_path / "mirror", simulator)
        failed = 0
        for number in range(LIMITS):
            simulator.world.advance(20)
            limit = (
                random_.randint(1_000, 400_000) if number < LIMITS // 2 else random_.randint(1_000, 2_000_000)
            )
            done = mirror.call("sync", "--quiet", largest_file=limit)
            if done.code:
                failed += 1
                must_be_told(done, mirror)
            if mirror.database.stat().st_size:
                assert mirror.problems() == [], limit
        print(f"\nlimits: {LIMITS}, of which {failed} ended a sync")
        assert failed >= LIMITS // 2
        mirror.must_become_complete()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB, where we have the rights to make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if os.geteuid() or shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
        pytest.skip("a file system cannot be mounted")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path, left: int) -> None:
    (disk / BALLAST).write_bytes(bytes(shutil.disk_usage(disk).free - left))


def test_the_disk_of_database_and_log_is_full(small_disk: Path) -> None:
    random_ = random.Random(7)
    with server(conversations=150, long_threads=0) as simulator:
        mirror = Mirror(small_disk, simulator)
        assert mirror.call("sync", "--quiet").code == 0
        with mirror.open() as workspace:
            mirror.annotate(workspace, min(simulator.world.truth()), "kept")
        ballast, failed = small_disk / BALLAST, 0
        for _ in range(FILLINGS):
            simulator.world.advance(60)
            fill(small_disk, random_.randrange(0, 200_000))
            done = mirror.call("sync", "--quiet")
            if done.code:
                failed += 1
                must_be_told(done, mirror)
            ballast.unlink()
            assert mirror.problems() == []
        print(f"\nfull disks: {FILLINGS}, of which {failed} ended a sync")
        assert failed
        fill(small_disk, 0)
        done = mirror.call("sync", "--quiet")
        must_be_told(done, mirror)
        ballast.unlink()
        mirror.must_become_complete()
