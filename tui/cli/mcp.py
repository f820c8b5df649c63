"""`fastintercom mcp`: the mirror for assistants, over stdio or HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

import click

from tui.cli.arguments import WholeNumber, listen_at
from tui.cli.exits import CommandError, ExitCode
from tui.cli.options import Invocation, command

if TYPE_CHECKING:
    from tui.mcp.server import Server
    from tui.settings.http import ListenAddress

DEFAULT_PORT = 8765
DEFAULT_INTERVAL = 60
EXTRA_PACKAGES = {"mcp", "mcp_types", "pydantic", "starlette", "uvicorn"}


@command("mcp")
@click.option(
    "--http",
    "address",
    is_flag=False,
    flag_value=f"127.0.0.1:{DEFAULT_PORT}",
    type=listen_at(DEFAULT_PORT),
    metavar="[ADDRESS]",
    help=f"Serve over HTTP for this machine, not over stdin and stdout (default 127.0.0.1:{DEFAULT_PORT}).",
)
@click.option(
    "--sync",
    "interval",
    is_flag=False,
    flag_value=DEFAULT_INTERVAL,
    type=WholeNumber(1, 86_400),
    metavar="[SECONDS]",
    help=f"Sync every SECONDS (default {DEFAULT_INTERVAL}); without it only what an answer needs is synced.",
)
def mcp_command(invocation: Invocation, address: ListenAddress | None, interval: int | None) -> int:
    """Serve the mirror to assistants (Model Context Protocol). Changes nothing in Intercom.

    Over stdin and stdout a client starts this itself. Over HTTP it needs the token of the file that is
    printed. Exit codes: 0 when the client has ended it, 130 when interrupted.
    """
    if address is None:
        return _serve_stdio(invocation, interval)
    return _serve_http(invocation, address, interval)


def _require_packages() -> None:
    try:
        import_module("tui.mcp.http")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA_PACKAGES:
            raise
        hint = "pip install 'fastintercom[mcp]'"
        raise CommandError(f"the MCP server needs packages that are not installed: {hint}") from None


@contextmanager
def _server(invocation: Invocation, interval: int | None) -> Iterator[Server]:
    """A server of the workspace. Its process never sends what waits in the outbox."""
    from tui.mcp.mirror import Mirror, syncing_every
    from tui.mcp.server import make_server

    invocation.read_only = True
    with invocation.workspace() as workspace, closing(Mirror(workspace)) as mirror:
        if invocation.demo:
            workspace.request_sync()  # clients do not wait for the server as long as that takes
        with syncing_every(workspace, interval):
            yield make_server(mirror, interval)


def _serve_stdio(invocation: Invocation, interval: int | None) -> ExitCode:
    _require_packages()
    from tui.mcp.stdio import serve_stdio

    with _server(invocation, interval) as server:
        serve_stdio(server)
    return ExitCode.OK


def _serve_http(invocation: Invocation, address: ListenAddress, interval: int | None) -> ExitCode:
    _require_packages()
    from tui.mcp.http import PATH, listen, serve_http
    from tui.settings.http import http_token, http_token_path

    settings = invocation.settings()
    token = http_token(settings)
    invocation.secrets.append(token)
    try:
        listener = listen(address)
    except OSError as error:
        raise CommandError(f"--http: {error.strerror}; choose another port", ExitCode.USAGE) from None
    with listener, _server(invocation, interval) as server:
        address = address._replace(port=listener.getsockname()[1])
        invocation.info(
            f"Serving at http://{address}{PATH}; the token is in {http_token_path(settings)}. Ctrl+C stops."
        )
        serve_http(server, listener, address, token)
    return ExitCode.OK
