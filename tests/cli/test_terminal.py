"""On a terminal: colours, widths, the progress bar; and the simulator as a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import PROCESS_TIMEOUT, ROOT, TOKEN, Result, options
from tui.cells import cell_width
from tui.cli.exits import ExitCode
from tui.simulator.server import RunningServer, running

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals and POSIX signals")
COLUMNS = 60


def on_terminal(
    *arguments: str,
    await_: str = "",
    press: str = "",
    before: Callable[[], object] = lambda: None,
    columns: int = COLUMNS,
    **environment: str,
) -> tuple[int, str]:
    """Run the program on a terminal; the exit code and all that it shows.

    When it has shown `await_`, `before` is called and the keys `press` are typed.
    """
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    inherited = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    child = subprocess.Popen(
        [sys.executable, "-m", "tui", *arguments],
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**inherited, "TERM": "xterm-256color", **environment},
    )
    os.close(theirs)
    shown = b""
    watchdog = threading.Timer(PROCESS_TIMEOUT, child.kill)
    watchdog.start()
    try:
        while chunk := os.read(ours, 65536):
            shown += chunk
            if press and await_.encode() in shown:
                before()
                os.write(ours, press.encode())
                press = ""
    except OSError:
        pass  # Linux tells the end of a terminal by an error
    finally:
        watchdog.cancel()
        os.close(ours)
    return child.wait(PROCESS_TIMEOUT), shown.decode("utf-8").replace("\r\n", "\n")


def test_a_table_fits_the_terminal_and_has_colours_unless_unwanted(mirror: Path) -> None:
    assert mirror.exists()
    code, shown = on_terminal("search", "is:closed", "-q")
    assert code == 0
    assert shown.startswith("\x1b[1m")
    plain = on_terminal("search", "is:closed", "-q", NO_COLOR="1")[1]
    assert "\x1b" not in plain
    lines = plain.splitlines()
    assert len(lines) > 5
    assert max(map(cell_width, lines)) <= COLUMNS
    assert [title[:6] for title in lines[0].split()] == ["ID", "CUSTOM", "CONVER", "UPDATE"]


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_place_text_gets_no_dashboard(term: str, mirror: Path) -> None:
    assert mirror.exists()
    code, shown = on_terminal(TERM=term)
    assert code == ExitCode.USAGE
    assert shown.startswith("fastintercom: the dashboard needs a terminal that can place text, and TERM is ")
    assert len(shown.splitlines()) == 1
    assert "\x1b" not in shown


def test_a_sync_shows_a_bar(connected: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert connected.url
    with running(options(conversations=300, latency_ms=30)) as server:
        monkeypatch.setenv("FASTINTERCOM_BASE_URL", server.url)
        code, shown = on_terminal("sync")
    assert code == 0
    assert "━" in shown
    assert "\r\x1b[2K" in shown
    last = shown.rsplit("\r\x1b[2K", 1)[-1]
    assert last.startswith("Synced: 29")
    drawn = [piece for piece in shown.split("\r\x1b[2K") if piece.startswith("Syncing")]
    assert drawn
    assert all(cell_width(piece) < COLUMNS for piece in drawn)


def test_a_bar_is_shortened_rather_than_the_words_beside_it(mirror: Path) -> None:
    with closing(sqlite3.connect(mirror)) as database, database:
        database.execute("UPDATE search_state SET content = 'older'")
        database.execute("UPDATE search_part SET folding = 'older'")
    code, shown = on_terminal("status")
    assert code == 0
    drawn = [piece for piece in shown.split("\r\x1b[2K") if piece.startswith("Rebuilding")]
    assert drawn
    for piece in drawn:
        assert "━ 100% · " in piece
        assert piece.endswith(" conversations")
        assert cell_width(piece) == COLUMNS - 1


def test_the_demo_opens_the_dashboard_and_ends_with_0(home: Path) -> None:
    assert home.exists()
    code, shown = on_terminal("demo", await_="Syncing", press="q", columns=100)
    assert code == 0, shown[-2000:]
    assert "Traceback" not in shown
    assert "\x1b[?1049l" in shown, "the terminal was not given back"


def test_the_simulator_serves_until_stopped(
    start: Callable[..., subprocess.Popen[str]], call: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    child = start("simulate", "--port", port, "--conversations", "25", "--token", TOKEN, "--latency-ms", "0")
    assert child.stderr is not None
    assert f"http://127.0.0.1:{port}" in child.stderr.readline()
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
    assert call("sync", "--json").json["conversations"]["new"] > 10
    second = call("simulate", "--port", port)
    assert second.code == 1
    assert second.error.startswith(f"cannot listen on 127.0.0.1:{port}: Address already in use")
    child.send_signal(signal.SIGINT)
    assert child.wait(PROCESS_TIMEOUT) == 130
    assert "Traceback" not in child.stderr.read()


def test_a_corpus_that_is_not_there_is_a_usage_error(call: Callable[..., Result]) -> None:
    result = call("simulate", "--corpus", "absent.jsonl")
    assert result.code == 2
    assert "absent.jsonl" in result.error


def test_a_misbehaviour_that_makes_no_sense_is_one_too(call: Callable[..., Result]) -> None:
    result = call("simulate", "--refuse", "tags")
    assert result.code == 2
    assert result.error == "refused must be paths such as /teams, not 'tags'"


def test_a_corpus_that_cannot_be_read_is_one_too(call: Callable[..., Result], tmp_path: Path) -> None:
    corpus = tmp_path / "letters.jsonl"
    corpus.write_text("Dear all\n")
    result = call("simulate", "--corpus", corpus)
    assert result.code == 2
    assert result.error.startswith(f"{corpus}, line 1: not a conversation record")
