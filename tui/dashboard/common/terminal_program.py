"""Leaving the terminal to another program, such as an editor, until that ends."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from textual.app import App, SuspendNotSupported

from tui.text import one_line


class TerminalProgramFailed(Exception):
    """A program could not be run, or failed; the text is one line for the user."""


def words_of(environment: Mapping[str, str], *variables: str, default: str = "") -> list[str]:
    """The program that the first of these variables names, with its arguments; or the default.

    Raises `TerminalProgramFailed`.
    """
    variable = next((name for name in variables if environment.get(name, "").strip()), "")
    try:
        words = shlex.split(environment.get(variable, default))
    except ValueError as error:
        raise TerminalProgramFailed(f"{variable} cannot be split into words: {str(error).lower()}") from None
    if not words:
        raise TerminalProgramFailed(f"Set {' or '.join(variables)} to the program that is to be used.")
    return words


def run_in_terminal(
    app: App[Any], words: Sequence[str], environment: Mapping[str, str], given: str | None = None
) -> None:
    """Run a program in the terminal and wait for its end; it reads what is `given` instead of the keyboard.

    Nothing else happens meanwhile, but in other threads. Raises `TerminalProgramFailed`.
    """
    problem = ""
    try:
        with app.suspend():  # an exception that leaves this block would leave the app suspended
            problem = _problem(words, environment, given)
    except SuspendNotSupported:
        problem = "cannot have the terminal: this one cannot be left"
    if problem:
        raise TerminalProgramFailed(f"{one_line(words[0])} {problem}.")


def _problem(words: Sequence[str], environment: Mapping[str, str], given: str | None) -> str:
    """Run the program; what went wrong, or an empty text."""
    try:
        code = _run(words, environment, given)
    except OSError as error:
        return f"could not be started: {error.strerror}"
    except ValueError:  # a NUL in it
        return "could not be started"
    if code > 0:
        return f"failed with exit code {code}"
    return f"was ended by signal {-code}" if code else ""


def _run(words: Sequence[str], environment: Mapping[str, str], given: str | None) -> int:
    with (
        _signals() as ending,
        subprocess.Popen(  # noqa: S603 - the user's own program, without a shell
            list(words), stdin=None if given is None else subprocess.PIPE, env=environment
        ) as process,
    ):
        ending.append(process)
        if given is not None:
            process.communicate(given.encode("utf-8", "replace"))
        return process.wait()


@contextmanager
def _signals() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Inside, Ctrl+C is for the program alone, and SIGTERM ends the programs in the list.

    The dashboard itself ends then when the block ends: the event loop, which would get signals through the
    file descriptor that is put aside, cannot act on them meanwhile.
    """
    programs: list[subprocess.Popen[bytes]] = []
    received: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        for program in programs:
            with suppress(ProcessLookupError):
                program.terminate()

    def leave(_number: int, _frame: FrameType | None) -> None:
        """A handler, because the program would inherit that a signal is ignored."""

    descriptor = signal.set_wakeup_fd(-1)
    interrupt = signal.signal(signal.SIGINT, leave)
    termination = signal.signal(signal.SIGTERM, end)
    try:
        yield programs
    finally:
        signal.signal(signal.SIGINT, interrupt)
        signal.signal(signal.SIGTERM, termination)
        signal.set_wakeup_fd(descriptor)
        for number in received:
            os.kill(os.getpid(), number)
