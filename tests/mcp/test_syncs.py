"""Syncs that an answer needs, that are asked for, and that the server runs by itself."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from tests.cli.conftest import TOKEN
from tests.mcp.conftest import Ask, HttpServer, Reply, Told, call_tool, http_client
from tests.permissions import needs_permissions, run_bound
from tests.sync.test_lease import HOLD
from tests.waiting import checks, until
from tui.freshness import SyncState
from tui.simulator.server import RunningServer
from tui.workspace import Workspace
from tui.writes import Note

OpenWorkspace = Callable[..., Workspace]
SYNCING = "Data is stale - syncing latest conversations..."
WAIT = 60.0
"""Seconds."""


@pytest.fixture
def workspace(open_workspace: OpenWorkspace, server: RunningServer) -> Workspace:
    """Nothing of it is synced yet."""
    return open_workspace(server.url, token=TOKEN, history="60d")


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes requests and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("search_conversations", {"query": "since:30d"}),
        ("search_view", {"name": "inbox"}),
        ("stats", {"timeframe": "last 7 days"}),
    ],
)
def test_a_stale_period_is_synced_in_the_background(
    workspace: Workspace, ask: Ask, tool: str, arguments: dict[str, Any]
) -> None:
    reply = ask(workspace, tool, **arguments)
    assert reply.info["state"] == "stale"
    assert reply.info["message"] == SYNCING
    assert f"Freshness: stale. {SYNCING.rstrip('.')}." in reply.text
    until(lambda: ask(workspace, tool, **arguments).info["state"] == "fresh")


def test_a_conversation_that_is_not_there_yet_starts_a_sync(workspace: Workspace, ask: Ask) -> None:
    assert SYNCING in json.dumps(ask(workspace, "get_conversation", conversation_id="7").info)
    until(lambda: workspace.verdict().state is SyncState.FRESH)


def test_waiting_gives_the_synced_answer_and_tells_of_the_progress(workspace: Workspace, ask: Ask) -> None:
    reply = ask(workspace, "search_conversations", query="since:30d", wait=True)
    assert reply.info["state"] == "fresh"
    assert reply.data["total"] > 10
    told = [done for done, _, _ in reply.progress]
    assert told
    assert told == sorted(set(told)), told
    assert all(words for _, _, words in reply.progress)


def test_who_waits_for_a_partial_period_has_its_end_synced(
    open_workspace: OpenWorkspace, server: RunningServer, ask: Ask
) -> None:
    workspace = open_workspace(server.url, token=TOKEN, history="60d")
    now = workspace.clock()
    workspace.request_sync(now - timedelta(days=59), now - timedelta(hours=2)).wait(WAIT)
    query = "since:30d"
    assert ask(workspace, "search_conversations", query=query).info["state"] == "partial"
    assert not workspace.sync_in_progress
    assert ask(workspace, "search_conversations", query=query, wait=True).info["state"] == "fresh"


def test_waiting_ends_in_time_with_what_is_stored(
    open_workspace: OpenWorkspace, silent: str, ask: Ask
) -> None:
    workspace = open_workspace(silent, token=TOKEN)
    began = time.monotonic()
    reply = ask(workspace, "search_conversations", wait=True, timeout=0.5)
    assert 0.5 <= time.monotonic() - began < 10
    assert reply.info["message"] == SYNCING
    assert reply.data["conversations"] == []
    assert reply.text.splitlines()[1] == "The sync has not ended within 0.5 s: ask again later."
    assert [words for _, _, words in reply.progress][:1] == ["the sync starts"]


def test_nothing_is_said_to_sync_when_intercom_refuses_the_token(
    open_workspace: OpenWorkspace, server: RunningServer, ask: Ask
) -> None:
    workspace = open_workspace(server.url, token="another-token")
    waited = ask(workspace, "search_conversations", wait=True)
    again = ask(workspace, "search_conversations")
    for reply in (waited, again):
        assert reply.info["state"] == "stale"
        assert "syncing" not in reply.info["message"]
        assert reply.info["reason"] in reply.info["message"]
    sync = ask(workspace, "sync")
    assert sync.result.is_error
    assert sync.text.count("The sync did not work: ") == 1
    assert sync.result.structured_content is not None
    assert sync.result.structured_content["sync_in_progress"] is False
    assert "another-token" not in sync.text + waited.text


def test_a_sync_is_started_at_once_or_waited_for(workspace: Workspace, ask: Ask) -> None:
    started = ask(workspace, "force_sync")
    assert started.data["started"] is True
    assert len(started.progress) == 1
    ended = ask(workspace, "sync", wait=True)
    assert ended.data["sync_in_progress"] is False
    assert ended.data["obstacle"] is None
    assert ended.info["state"] == "fresh"
    assert "The sync has come to its end." in ended.text


def test_a_sync_of_another_program_is_named_and_waited_for(workspace: Workspace, talk: Any) -> None:
    told = list[Told]()

    async def script(client: Client) -> tuple[Reply, Reply]:
        refused = await call_tool(client, "sync_conversations", force=True)
        given_up = await call_tool(client, "sync", wait=True, timeout=0.5)
        assert "The sync has not ended within" in given_up.text
        waited = asyncio.create_task(call_tool(client, "search_conversations", told, wait=True))
        for _ in checks():
            if any(f"pid {holder.pid}" in (words or "") for _, _, words in told):
                break
            await asyncio.sleep(0.01)
        holder.stdin.close()  # type: ignore[union-attr]
        return refused, await waited

    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(workspace.settings.database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        refused, waited = talk(workspace, script)
    assert f"Nothing was started: another fastintercom (pid {holder.pid}) is syncing" in refused.text
    assert refused.data["started"] is False
    assert waited.info["state"] == "fresh"


@needs_permissions
def test_a_mirror_that_can_only_be_read_says_so(mirror: Path) -> None:
    code = """
