"""Running a program of the user's without a shell, within limits of time and of what it may print."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

LEFT_BEHIND = 0.5
"""Seconds to go on reading when the program has ended and another one that it started still could print."""
_STEP = 0.02
_AT_ONCE = 65_536


class ProgramNotStarted(Exception):
    """A program could not be started; the text says why, in a few words."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a program may run, and how much of what it prints is kept."""

    seconds: float
    longest: int
    """Bytes, of each of its two outputs."""
    goes_on: bool = False
    """Whether a program that prints more goes on, and the rest is dropped; otherwise it is ended."""
    whole_group: bool = False
    """Whether the programs that it has started are ended with it. It has no terminal then."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of a program."""

    code: int | None
    """Its exit code, negative for a signal; None when it was ended: it took too long, printed too much, or
    was to end."""
    output: bytes
    errors: bytes
    is_cut: bool
    """Whether its output was longer than is kept."""


def run_program(
    words: Sequence[str],
    limits: Limits,
    *,
    given: bytes | None = None,
    environment: Mapping[str, str] | None = None,
    cancel: threading.Event | None = None,
    reads_errors: bool = False,
) -> Finished:
    """Run a program and wait for it; it reads what is `given`, and is ended when `cancel` is set.

    Raises `ProgramNotStarted`.
    """
    process = _start(words, limits, given is not None, environment, reads_errors=reads_errors)
    outputs = [_Output(pipe, limits) for pipe in (process.stdout, process.stderr) if pipe is not None]
    if process.stdin is not None:
        _feed(process.stdin, given or b"")
    try:
        code = _wait(process, outputs, limits, cancel)
    finally:
        if process.poll() is None:
            _end(process, limits)
        process.wait()
    if code is not None:
        for output in outputs:
            output.wait(LEFT_BEHIND)
    return Finished(
        code, outputs[0].read, outputs[1].read if reads_errors else b"", is_cut=outputs[0].is_too_long
    )


def _start(
    words: Sequence[str],
    limits: Limits,
    is_given: bool,
    environment: Mapping[str, str] | None,
    *,
    reads_errors: bool,
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - the user's own program, without a shell
            list(words),
            stdin=subprocess.PIPE if is_given else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if reads_errors else subprocess.DEVNULL,
            env=environment,
            start_new_session=limits.whole_group,
        )
    except OSError as error:
        raise ProgramNotStarted(error.strerror or str(error)) from None
    except ValueError:  # a NUL in it
        raise ProgramNotStarted("it holds a character that no command has") from None


def _end(process: subprocess.Popen[bytes], limits: Limits) -> None:
    """End a program that still runs, one that ignores SIGTERM too."""
    if limits.whole_group and os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def _wait(
    process: subprocess.Popen[bytes],
    outputs: Sequence[_Output],
    limits: Limits,
    cancel: threading.Event | None,
) -> int | None:
    """The exit code; None when the program prints too much, takes too long or is to be ended."""
    deadline = time.monotonic() + limits.seconds
    while True:
        if not limits.goes_on and any(output.is_too_long for output in outputs):
            return None
        if (code := process.poll()) is not None:
            return code
        if time.monotonic() > deadline or (cancel is not None and cancel.is_set()):
            return None
        with suppress(subprocess.TimeoutExpired):
            process.wait(_STEP)


def _feed(pipe: IO[bytes], given: bytes) -> None:
    """Write to a program in a thread of its own: it may read nothing, or not before it has printed."""

    def write() -> None:
        with suppress(BrokenPipeError), pipe:
            pipe.write(given)

    threading.Thread(target=write, name="program input", daemon=True).start()


class _Output:
    """Reads a pipe in a thread of its own: programs left behind by the program may never close it."""

    def __init__(self, pipe: IO[bytes], limits: Limits) -> None:
        self._pipe = pipe
        self._limits = limits
        self._read = bytearray()
        self._thread = threading.Thread(target=self._run, name="program output", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with self._pipe:
            while part := os.read(self._pipe.fileno(), _AT_ONCE):
                if not self.is_too_long:
                    self._read += part[: self._limits.longest + 1 - len(self._read)]
                elif not self._limits.goes_on:
                    return

    @property
    def is_too_long(self) -> bool:
        return len(self._read) > self._limits.longest

    @property
    def read(self) -> bytes:
        """What was read so far, within the limit."""
        return bytes(self._read[: self._limits.longest])

    def wait(self, seconds: float) -> None:
        """Return when the pipe is closed, after `seconds` at the latest."""
        self._thread.join(seconds)
