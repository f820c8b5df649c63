"""A clock that tests move, and a caller that speaks to a running simulator."""

from __future__ import annotations

from typing import Any

import httpx

from tui.simulator import SimulatorOptions
from tui.simulator.options import DEMO_BEARER
from tui.simulator.server import RunningServer

NOW = 1_790_000_000
"""Some second in September 2026."""


class HandClock:
    """Epoch seconds that only move when told."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


def quiet(**changes: Any) -> SimulatorOptions:
    """A small workspace without delays, where nothing happens by itself."""
    settings: dict[str, Any] = {
        "conversations": 120,
        "activity": 0,
        "latency_ms": 0,
        "search_lag": 0,
        "long_threads": 1,
        "rate_limit": 100_000,
    }
    return SimulatorOptions(**{**settings, **changes})


def caller(server: RunningServer, **headers: str) -> httpx.Client:
    given = {"Authorization": f"Bearer {DEMO_BEARER}", "Intercom-Version": "2.16", **headers}
    return httpx.Client(base_url=server.url, headers=given, timeout=10)


def where(field: str, operator: str, value: object) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def both(*filters: dict[str, Any]) -> dict[str, Any]:
    return {"operator": "AND", "value": list(filters)}


def search(client: httpx.Client, query: object, **body: Any) -> dict[str, Any]:
    """The answer to a search that must succeed."""
    answer = client.post("/conversations/search", json={"query": query, **body})
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def walk(client: httpx.Client, query: object, *, per_page: int, field: str, order: str) -> list[int]:
    """The ids of all pages, in the order in which they came."""
    seen: list[int] = []
    cursor: dict[str, Any] = {}
    while True:
        page = search(
            client,
            query,
            sort={"field": field, "order": order},
            pagination={"per_page": per_page, **cursor},
        )
        seen += [int(item["id"]) for item in page["conversations"]]
        following = page["pages"].get("next")
        if not following:
            return seen
        cursor = {"starting_after": following["starting_after"]}


def error_code(answer: httpx.Response) -> str:
    """The code in Intercom's error envelope, whose shape is checked on the way."""
    body = answer.json()
    assert body["type"] == "error.list"
    assert body["request_id"]
    code: str = body["errors"][0]["code"]
    assert body["errors"][0]["message"]
    return code
