from __future__ import annotations

import asyncio
import socket
import time

import httpx
import pytest

from tests.simulator.support import NOW, HandClock, caller, error_code, quiet, search, where
from tui.simulator import create_app
from tui.simulator.faults import Fault
from tui.simulator.options import DEMO_BEARER
from tui.simulator.server import running, serve


def test_rate_windows_follow_the_clock() -> None:
    clock = HandClock(NOW + 3)
    with running(quiet(rate_limit=4), clock) as server, caller(server) as client:
        left = []
        for _ in range(4):
            answer = client.get("/me")
            assert answer.status_code == 200
            left.append(int(answer.headers["x-ratelimit-remaining"]))
            assert answer.headers["x-ratelimit-limit"] == "4"
            assert answer.headers["x-ratelimit-reset"] == str(NOW + 10)
        assert left == [3, 2, 1, 0]
        refused = client.get("/me")
        assert refused.status_code == 429
        assert error_code(refused) == "rate_limit_exceeded"
        assert "Exceeded rate limit of 4 in 10_seconds" in refused.text
        assert refused.headers["x-ratelimit-remaining"] == "0"
        clock.forward(6.9)
        assert client.get("/me").status_code == 429
        clock.forward(0.1)
        assert client.get("/me").headers["x-ratelimit-remaining"] == "3"


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        (Fault.BAD_GATEWAY, 502, "text/html"),
        (Fault.UNAVAILABLE, 503, "application/json"),
        (Fault.TIMEOUT, 504, "text/html"),
        (Fault.EMPTY, 200, "application/json"),
        (Fault.HTML, 200, "text/html"),
        (Fault.RATE_LIMITED, 429, "application/json"),
        (Fault.FORBIDDEN, 403, "application/json"),
        (Fault.UNAUTHORIZED, 401, "application/json"),
        (Fault.NOT_FOUND, 404, "application/json"),
    ],
)
def test_scripted_faults(fault: Fault, status: int, kind: str) -> None:
    with running(quiet(conversations=10), HandClock()) as server, caller(server) as client:
        server.world.faults.script(fault, path="/teams")
        assert client.get("/me").status_code == 200
        answer = client.get("/teams")
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith(kind)
        if fault in {Fault.EMPTY, Fault.TIMEOUT}:
            assert answer.content == b""
        if fault is Fault.RATE_LIMITED:
            assert answer.headers["x-ratelimit-reset"] == str(NOW + 2)
        if fault is Fault.UNAUTHORIZED:
            assert "x-ratelimit-limit" not in answer.headers
        assert client.get("/teams").json()["type"] == "team.list"
        assert list(server.world.requests) == [
            ("GET", "/me", 200),
            ("GET", "/teams", status),
            ("GET", "/teams", 200),
        ]


def test_reset_cuts_the_connection() -> None:
    with running(quiet(conversations=10)) as server, caller(server) as client:
        server.world.faults.script(Fault.RESET)
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            client.get("/me")
        assert client.get("/me").status_code == 200


def test_slow_answers_are_right_but_late() -> None:
    with running(quiet(conversations=10, slow_seconds=0.3)) as server, caller(server) as client:
        server.world.faults.script(Fault.SLOW)
        began = time.monotonic()
        assert client.get("/me").json()["type"] == "admin"
        assert time.monotonic() - began >= 0.3


def test_random_faults_come_as_often_as_asked_and_repeat_for_a_seed() -> None:
    def statuses() -> list[int]:
        options = quiet(conversations=10, faults=0.3, slow_seconds=0)
        with running(options, HandClock()) as server, caller(server) as client:
            for _ in range(150):
                try:
                    client.get("/me")
                except httpx.TransportError:
                    server.world.requests.append(("GET", "/me", 0))
            return [status for _, _, status in server.world.requests]

    first = statuses()
    assert first == statuses()
    assert {0, 200, 429, 502, 503, 504} <= set(first)
    assert 90 <= first.count(200) <= 140


def test_endpoints_are_refused() -> None:
    with running(quiet(refused=("/teams", "/tags")), HandClock()) as server, caller(server) as client:
        assert error_code(client.get("/teams")) == error_code(client.get("/tags")) == "api_plan_restricted"
        assert client.get("/admins").status_code == 200
        number = next(iter(server.world.truth()))
        server.world.faults.refuse("/conversations/deleted", fault=Fault.NOT_FOUND)
        assert client.get("/conversations/deleted").status_code == 404
        assert client.get(f"/conversations/{number}").status_code == 200
        body = {"id": str(next(iter(server.world.tags))), "admin_id": str(server.world.me)}
        assert client.post(f"/conversations/{number}/tags", json=body).status_code == 200
        server.world.faults.clear()
        assert client.get("/teams").status_code == client.get("/conversations/deleted").status_code == 200


def test_a_fault_may_last() -> None:
    with running(quiet(conversations=10), HandClock()) as server, caller(server) as client:
        server.world.faults.script(Fault.BAD_GATEWAY, times=None)
        assert {client.get("/me").status_code for _ in range(5)} == {502}
        server.world.faults.clear()
        assert client.get("/me").status_code == 200


@pytest.mark.parametrize("value", ["nan", "-3", "1e999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_odd_retry_after(value: str) -> None:
    with running(quiet(conversations=10, retry_after=value), HandClock()) as server, caller(server) as client:
        for fault in (Fault.RATE_LIMITED, Fault.UNAVAILABLE):
            server.world.faults.script(fault)
            assert client.get("/me").headers["retry-after"] == value
        server.world.faults.script(Fault.TIMEOUT)
        assert "retry-after" not in client.get("/me").headers
        assert "retry-after" not in client.get("/me").headers


def test_heavy_pages_time_out() -> None:
    with running(quiet(heavy_page=50)) as server, caller(server) as client:
        query = where("updated_at", ">", 0)
        answer = client.post("/conversations/search", json={"query": query, "pagination": {"per_page": 150}})
        assert answer.status_code == 504
        assert len(search(client, query, pagination={"per_page": 50})["conversations"]) == 50


def test_latency() -> None:
    with running(quiet(conversations=10, latency_ms=60)) as server, caller(server) as client:
        began = time.monotonic()
        client.get("/me")
        assert time.monotonic() - began >= 0.06


async def _in_process() -> int:
    app = create_app(quiet(conversations=10))
    app.state.world.faults.script(Fault.RESET)
    transport = httpx.ASGITransport(app)
    headers = {"Authorization": f"Bearer {DEMO_BEARER}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://demo", headers=headers) as client:
        assert (await client.get("/me")).status_code == 502
        return (await client.get("/me")).status_code


def test_in_process_there_is_no_connection_to_reset() -> None:
    assert asyncio.run(_in_process()) == 200


def test_serving_on_a_taken_port_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{port}: Address already in use$"):
            serve(quiet(conversations=1), "127.0.0.1", port)
