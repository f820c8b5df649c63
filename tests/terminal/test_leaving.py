"""However the program is left, the terminal is given back."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.terminal.emulator import PATIENCE, Terminal, terminal
from tui.cli.exits import ExitCode

READY = (r"1 Inbox \d", r"\? Help")


def test_ctrl_c_tells_the_key_that_leaves(environment: Mapping[str, str], tmp_path: Path) -> None:
    with terminal("--config", tmp_path / "config.toml", environment=environment) as screen:
        screen.until(*READY)
        screen.press("ctrl+c")
        screen.until("Do you want to quit", r"Press ctrl\+q to quit")
        screen.press("ctrl+q")
        assert screen.ended() == 0
        given_back(screen)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(number: signal.Signals, environment: Mapping[str, str], tmp_path: Path) -> None:
    """In the midst of the first sync."""
    with terminal("--config", tmp_path / "config.toml", environment=environment) as screen:
        screen.until(*READY)
        screen.process.send_signal(number)
        assert screen.ended() == ExitCode.INTERRUPTED
        given_back(screen)


def test_it_ends_when_the_terminal_goes_away(environment: Mapping[str, str], tmp_path: Path) -> None:
    with terminal("--config", tmp_path / "config.toml", environment=environment) as screen:
        screen.until(*READY)
        screen.hang_up()
        assert screen.process.wait(PATIENCE) == -signal.SIGHUP


def given_back(screen: Terminal) -> None:
    assert screen.left_on() == []
    assert b"Traceback" not in screen.raw
