"""SIGHUP: the terminal is gone, or, for a command that runs for weeks without one, "reload the settings"."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from types import FrameType

from tui.cli.output import is_terminal


@dataclass
class ReloadRequest:
    """Whether somebody asked for the settings to be reloaded."""

    made: bool = False

    def take(self) -> bool:
        """Whether it was made since the last call."""
        made, self.made = self.made, False
        return made


@contextmanager
def on_hangup() -> Iterator[ReloadRequest]:
    """Inside the block SIGHUP is no sudden death.

    Without a controlling terminal (a daemon) it makes the request that is yielded. With one it means that the
    terminal is gone: nothing is written to it any more, and `KeyboardInterrupt` is raised, as by SIGTERM.
    What `nohup` started goes on. Does nothing on Windows, which has no SIGHUP.
    """
    request = ReloadRequest()

    def reload(_number: int, _frame: FrameType | None) -> None:
        request.made = True

    with _handling(None if _has_terminal() else reload):
        yield request


def ending_at_hangup() -> AbstractContextManager[None]:
    """Inside the block SIGHUP raises `KeyboardInterrupt`, as SIGTERM does: no file is left half written.

    Nothing is written to the terminal any more. What `nohup` started goes on. Does nothing on Windows.
    """
    return _handling(None)


@contextmanager
def _handling(reload: Callable[[int, FrameType | None], None] | None) -> Iterator[None]:
    """Call `reload` on SIGHUP; without it, end the program."""
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGHUP)
    # Found out now: once a terminal has hung up, it does not even look like one.
    streams = [stream.fileno() for stream in (sys.stdout, sys.stderr) if is_terminal(stream)]

    def end(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the kernel and the shell may both send one
        null = os.open(os.devnull, os.O_WRONLY)
        for stream in streams:
            os.dup2(null, stream)
        os.close(null)
        raise KeyboardInterrupt

    if reload is None and before is signal.SIG_IGN:
        yield
        return
    handler = reload or end
    signal.signal(signal.SIGHUP, handler)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGHUP) is handler:
            signal.signal(signal.SIGHUP, before)


def _has_terminal() -> bool:
    """Whether this process belongs to a session with a terminal, wherever its streams lead."""
    try:
        os.close(os.open(os.ctermid(), os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
