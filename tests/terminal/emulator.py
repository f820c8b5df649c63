"""A terminal emulator to run the program on: takes keys, has the screen and the modes left switched on."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pyte

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0
"""Seconds to wait for a screen before the test fails."""
KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "ctrl+c": "\x03",
    "ctrl+q": "\x11",
    "ctrl+s": "\x13",
    "ctrl+u": "\x15",
    "ctrl+z": "\x1a",
}
MODES = {
    1000: "mouse buttons",
    1003: "mouse moves",
    1004: "focus",
    1006: "mouse coordinates",
    1049: "the alternate screen",
    2004: "bracketed paste",
}
"""Private modes that must be off after the program has ended."""
CURSOR = 25
_MODE = re.compile(rb"\x1b\[\?(\d+)([hl])")
_NOT_FOR_PYTE = re.compile(rb"\x1b\[[<>=][\d;]*[a-zA-Z]|\x1b\[\?\d+\$p")
"""Kitty's keyboard protocol and queries of modes: pyte would write them on the screen."""


class Terminal:
    """One program on one pseudo-terminal. Its output is read only while a method waits."""

    def __init__(self, process: subprocess.Popen[bytes], ours: int, theirs: int, size: tuple[int, int]):
        self.process = process
        self._ours = ours
        self._theirs = theirs
        self._attributes = termios.tcgetattr(theirs)
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._held = b""
        self.raw = b""
        """Everything the program has written."""
        self.resize(*size)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def resize(self, columns: int, lines: int) -> None:
        """Resize the window, which sends a signal to the program."""
        self._screen.resize(lines, columns)
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def press(self, *keys: str) -> None:
        """Press keys, given by name, or type text."""
        for key in keys:
            os.write(self._ours, KEYS.get(key, key).encode())

    def hang_up(self) -> None:
        """Close the window."""
        os.close(self._ours)

    def until(self, *wanted: str | Callable[[str], object]) -> None:
        """Wait until the screen matches all of these: regular expressions, or conditions on its text."""
        deadline = time.monotonic() + PATIENCE
        while not all(re.search(w, self.text) if isinstance(w, str) else w(self.text) for w in wanted):
            left = deadline - time.monotonic()
            assert left > 0, f"{wanted} did not appear:\n{self.text}"
            assert self._read(left), f"it ended before {wanted} appeared:\n{self.text}"

    def ended(self) -> int:
        """Wait for the end of the program. Returns its exit code."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it has not ended:\n{self.text}"
            self._read(0.05)
        while self._read(0):
            pass
        return self.process.returncode

    def until_stopped(self) -> None:
        """Wait until the program has stopped itself, as for a shell's job control."""
        deadline = time.monotonic() + PATIENCE
        wanted = os.WSTOPPED | os.WNOWAIT | os.WNOHANG
        while os.waitid(os.P_PID, self.process.pid, wanted) is None:
            assert time.monotonic() < deadline, f"it has not stopped:\n{self.text}"
            self._read(0.05)
        while self._read(0):
            pass

    def left_on(self) -> list[str]:
        """What the program did not restore: modes of the terminal, the cursor, line editing."""
        last = {int(number): switch == b"h" for number, switch in _MODE.findall(self.raw)}
        left = [name for number, name in MODES.items() if last.get(number)]
        if not last.get(CURSOR, True):
            left.append("a hidden cursor")
        if termios.tcgetattr(self._theirs) != self._attributes:
            left.append("raw input")
        if self.raw.count(b"\x1b[>") != self.raw.count(b"\x1b[<u"):
            left.append("kitty's keyboard protocol")
        return left

    def _read(self, seconds: float) -> bool:
        """Read output that comes within that time; False if the time is over or the program has ended."""
        if not select.select([self._ours], [], [], min(seconds, 0.2))[0]:
            return seconds > 0 and self.process.poll() is None
        chunk = os.read(self._ours, 65536)
        self.raw += chunk
        whole, self._held = _split(self._held + chunk)
        self._stream.feed(_NOT_FOR_PYTE.sub(b"", whole))
        return True


def _split(output: bytes) -> tuple[bytes, bytes]:
    """The output without an incomplete escape sequence at its end, and that sequence."""
    start = output.rfind(b"\x1b")
    if start < 0 or re.match(rb"\x1b(\[[0-?]*[ -/]*[@-~]|[^\[])", output[start:]):
        return output, b""
    return output[:start], output[start:]


@contextmanager
def terminal(
    *arguments: str | Path,
    environment: Mapping[str, str],
    size: tuple[int, int] = (120, 36),
    program: Sequence[str] = (sys.executable, "-m", "tui"),
) -> Iterator[Terminal]:
    """Run the program, or another one, on its own terminal; it is killed at the end if it still runs."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    # The leader of a new session gets the terminal that it opens as controlling terminal, and so its signals.
    shell = ["/bin/sh", "-c", 'exec <"$0" >"$0" 2>&1; exec "$@"', os.ttyname(theirs)]
    process = subprocess.Popen(
        [*shell, *program, *map(str, arguments)],
        cwd=ROOT,
        env={**environment, "TERM": "xterm-256color", "LANG": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        yield Terminal(process, ours, theirs, size)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
        os.close(theirs)
        with suppress(OSError):  # closed by `hang_up`
            os.close(ours)
