"""However the program ends, it restores the terminal."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.terminal.emulator import PATIENCE, Terminal, terminal
from tui.cli.exits import ExitCode

READY = (r"1 Inbox \d", r"\? Help")


def test_ctrl_c_shows_the_key_that_quits(environment: Mapping[str, str], tmp_path: Path) -> None:
    with terminal("--config", tmp_path / "config.toml", environment=environment) as screen:
        screen.until(*READY)
        screen.press("ctrl+c")
        screen.until("Do you want to quit", r"Press ctrl\+q to quit")
        screen.press("ctrl+q")
        assert screen.ended() == 0
        assert_restored(screen)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(number: signal.Signals, environment: Mapping[str, str], tmp_path: Path) -> None:
    """While the first sync runs."""
    with terminal("--config", tmp_path / "config.toml", environment=environment) as screen:
        screen.until(*READY)
        screen.process.send_signal(number)
        assert screen.ended() == ExitCode.INTERRUPTED
        assert_restored(screen)


def test_it_ends_when_the_terminal_is_closed(environment: Mapping[str, str], tmp_path: Path) -> None:
    with terminal("--config", tmp_path / "config.toml", environment=environment) as screen:
        screen.until(*READY)
        screen.hang_up()
        assert screen.process.wait(PATIENCE) == -signal.SIGHUP


def assert_restored(screen: Terminal) -> None:
    assert screen.left_on() == []
    assert b"Traceback" not in screen.raw
