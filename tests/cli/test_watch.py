"""`sync --watch` for weeks: SIGHUP with and without a terminal, and a machine that sleeps in between."""

from __future__ import annotations

import os
import pty
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT
from tests.cli.test_sync import PATIENCE, read_until
from tests.waiting import until
from tui.cli.hangup import ReloadRequest
from tui.cli.monitor import Monitor
from tui.cli.watch import pause
from tui.simulator.server import RunningServer

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and terminals are a POSIX matter")

Daemon = Callable[..., "subprocess.Popen[str]"]
SHELL = 'exec <"$0" >"$0" 2>&1; exec "$@"'
"""The leader of a new session gets the terminal that it opens as controlling terminal, and so its signals."""


@pytest.fixture
def daemon(connected: RunningServer, home: Path) -> Iterator[Daemon]:
    """Starts the program in a session without a terminal."""
    assert connected.url
    assert home.exists()
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tui", *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_sighup_reloads_the_settings_of_a_daemon(daemon: Daemon, home: Path) -> None:
    config = home / "config" / "fastintercom" / "config.toml"
    good = config.read_text()
    child = daemon("sync", "--watch", "3600")
    assert child.stderr is not None
    assert " new in " in read_until(child.stderr, "Fresh")

    def reload(more: str) -> str:
        """Change the settings; returns what is said until the next sync is done."""
        assert child.stderr is not None
        config.write_text(good + more)
        child.send_signal(signal.SIGHUP)
        return read_until(child.stderr, "Fresh")

    said = reload('databse = "elsewhere.db"\n')
    assert "the settings were not reloaded, those of before stay: " in said
    assert "unknown key “databse”" in said
    assert "Synced: nothing new" in said

    said = reload('database = "elsewhere.db"\n')
    assert "The settings were reloaded." in said
    assert " new in " in said
    assert (config.parent / "elsewhere.db").exists()

    said = reload('database = "config.toml/impossible.db"\n')
    assert "the settings were not reloaded, those of before stay: " in said
    assert "impossible.db" in said
    assert "Synced: nothing new" in said

    child.send_signal(signal.SIGTERM)
    assert child.wait(PATIENCE) == 130
    (log,) = home.rglob("fastintercom.log")
    assert "the settings were reloaded" in log.read_text()
    assert "those of before stay: " in log.read_text()


@pytest.mark.parametrize("nohup", [False, True])
def test_a_closed_terminal_ends_it_in_order_unless_nohup_started_it(
    connected: RunningServer, home: Path, nohup: bool
) -> None:
    assert connected.url
    database = home / "data" / "fastintercom" / "fastintercom.db"
    outer, inner = pty.openpty()
    program = [*(["nohup"] if nohup else []), sys.executable, "-m", "tui", "sync", "--watch", "1"]
    child = subprocess.Popen(
        ["/bin/sh", "-c", SHELL, os.ttyname(inner), *program],
        cwd=home,
        env=environment(),
        start_new_session=True,
    )
    os.close(inner)
    try:
        until(lambda: bool(outcomes(database)))
        os.close(outer)  # the kernel sends SIGHUP
        if nohup:
            before = len(outcomes(database))
            until(lambda: len(outcomes(database)) > before)
            child.terminate()
        assert child.wait(PATIENCE) == 130
    finally:
        child.kill()
        child.wait()
    assert set(outcomes(database)) <= {"complete", "interrupted"}, "no run is left open"


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}


def outcomes(database: Path) -> list[str]:
    """How the syncs ended that are over; a database that is not there yet has none."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            return [o for (o,) in connection.execute("SELECT outcome FROM sync_run WHERE finished_at > 0")]
    except sqlite3.OperationalError:
        return []


def test_a_pause_counts_the_time_asleep(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([0.0, 0.0, 4000.0])
    monkeypatch.setattr("tui.cli.watch.uptime", lambda: next(seconds))
    started = time.monotonic()
    pause(3600, ReloadRequest(), Monitor([], str))
    assert time.monotonic() - started < PATIENCE
    assert next(seconds, None) is None


def test_a_reload_ends_a_pause() -> None:
    request = ReloadRequest(made=True)
    pause(3600, request, Monitor([], str))
    assert request.take()
    assert not request.take()
