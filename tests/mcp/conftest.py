"""Clients of the MCP server: in this process, of a process over stdio, and over HTTP on a real port."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, TextContent

from tests.cli.conftest import ROOT, call, copied, home, server, synced_database
from tui.mcp.mirror import Mirror
from tui.mcp.server import make_server
from tui.workspace import Workspace

__all__ = ["call", "home", "server", "synced_database"]

FENCE = re.compile(r"^<(untrusted-[0-9a-f]{32})>\n(.*)\n^</\1>$", re.MULTILINE | re.DOTALL)
T = TypeVar("T")
Told = tuple[float, float | None, str | None]
"""A progress notification: how much is done, of how much, and words for it."""


@dataclass
class Reply:
    """What a tool answered, and the progress that it told before."""

    result: CallToolResult
    progress: list[Told] = field(default_factory=list)

    @property
    def text(self) -> str:
        (content,) = self.result.content
        assert isinstance(content, TextContent)
        return content.text

    @property
    def data(self) -> dict[str, Any]:
        """The structured content of an answer that is none about an error."""
        assert not self.result.is_error, self.text
        assert isinstance(self.result.structured_content, dict)
        return self.result.structured_content

    @property
    def info(self) -> dict[str, Any]:
        found = (self.result.structured_content or {})["sync_info"]
        assert isinstance(found, dict)
        return found

    @property
    def error(self) -> str:
        assert self.result.is_error, self.text
        assert "\n" not in self.text
        return self.text

    @property
    def own_words(self) -> str:
        """The text without what stands inside the fence."""
        return FENCE.sub("", self.text)

    @property
    def others_words(self) -> str:
        found = FENCE.findall(self.text)
        assert len(found) == 1, self.text
        return str(found[0][1])


async def call_tool(
    client: Client, tool: str, progress: list[Told] | None = None, /, **arguments: Any
) -> Reply:
    """`progress`: a list that grows while the tool works."""
    told_of = list[Told]() if progress is None else progress

    async def told(progress: float, total: float | None, message: str | None) -> None:
        told_of.append((progress, total, message))

    return Reply(await client.call_tool(tool, arguments, progress_callback=told), told_of)


@pytest.fixture
def talk() -> Callable[[Workspace, Callable[[Client], Awaitable[T]]], T]:
    """Talk to a server of a workspace in this process."""

    def talk_(workspace: Workspace, script: Callable[[Client], Awaitable[T]]) -> T:
        async def main() -> T:
            with closing(Mirror(workspace)) as mirror:
                async with Client(make_server(mirror)) as client:
                    return await script(client)

        return asyncio.run(main())

    return talk_


Ask = Callable[..., Reply]


@pytest.fixture
def ask(talk: Callable[..., Any]) -> Ask:
    """Call one tool of a workspace."""

    def ask_(workspace: Workspace, tool: str, **arguments: Any) -> Reply:
        reply = talk(workspace, lambda client: call_tool(client, tool, **arguments))
        assert isinstance(reply, Reply)
        return reply

    return ask_


# --- real processes


@dataclass(frozen=True)
class HttpServer:
    """A process that serves over HTTP."""

    url: str
    """Where the protocol is spoken."""
    token: str
    process: subprocess.Popen[str]

    @property
    def base(self) -> str:
        return self.url.removesuffix("/mcp")


@asynccontextmanager
async def http_client(server: HttpServer) -> Any:
    headers = {"Authorization": f"Bearer {server.token}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(server.url, http_client=http)) as client,
    ):
        yield client


@asynccontextmanager
async def stdio_process(*arguments: str) -> Any:
    parameters = StdioServerParameters(
        command=sys.executable, args=["-m", "tui", "mcp", *arguments], env=dict(os.environ), cwd=ROOT
    )
    async with Client(stdio_client(parameters)) as client:
        yield client


@pytest.fixture
def start_http(home: Path) -> Iterator[Callable[..., HttpServer]]:
    """Start the program on a free port; whatever still runs at the end is ended."""
    started = list[subprocess.Popen[str]]()

    def start(*arguments: str) -> HttpServer:
        process = subprocess.Popen(
            [sys.executable, "-m", "tui", "mcp", "--http", "127.0.0.1:0", *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.search(r"Serving at (http://\S+); the token is in (\S+)\.", line)
        assert found is not None, line + process.stderr.read()
        return HttpServer(found[1], Path(found[2]).read_text().strip(), process)

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def mirror(synced_database: Path, home: Path) -> Path:
    """The default database of the user, synced a moment ago. The network is out of reach."""
    return copied(synced_database, home)
