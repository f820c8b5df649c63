"""However the program ends, it restores the terminal."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.terminal.emulator import PATIENCE, Terminal, terminal
from tui.cli.exits import ExitCode

READY = (r"1 Inbox \d", r"\? help")


def test_ctrl_c_shows_the_key_that_quits(environment: Mapping[str, str], tmp_path: Path) -> None:
    with terminal("--config", tmp_path / "config.toml", environment=environment) as screen:
        screen.until(*READY)
        screen.press("ctrl+c")
        screen.until("q quits fastintercom")
        screen.press("/", "ctrl+c")
        screen.until(r"\^q quits fastintercom")
        screen.press("ctrl+q")
        assert screen.ended() == 0
        assert_restored(screen)


def test_it_can_be_suspended_and_goes_on(environment: Mapping[str, str], tmp_path: Path) -> None:
    """The shell finds the terminal as it was; afterwards the search, the cursor and the sync go on."""
    with terminal("--config", tmp_path / "config.toml", environment=environment) as screen:
        screen.until(*READY, r"synced")
        screen.press("/", "zebra", "enter")
        screen.until("⏎ read", r" 1 · .* ms")
        screen.press("enter")
        screen.until("esc back")
        screen.press("ctrl+z")
        screen.until_stopped()
        assert_restored(screen)
        before = len(screen.raw)
        screen.process.send_signal(signal.SIGCONT)
        screen.until(lambda _: all(part in screen.raw[before:] for part in (b"Inbox", b"Customer", b"back")))
        screen.until("/ zebra", "esc back")
        screen.press("escape")
        screen.until("⏎ read")
        screen.press("*")
        screen.until("★ starred")
        screen.press("r")
        screen.until(r"synced (just now|1 s ago)|checked just now|Fresh")
        screen.press("q")
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


@pytest.mark.parametrize("annotated", [True, False])
def test_the_demo_says_at_its_end_what_is_not_kept(annotated: bool, environment: Mapping[str, str]) -> None:
    with terminal("demo", environment=environment) as screen:
        screen.until(r"DEMO .* (Stale|Partial|Fresh) ·", "Callum Novak")
        if annotated:
            screen.press("*")
            screen.until("★")
        screen.press("q")
        assert screen.ended() == 0
        assert_restored(screen)
    said = "The demo is over: your annotations on 1 conversation are not kept."
    assert (said.encode() in screen.raw) is annotated


def assert_restored(screen: Terminal) -> None:
    assert screen.left_on() == []
    assert b"Traceback" not in screen.raw
