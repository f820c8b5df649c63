"""The server over stdin and stdout, for a client that starts it as its own process."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from contextlib import suppress
from io import FileIO
from types import FrameType

from tui.mcp.server import Server

CHUNK = 65_536
"""Bytes that are read at once."""
SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)  # Windows has no SIGHUP

logger = logging.getLogger(__name__)


def serve_stdio(server: Server) -> None:
    """Serve until stdin ends or the client is gone, on the main thread. Raises `KeyboardInterrupt` after a
    signal that stops programs.

    Nothing wakes a thread that reads stdin, which a client may leave open when it stops the program with a
    signal. So the server reads a pipe, and a signal ends that as the end of stdin does.
    """
    is_interrupted = False
    stdin, (reading, writing) = os.dup(0), os.pipe()
    os.dup2(reading, 0)
    os.close(reading)
    pipe = FileIO(writing, "w")

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal is_interrupted
        is_interrupted = True
        pipe.close()

    threading.Thread(target=_copy, args=(stdin, pipe), name="fastintercom-mcp-stdin", daemon=True).start()
    before = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        asyncio.run(server.run_stdio_async())
    except* BrokenPipeError:
        logger.info("the client went away before it had its answer")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if is_interrupted:
        raise KeyboardInterrupt


def _copy(source: int, target: FileIO) -> None:
    """Until there is nothing more, or nobody reads it any more."""
    with suppress(OSError, ValueError), target:
        while chunk := os.read(source, CHUNK):
            while chunk:
                chunk = chunk[target.write(chunk) :]
