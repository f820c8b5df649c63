"""Handles the signals that end the program, so that threads stop and the terminal is restored."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable

TERMINATION = (signal.SIGTERM, signal.SIGINT)
"""Not SIGHUP: the terminal is gone then, and writing to it would block forever."""


def on_termination(callback: Callable[[], None]) -> None:
    """Call `callback` in the running event loop on SIGTERM and SIGINT. Does nothing on Windows."""
    if sys.platform == "win32":
        return  # its event loops have no signal handlers
    for number in TERMINATION:
        asyncio.get_running_loop().add_signal_handler(number, callback)
