"""Many clients at once, beside a process that syncs the same mirror."""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import ROOT, TOKEN
from tests.mcp.conftest import HttpServer
from tui.simulator.server import RunningServer

CLIENTS = 20
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("search_conversations", {"query": "the", "limit": 5}),
    ("list_views", {}),
    ("search_view", {"name": "inbox", "limit": 5}),
    ("sync", {}),
)


def test_twenty_clients_are_answered_beside_a_sync(
    home: Path,
    server: RunningServer,
    mirror: Path,
    start_http: Callable[..., HttpServer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert mirror.exists()
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", server.url)
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
    served = start_http()
    syncing = subprocess.Popen(
        [sys.executable, "-m", "tui", "sync", "--watch", "1", "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with syncing:
        assert syncing.stdout is not None
        assert '"outcome": "complete"' in syncing.stdout.readline()
        answers = asyncio.run(_all_clients(served))
        assert syncing.poll() is None
        syncing.terminate()
        syncing.stdout.read()
    assert len(answers) == CLIENTS * len(CALLS)
    for answer in answers:
        assert not answer["isError"], answer
        assert answer["structuredContent"]["sync_info"]["state"] == "fresh"
    log = home / "state" / "fastintercom" / "log" / "fastintercom.log"
    assert "locked" not in (log.read_text() if log.exists() else "") + json.dumps(answers)


PLAIN_HTTP = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Without certificates, which take long to read and are of no use here."""


async def _all_clients(served: HttpServer) -> list[dict[str, Any]]:
    """What the clients are answered. The SDK's client takes longer to check an answer than to get it."""
    headers = {"Authorization": f"Bearer {served.token}", "Accept": "application/json, text/event-stream"}

    async def client() -> list[dict[str, Any]]:
        async with httpx.AsyncClient(headers=headers, timeout=60, verify=PLAIN_HTTP) as http:
            return [await _call(http, served.url, *call) for call in CALLS]

    return [
        answer for answers in await asyncio.gather(*(client() for _ in range(CLIENTS))) for answer in answers
    ]


async def _call(http: httpx.AsyncClient, url: str, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    params = {"name": tool, "arguments": arguments}
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    answer = await http.post(url, json=request)
    (line,) = (line for line in answer.text.splitlines() if line.startswith("data: {"))
    found = json.loads(line.removeprefix("data: "))["result"]
    assert isinstance(found, dict)
    return found
