"""The log file: limited in size, private, and complete although several processes write it."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from tests.cli.conftest import PROCESS_TIMEOUT, ROOT
from tui.cli.logs import LARGEST, SharedRotatingFileHandler, logging_to

WRITER = """
import logging, sys
from pathlib import Path
from tui.cli.logs import SharedRotatingFileHandler

path, name, records = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
handler = SharedRotatingFileHandler(path, largest=500, backups=500)
logger = logging.getLogger("test")
logger.addHandler(handler)
print("ready", flush=True)
sys.stdin.readline()
for number in range(records):
    logger.warning("%s %d", name, number)
"""
PROCESSES, RECORDS = 4, 800


def record(text: str) -> logging.LogRecord:
    return logging.LogRecord("tui", logging.INFO, __file__, 1, text, None, None)


def test_no_record_of_several_processes_is_lost_or_written_twice(tmp_path: Path) -> None:
    path = tmp_path / "shared.log"
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(number), str(RECORDS)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    for writer in writers:
        _, errors = writer.communicate(timeout=PROCESS_TIMEOUT)
        assert (writer.returncode, errors) == (0, "")
    files = [file for file in tmp_path.iterdir() if file.suffix != ".lock"]
    found = [line for file in files for line in file.read_text().splitlines()]
    expected = [f"{name} {number}" for name in range(PROCESSES) for number in range(RECORDS)]
    assert sorted(found) == sorted(expected)
    assert len(files) >= sum(len(line) + 1 for line in expected) // 2_000, "no file grew far over the limit"
    if os.name == "posix":
        assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


def test_a_file_that_another_process_renamed_is_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "shared.log"
    ours = SharedRotatingFileHandler(path, largest=100)
    ours.emit(record("before"))
    path.rename(tmp_path / "renamed")
    ours.emit(record("after"))
    assert ((tmp_path / "renamed").read_text(), path.read_text()) == ("before\n", "after\n")
    path.unlink()
    ours.emit(record("anew"))
    assert path.read_text() == "anew\n"
    ours.close()


def test_while_another_process_renames_the_file_records_are_written_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "shared.log"
    ours = SharedRotatingFileHandler(path, largest=10)
    with FileLock(f"{path}.lock"):
        for text in ("a long record", "another one"):
            ours.emit(record(text))
        assert path.read_text() == "a long record\nanother one\n"
    ours.emit(record("third"))
    assert path.read_text() == "third\n"
    assert (tmp_path / "shared.log.1").read_text() == "a long record\nanother one\n"
    ours.close()


def test_a_large_log_is_renamed_while_the_program_runs(tmp_path: Path) -> None:
    path = tmp_path / "log" / "fastintercom.log"
    with logging_to(path, "info", []) as logged:
        assert logged
        logger = logging.getLogger("tui.sync")
        text = "x" * 1000
        for _ in range(2 * LARGEST // len(text)):
            logger.info(text)
    sizes = {file.name: file.stat().st_size for file in path.parent.iterdir()}
    assert set(sizes) == {"fastintercom.log", "fastintercom.log.1", "fastintercom.log.lock"}
    assert LARGEST <= sizes["fastintercom.log.1"] < LARGEST + 2 * len(text)
    assert sizes["fastintercom.log"] < LARGEST + 2 * len(text)


FULL_LOG = """
import logging, resource, sys
from pathlib import Path
from tui.cli.logs import logging_to

with logging_to(Path(sys.argv[1]), "info", []):
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    for _ in range(3):
        logging.getLogger("tui").warning("nobody can keep this")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="stands in for a full disk by a limit on file sizes")
def test_a_log_that_cannot_be_written_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "full.log"
    done = subprocess.run(
        [sys.executable, "-c", FULL_LOG, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PROCESS_TIMEOUT,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert path.read_text() == ""


@pytest.mark.skipif(os.name != "posix", reason="pipes and file modes are a POSIX matter")
def test_a_log_that_is_a_pipe_is_not_waited_for_and_a_device_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "pipe.log"
    os.mkfifo(path)
    with logging_to(path, "info", []) as logged:
        assert not logged
    outer, inner = os.openpty()
    try:
        device = Path(os.ttyname(inner))
        device.chmod(0o640)
        with logging_to(device, "info", []) as logged:
            assert logged
        assert stat.S_IMODE(device.stat().st_mode) == 0o640
    finally:
        os.close(outer)
        os.close(inner)