import asyncio, json
from contextlib import closing
from mcp import Client
from tui.mcp.mirror import Mirror
from tui.mcp.server import make_server
from tui.settings import load_settings
from tui.workspace import Workspace
import os

async def main(workspace):
    with closing(Mirror(workspace)) as mirror:
        async with Client(make_server(mirror)) as client:
            for tool, arguments in (("sync", {}), ("search_conversations", {"query": "since:1s"})):
                print(json.dumps((await client.call_tool(tool, arguments)).structured_content))

with Workspace(load_settings(flags={}, environ=os.environ, config=None)) as workspace:
    asyncio.run(main(workspace))
"""
    for file in mirror.parent.iterdir():
        file.chmod(0o400)
    mirror.parent.chmod(0o500)
    done = run_bound(code=code)
    mirror.parent.chmod(0o700)
    assert done.returncode == 0, done.stderr
    sync, search = map(json.loads, done.stdout.splitlines())
    assert sync["obstacle"] == f"{mirror} can only be read"
    assert sync["started"] is False
    assert "can only be read" in search["sync_info"]["message"]


def test_the_server_syncs_by_itself_and_sends_nothing(
    home: Path,
    server: RunningServer,
    mirror: Path,
    open_workspace: OpenWorkspace,
    start_http: Callable[..., HttpServer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What another program has put into the outbox stays there, although the settings allow to send."""
    monkeypatch.setenv("FASTINTERCOM_BASE_URL", server.url)
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
    config = home / "config" / "fastintercom" / "config.toml"
    config.write_text(config.read_text() + "writes = true\n")
    workspace = open_workspace(server.url, database=mirror, token=TOKEN, writes=True, undo_window=0)
    workspace.sends_by_itself = False
    number = workspace.search_ids(workspace.parse(""), limit=1)[0]
    batch = workspace.act(Note("for the team"), [number])
    before = workspace.synced_at()
    served = start_http("--sync", "1")

    async def interval() -> Any:
        async with http_client(served) as client:
            return (await call_tool(client, "get_server_status")).data["syncs_every"]

    assert asyncio.run(interval()) == 1
    until(lambda: workspace.synced_at() != before)
    first = workspace.synced_at()
    until(lambda: workspace.synced_at() != first)
    assert [write.state.value for write in batch.writes] == ["waiting"]
