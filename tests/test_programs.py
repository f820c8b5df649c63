"""Programs of the user's: limits of time and output, what is ended and what goes on."""

from __future__ import annotations

import os
import signal
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

from tests.waiting import until
from tui.programs import Limits, ProgramNotStarted, run_program
from tui.secrecy import environment_without

pytestmark = pytest.mark.skipif(os.name != "posix", reason="starts programs with the shell")


def is_gone(process: int) -> bool:
    """Whether a process has ended; one that nobody has waited for yet counts as ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@needs_proc
@pytest.mark.parametrize("by", ["time", "cancel"])
def test_a_program_that_is_ended_takes_those_it_started_with_it(tmp_path: Path, by: str) -> None:
    started, cancel = tmp_path / "started", threading.Event()
    script = f"trap '' TERM; sleep 600 & echo $! > {started}.part; mv {started}.part {started}; wait"
    limits = Limits(1.0 if by == "time" else 600.0, 1000, whole_group=True)
    if by == "cancel":

        def stop() -> None:
            until(started.exists)
            cancel.set()

        threading.Thread(target=stop, daemon=True).start()
    finished = run_program(["sh", "-c", script], limits, cancel=cancel)
    assert finished.code is None
    until(partial(is_gone, int(started.read_text())))


@needs_proc
def test_what_a_program_leaves_behind_when_it_ends_by_itself_goes_on(tmp_path: Path) -> None:
    left = tmp_path / "left"
    script = f"sleep 600 & echo $! > {left}; echo done"
    finished = run_program(["sh", "-c", script], Limits(60.0, 1000, whole_group=True))
    process = int(left.read_text())
    try:
        assert (finished.code, finished.output) == (0, b"done\n")
        assert not is_gone(process)
    finally:
        os.kill(process, signal.SIGKILL)


def test_a_program_need_not_read_what_it_is_given() -> None:
    limits = Limits(60.0, 1000)
    assert run_program(["true"], limits, given=b"x" * 5_000_000).code == 0
    assert run_program(["wc", "-c"], limits, given=b"x" * 5_000_000).output.strip() == b"5000000"


def test_what_is_printed_beyond_the_limit_is_dropped_while_the_program_goes_on(tmp_path: Path) -> None:
    end = tmp_path / "end"
    script = f"yes | head -c 3000000; echo why >&2; touch {end}; exit 3"
    limits = Limits(60.0, 1000, goes_on=True)
    finished = run_program(["sh", "-c", script], limits, reads_errors=True)
    assert (finished.code, len(finished.output), finished.is_cut) == (3, 1000, True)
    assert finished.errors == b"why\n"
    assert end.exists()


@pytest.mark.parametrize("words", [["/no/such/program"], ["tr\0ue"]])
def test_a_program_that_cannot_be_started_is_told(words: list[str]) -> None:
    with pytest.raises(ProgramNotStarted):
        run_program(words, Limits(1.0, 10))


def test_no_variable_of_the_environment_holds_the_token() -> None:
    environ = {
        "INTERCOM_ACCESS_TOKEN": "another-token",
        "MY_TOKEN": "dG9rOnRva2Vu",
        "HEADER": "Bearer dG9rOnRva2Vu",
        "DEMO": "demo",
        "PATH": "/demo/bin",
    }
    assert environment_without(["dG9rOnRva2Vu", "demo"], environ) == {"PATH": "/demo/bin"}
