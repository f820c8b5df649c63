"""Many clients at once, beside a process that syncs the same mirror."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, TOKEN
from tests.mcp.conftest import HttpServer, Reply, call_tool, http_client
from tui.simulator.server import RunningServer

CLIENTS = 20


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

    async def client() -> list[Reply]:
        async with http_client(served) as session:
            return [
                await call_tool(session, "search_conversations", query="the", limit=5),
                await call_tool(session, "list_views"),
                await call_tool(session, "sync"),
            ]

    async def all_clients() -> list[list[Reply]]:
        return await asyncio.gather(*(client() for _ in range(CLIENTS)))

    with syncing:
        assert syncing.stdout is not None
        assert '"outcome": "complete"' in syncing.stdout.readline()
        answers = asyncio.run(all_clients())
        assert syncing.poll() is None
        syncing.terminate()
        syncing.stdout.read()
    assert sum(map(len, answers)) == CLIENTS * 3
    for reply in (reply for replies in answers for reply in replies):
        assert not reply.result.is_error, reply.text
        assert "locked" not in reply.text
    log = home / "state" / "fastintercom" / "log" / "fastintercom.log"
    assert "locked" not in (log.read_text() if log.exists() else "")
