"""Answers that keep the client busy."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest

from tests.simulator.support import HandClock, caller, quiet
from tui.simulator import create_app
from tui.simulator.faults import Fault
from tui.simulator.options import DEMO_BEARER
from tui.simulator.server import running
from tui.simulator.slow_answers import until_disconnect


def test_a_trickling_answer_is_right_and_comes_byte_by_byte() -> None:
    with running(quiet(conversations=10, trickle_seconds=0.001)) as server, caller(server) as client:
        right = client.get("/me").content
        server.world.faults.script(Fault.TRICKLE)
        began = time.monotonic()
        with client.stream("GET", "/me") as answer:
            pieces = list(answer.iter_raw())
        assert b"".join(pieces) == right
        assert len(pieces) > 20
        assert time.monotonic() - began >= 0.001 * len(right)
        server.world.faults.script(Fault.TRICKLE)
        body = {"query": {"field": "id", "operator": "=", "value": 0}}
        assert client.post("/conversations/search", json=body).json()["total_count"] == 0


def test_an_answer_ends_when_the_client_leaves() -> None:
    cancelled: list[bool] = []

    async def answer() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    async def leave() -> None:
        messages = iter(["http.request", "http.disconnect"])

        async def receive() -> dict[str, str]:
            await asyncio.sleep(0)
            return {"type": next(messages)}

        await asyncio.wait_for(until_disconnect(receive, answer()), 5)

    asyncio.run(leave())
    assert cancelled == [True]


def test_a_failure_of_a_slow_answer_is_not_swallowed() -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    async def receive() -> dict[str, str]:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(until_disconnect(receive, fail()))


def test_an_endless_answer() -> None:
    with running(quiet(conversations=10), HandClock()) as server, caller(server) as client:
        server.world.faults.script(Fault.ENDLESS, path="/tags")
        size = 0
        with client.stream("GET", "/tags") as answer:
            assert answer.status_code == 200
            for piece in answer.iter_raw():
                size += len(piece)
                if size > 3_000_000:
                    break
        assert client.get("/tags").json()["type"] == "list"


@pytest.mark.parametrize("megabytes", [1, 25])
def test_a_small_answer_that_expands(megabytes: int) -> None:
    options = quiet(conversations=10, bomb_megabytes=megabytes)
    with running(options) as server, caller(server) as client:
        server.world.faults.script(Fault.BOMB, path="/me")
        answer = client.get("/me")
        assert int(answer.headers["content-length"]) < 2000 * megabytes
        assert set(answer.json()["pad"]) == {"0"}
        assert len(answer.json()["pad"]) == megabytes * 1_000_000


async def _in_process() -> int:
    app = create_app(quiet(conversations=10))
    app.state.world.faults.script(Fault.ENDLESS)
    transport = httpx.ASGITransport(app)
    headers = {"Authorization": f"Bearer {DEMO_BEARER}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://demo", headers=headers) as client:
        return (await client.get("/me")).status_code


def test_in_process_nobody_could_leave_an_endless_answer() -> None:
    assert asyncio.run(_in_process()) == 502
