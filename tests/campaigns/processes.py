"""The program in processes of its own, started in milliseconds: forks of one that has imported everything.

A fork shares nothing with the tests but the files: `multiprocessing`'s server, which is forked, has neither
threads nor connections.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.cli.conftest import Result
from tests.waiting import until

PATIENCE = 120.0
"""Seconds that something may take on a busy machine."""
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [
        "pytest",
        "tests.campaigns.processes",
        "tui.cli.backup",
        "tui.cli.main",
        "tui.cli.sync",
        "tui.cli.syncing",
        "tui.cli.purge",
        "tui.cli.verify",
        "tui.intercom.client",
        "tui.sync.verify",
        "tui.workspace",
    ]
)
_numbers = count(1)


class Running:
    """A process of the program."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], arguments: list[str], largest_file: int | None
    ) -> None:
        number = next(_numbers)
        self._said = [folder / f"{number}.{stream}" for stream in ("out", "err")]
        self._process = _CONTEXT.Process(
            target=_run, args=(arguments, dict(environment), *map(str, self._said), largest_file), daemon=True
        )
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def kill(self) -> bool:
        """SIGKILL. Returns whether it was still running."""
        self._process.kill()
        self._process.join(PATIENCE)
        return self._process.exitcode == -signal.SIGKILL

    def suspend(self) -> bool:
        """SIGSTOP; returns when it has come to a halt. Returns whether it is still there."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGSTOP)
        until(lambda: not self.is_alive or _state(self.pid) == "T")
        return self.is_alive

    def resume(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGCONT)

    def wait(self) -> Result:
        self._process.join(PATIENCE)
        assert self._process.exitcode is not None, "it does not end"
        out, err = (path.read_text() if path.exists() else "" for path in self._said)
        return Result(self._process.exitcode, out, err)


@contextmanager
def ended(process: Running) -> Iterator[Running]:
    """The process is gone at the end of the block, whatever happens in it."""
    try:
        yield process
    finally:
        process.kill()


def _state(pid: int) -> str:
    """The letter that Linux gives for what a process does: "T" when suspended."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return ""


def _run(
    arguments: list[str], environment: dict[str, str], out: str, err: str, largest_file: int | None
) -> None:
    """In the new process."""
    for descriptor, path in ((1, out), (2, err)):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.environ.clear()
    os.environ.update(environment)
    if largest_file is not None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    from tui.cli.main import run

    sys.exit(run(arguments))
