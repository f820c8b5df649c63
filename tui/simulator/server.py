"""The simulator over real sockets: in a thread for tests, in the foreground for people."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from tui.simulator.app import create_app
from tui.simulator.options import SimulatorOptions
from tui.simulator.world import World

START_TIMEOUT = 60.0
_NO_SUCH_HOST = frozenset({socket.EAI_NONAME, socket.EAI_AGAIN, socket.EAI_FAIL})


class Connections:
    """The open sockets by their peer's address, so that a fault can reset one."""

    def __init__(self) -> None:
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        """A connection handler that registers here."""
        transports = self._transports

        class Registered(H11Protocol):
            peer: tuple[str, int] = ("", 0)

            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                if not isinstance(transport, asyncio.Transport):
                    raise TypeError(f"not a two-way connection: {transport!r}")
                # A listener made without naming TCP leaves Nagle's algorithm on: 40 ms an answer.
                transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.peer = transport.get_extra_info("peername")[:2]
                transports[self.peer] = transport
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                transports.pop(self.peer, None)
                super().connection_lost(exc)

        return Registered

    def abort(self, peer: tuple[str, int]) -> bool:
        """Resets (TCP RST) the connection from `peer`; False when there is none."""
        transport = self._transports.get(peer)
        if transport is None:
            return False
        linger = struct.pack("ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
        return True


@dataclass(frozen=True, slots=True)
class RunningServer:
    url: str
    """Base address without a slash at the end, such as http://127.0.0.1:40123."""
    world: World
    options: SimulatorOptions


def _server(app: Starlette, **settings: Any) -> uvicorn.Server:
    connections = Connections()
    app.state.abort = connections.abort
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=connections.protocol(),
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=1,
            backlog=512,
            **settings,
        )
    )


@contextmanager
def running(
    options: SimulatorOptions | None = None, clock: Callable[[], float] = time.time
) -> Iterator[RunningServer]:
    """A server on a free loopback port, in a thread, until the block ends. Raises `RuntimeError` when it does
    not come up."""
    options = options or SimulatorOptions()
    app = create_app(options, clock)
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    server = _server(app)
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listener]}, name="simulator", daemon=True
    )
    thread.start()
    deadline = time.monotonic() + START_TIMEOUT
    try:
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("the simulator did not start")
            time.sleep(0.002)
        yield RunningServer(f"http://127.0.0.1:{listener.getsockname()[1]}", app.state.world, options)
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def serve(options: SimulatorOptions, host: str = "127.0.0.1", port: int = 8040) -> None:
    """Serves until interrupted (Ctrl+C); says on stderr where. Raises `OSError` when the port is taken."""
    try:
        listener = socket.create_server((host, port), backlog=512, reuse_port=False)
    except (OSError, TypeError, UnicodeError) as error:
        number = (error.errno if isinstance(error, OSError) else None) or errno.EINVAL
        # A name that no host can have is no OSError.
        unknown = not isinstance(error, OSError) or number in _NO_SUCH_HOST
        reason = "there is no such host" if unknown else os.strerror(number)
        raise OSError(number, f"cannot listen on {host}:{port}: {reason}") from None
    with listener:
        app = create_app(options)
        world: World = app.state.world
        address = f"http://{host}:{listener.getsockname()[1]}"
        count = len(world.conversations)
        print(
            f"Simulating Intercom at {address} with {count:,} conversations. Ctrl+C stops.", file=sys.stderr
        )
        _server(app).run(sockets=[listener])
