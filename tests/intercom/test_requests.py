"""Every request of a sync, against the description of the API."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx

from tests.openapi import check_request
from tui.settings import Secret, Settings
from tui.simulator import SimulatorOptions, create_app
from tui.simulator.world import World
from tui.workspace import Workspace

TOKEN = "test-token"


class Recording(httpx.AsyncBaseTransport):
    """The simulator inside this process, with every request kept."""

    def __init__(self, options: SimulatorOptions) -> None:
        app = create_app(options)
        self.world: World = app.state.world
        self._inner = httpx.ASGITransport(app)
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return await self._inner.handle_async_request(request)


def reach_out(world: World) -> int:
    """A teammate writes first: such a conversation names its customer by a contact's id only."""
    conversation = world.conversations[world.create("<p>How do you like it so far?</p>")]
    author = next(iter(world.admins.values())).author
    source = replace(conversation.source, author=author, delivered_as="admin_initiated")
    world.commit(replace(conversation, source=source, waiting_since=None))
    return conversation.id


def test_every_request_of_a_sync_fits_the_description(tmp_path: Path) -> None:
    options = SimulatorOptions(
        conversations=400, tie=200, token=TOKEN, latency_ms=0, search_lag=0, rate_limit=100_000, activity=0
    )
    transport = Recording(options)
    outbound = reach_out(transport.world)
    settings = Settings(
        base_url="http://localhost",
        database=tmp_path / "mirror.db",
        config_path=tmp_path / "c.toml",
        settle=1,
    )
    with Workspace(settings, transport=transport, token=Secret(TOKEN)) as workspace:
        workspace.request_sync().wait(60)
        workspace.request_sync().wait(60)  # a second run also reads the deletions
        (row,) = workspace.rows([outbound])
        assert row.customer.name == transport.world.contacts[row.customer.id].name != ""
    kinds: dict[str, int] = {}
    for request in transport.requests:
        path = request.url.path
        kind = f"{request.method} {path.rpartition('/')[0] if path.rpartition('/')[2].isdigit() else path}"
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] > 60:
            continue
        check_request(request)
        assert request.headers["intercom-version"] == "2.16"
        assert TOKEN not in str(request.url)
    assert set(kinds) >= {
        "GET /me",
        "GET /admins",
        "GET /teams",
        "GET /tags",
        "GET /conversations",
        "GET /conversations/deleted",
        "POST /conversations/search",
        "POST /contacts/search",
    }
