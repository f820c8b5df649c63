"""A real server, a mirror synced from it, and two ways to call the program: inside and as a process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.json_schemas import check_output
from tui.cli.main import run
from tui.simulator import SimulatorOptions
from tui.simulator.server import RunningServer, running

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "cli-test-token"
PROCESS_TIMEOUT = 60
"""Seconds."""


def options(**changes: Any) -> SimulatorOptions:
    """A small, quiet and quick world."""
    values: dict[str, Any] = {
        "conversations": 60,
        "days": 30,
        "activity": 0,
        "latency_ms": 0,
        "search_lag": 0,
        "long_threads": 1,
        "token": TOKEN,
    }
    return SimulatorOptions(**(values | changes))


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        answer = json.loads(self.out)
        assert isinstance(answer, dict)
        return answer

    @property
    def error(self) -> str:
        """The one line that the program says about what went wrong."""
        lines = [line for line in self.err.splitlines() if line.startswith("fastintercom: ")]
        assert len(lines) == 1, self.err
        return lines[0].removeprefix("fastintercom: ")


@pytest.fixture(scope="session")
def server() -> Iterator[RunningServer]:
    with running(options()) as started:
        yield started


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without settings, token or mirror, whose Intercom cannot be reached."""
    for name in list(os.environ):
        if name.startswith(("INTERCOM_", "FASTINTERCOM_", "XDG_")) or name in {"NO_COLOR", "COLUMNS"}:
            monkeypatch.delenv(name)
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", "http://127.0.0.1:9")
    folder = tmp_path / "config" / "fastintercom"
    folder.mkdir(parents=True)
    # The mirror of all tests of a worker was synced when the first of them began.
    (folder / "config.toml").write_text('settle = 1\nhistory = "60d"\ntolerance = 890\n')
    return tmp_path


@pytest.fixture
def call(home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Run a command line in this process; whatever JSON it prints is checked against its schema."""
    assert home.exists()

    def call_(*arguments: object) -> Result:
        capsys.readouterr()
        words = [str(argument) for argument in arguments]
        code = run(words)
        said = capsys.readouterr()
        check_output(words, said.out)
        return Result(code, said.out, said.err)

    return call_


@pytest.fixture
def connected(home: Path, server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> RunningServer:
    """The same user with the address and the token of the test server."""
    assert home.exists()
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", server.url)
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
    return server


@pytest.fixture(scope="session")
def synced_database(server: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mirror of the test server, made by the program itself; copy it before use."""
    return synced_into(tmp_path_factory.mktemp("synced"), server)


def synced_into(folder: Path, server: RunningServer) -> Path:
    """A new mirror of a server, in a folder."""
    (folder / "config.toml").write_text('settle = 1\nhistory = "60d"\n')
    environment = {
        **os.environ,
        "HOME": str(folder),
        "XDG_STATE_HOME": str(folder),
        "FASTINTERCOM_BASE_URL": server.url,
        "INTERCOM_ACCESS_TOKEN": TOKEN,
    }
    arguments = ["--config", str(folder / "config.toml"), "--database", str(folder / "mirror.db"), "sync"]
    done = subprocess.run(
        [sys.executable, "-m", "tui", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PROCESS_TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "mirror.db"


@pytest.fixture
def mirror(synced_database: Path, home: Path) -> Path:
    """The default database of the user: synced a moment ago. The network is out of reach."""
    return copied(synced_database, home)


def copied(mirror: Path, home: Path) -> Path:
    """A copy of a mirror as the default database of the user."""
    path = home / "data" / "fastintercom" / "fastintercom.db"
    path.parent.mkdir(parents=True)
    for file in mirror.parent.glob("mirror.db*"):
        if not file.name.endswith("lock"):
            shutil.copy(file, path.with_name(file.name.replace("mirror.db", path.name)))
    return path


@pytest.fixture
def start(home: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the program as a process of its own, with pipes; whatever still runs at the end is ended."""
    assert home.exists()
    started: list[subprocess.Popen[str]] = []

    def start_(*arguments: object, code: str | None = None) -> subprocess.Popen[str]:
        program = ["-c", code] if code else ["-m", "tui"]
        process = subprocess.Popen(
            [sys.executable, *program, *map(str, arguments)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start_
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def process(start: Callable[..., subprocess.Popen[str]]) -> Callable[..., Result]:
    """Run the program as a process of its own, to its end."""

    def process_(*arguments: object, code: str | None = None) -> Result:
        child = start(*arguments, code=code)
        out, err = child.communicate(timeout=PROCESS_TIMEOUT)
        return Result(child.returncode, out, err)

    return process_
