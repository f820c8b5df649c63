"""What the tests of the client share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tests.intercom.scripted import Script, ScriptedServer
from tui.intercom.client import IntercomClient

SECRET = "dG9rOmFjY2Vzcy10b2tlbi1vZi10ZXN0cw=="
ME = {
    "type": "admin",
    "id": "991",
    "name": "Ada",
    "email": "ada@x.io",
    "app": {"id_code": "abc123", "name": "Acme", "region": "US"},
}

T = TypeVar("T")


class HiddenToken:
    __slots__ = ("_text",)

    def __init__(self, text: str = SECRET) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "•••"

    def reveal(self) -> str:
        return self._text


def with_server(
    script: Script,
    use: Callable[[IntercomClient, ScriptedServer], Awaitable[T]],
    *,
    timeout: float = 5.0,
    max_attempts: int = 6,
    window: float = 10.0,
    connections: int = 64,
    on_wait: Callable[[float], None] | None = None,
) -> T:
    """Run `use` with a client of a server that follows the script; pauses between tries are 10 ms."""

    async def run() -> T:
        async with ScriptedServer(script) as server:
            client = IntercomClient(
                server.url,
                HiddenToken(),
                timeout=timeout,
                max_attempts=max_attempts,
                backoff=0.01,
                window=window,
                connections=connections,
                on_wait=on_wait,
            )
            async with client:
                return await asyncio.wait_for(use(client, server), 20)

    return asyncio.run(run())
