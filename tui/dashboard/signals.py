"""Signals that end the program end the dashboard in order: threads stop, the terminal is given back."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable

ENDING = (signal.SIGTERM, signal.SIGINT)
"""Not SIGHUP: the terminal is gone, and whoever still wrote to it would wait for ever."""


def on_ending(react: Callable[[], None]) -> None:
    """Have the running event loop call `react` instead of being broken off wherever it is."""
    if sys.platform == "win32":
        return  # its event loops have no signal handlers
    for number in ENDING:
        asyncio.get_running_loop().add_signal_handler(number, react)
