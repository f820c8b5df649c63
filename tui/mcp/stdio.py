"""The server over stdin and stdout, for a client that starts it as its own process."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from contextlib import suppress
from io import FileIO
from types import FrameType

from tui.mcp.server import Server

CHUNK = 65_536
"""Bytes that are read at once."""


def serve_stdio(server: Server) -> None:
    """Serve until stdin ends, on the main thread. Raises `KeyboardInterrupt` after SIGINT and SIGTERM.

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
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        asyncio.run(server.run_stdio_async())
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
