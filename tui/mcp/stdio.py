"""The server over stdin and stdout, for a client that starts it as its own process."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import AsyncIterator
from io import TextIOWrapper
from typing import TextIO

import anyio
from mcp.server.stdio import stdio_server

from tui.mcp.server import Server


class Lines(anyio.AsyncFile[str]):
    """The lines of a stream, read on a thread that does not keep the program from ending.

    Nothing wakes a thread that waits for a line of stdin: a client that stops the program with a signal may
    leave stdin open.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[str]:
        loop, lines = asyncio.get_running_loop(), asyncio.Queue[str]()
        is_wanted = threading.Semaphore(0)

        def read() -> None:
            is_at_end = False
            while not is_at_end:
                is_wanted.acquire()
                line = self._stream.readline()
                is_at_end = not line
                with contextlib.suppress(RuntimeError):  # the loop closed in between: nobody reads any more
                    loop.call_soon_threadsafe(lines.put_nowait, line)

        threading.Thread(target=read, name="fastintercom-mcp-stdin", daemon=True).start()
        while True:
            is_wanted.release()
            if not (line := await lines.get()):
                return
            yield line


def serve_stdio(server: Server) -> None:
    """Serve until stdin ends."""
    # A descriptor of its own: at exit Python closes sys.stdin, which the thread may still be reading.
    stdin = TextIOWrapper(os.fdopen(os.dup(0), "rb"), encoding="utf-8", errors="replace")
    asyncio.run(_serve(server, Lines(stdin)))


async def _serve(server: Server, stdin: Lines) -> None:
    async with stdio_server(stdin=stdin) as (received, sent):
        await server.serve(received, sent)
