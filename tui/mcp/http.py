"""The server over HTTP on this machine, for the owner of a token."""

from __future__ import annotations

import asyncio
import errno
import os
import socket

import uvicorn
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tui.mcp.server import Server
from tui.settings import Secret
from tui.settings.http import ListenAddress, is_authorised

PATH = "/mcp"
HEALTH = "/healthz"
LARGEST_REQUEST = 1_000_000
"""Bytes of a body."""
SHUTDOWN_TIMEOUT = 2
"""Seconds for answers that are on their way."""
_NO_SUCH_HOST = frozenset({socket.EAI_NONAME, socket.EAI_AGAIN, socket.EAI_FAIL})


class Guard:
    """Lets those requests through that hold the token and were sent to this server on purpose.

    A web page that a browser has open may send requests to this machine: the name in Host and the Origin show
    where it comes from. `/healthz` says "ok" to everybody else, and nothing more.
    """

    def __init__(self, app: ASGIApp, address: ListenAddress, token: Secret) -> None:
        self._app = app
        self._token = token
        hosts = {str(address), *(f"{name}:{address.port}" for name in ("127.0.0.1", "localhost", "[::1]"))}
        self._hosts = hosts
        self._origins = {f"http://{host}" for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (refused := self._refusal(scope)) is not None:
            await refused(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        if headers.get("host", "") not in self._hosts:
            return PlainTextResponse("this server has another name\n", 421)
        if headers.get("origin") not in {None, *self._origins}:
            return PlainTextResponse("requests of web pages are refused\n", 403)
        if scope["path"] == HEALTH:
            return PlainTextResponse("ok\n")
        if not is_authorised(headers.get("authorization", ""), self._token):
            challenge = {"WWW-Authenticate": 'Bearer realm="fastintercom"'}
            return PlainTextResponse("a bearer token is needed\n", 401, headers=challenge)
        return None


def listen(address: ListenAddress) -> socket.socket:
    """Raises `OSError` with one line when that is impossible."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        listener = socket.create_server((address.host, address.port), family=family, backlog=128)
    except OSError as error:
        number = error.errno or errno.EINVAL
        reason = "there is no such host" if number in _NO_SUCH_HOST else os.strerror(number)
        raise OSError(number, f"cannot listen on {address}: {reason}") from None
    # Named TCP, asyncio turns Nagle's algorithm off for its connections: it costs 40 ms an answer.
    return socket.socket(listener.family, listener.type, socket.IPPROTO_TCP, fileno=listener.detach())


def serve_http(server: Server, listener: socket.socket, address: ListenAddress, token: Secret) -> None:
    """Serve on a socket until SIGINT or SIGTERM, whose handlers are called at the end."""
    app = server.streamable_http_app(
        streamable_http_path=PATH,
        stateless_http=True,  # a client goes on with the next server as if it were the same
        max_request_body_size=LARGEST_REQUEST,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),  # see `Guard`
    )
    config = uvicorn.Config(
        Guard(app, address, token),
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=SHUTDOWN_TIMEOUT,
    )
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))
