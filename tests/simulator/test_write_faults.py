"""Writes that fail, and writes that look as if they had failed."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.simulator.support import HandClock, caller, error_code, quiet, search, where
from tests.waiting import until
from tui.simulator import create_app
from tui.simulator.faults import AMBIGUOUS, APPLIED, REFUSALS, Fault
from tui.simulator.options import DEMO_BEARER
from tui.simulator.server import RunningServer, running
from tui.simulator.world import World


def note_of(world: World, text: str = "<p>n</p>") -> dict[str, Any]:
    return {"message_type": "note", "type": "admin", "admin_id": str(world.me), "body": text}


def bodies(world: World, number: int) -> list[str | None]:
    return [part.body for part in world.conversations[number].thread]


def status_of(call: Callable[[], httpx.Response]) -> int:
    """0: the connection ended."""
    try:
        return call().status_code
    except httpx.TransportError:
        return 0


LOOKS = {
    Fault.UNANSWERED: 504,
    Fault.RESET: 0,
    Fault.BAD_GATEWAY: 502,
    Fault.UNAVAILABLE: 503,
    Fault.EMPTY: 200,
}


@pytest.mark.parametrize("fault", AMBIGUOUS, ids=lambda fault: fault.name)
def test_an_applied_write_and_one_that_is_not_end_alike(fault: Fault) -> None:
    with running(quiet(conversations=10, slow_seconds=0.01)) as server, caller(server) as client:
        world = server.world
        number = next(iter(world.conversations))
        before = bodies(world, number)
        world.faults.script(fault, only="writes")
        assert client.get(f"/conversations/{number}").status_code == 200
        status = status_of(lambda: client.post(f"/conversations/{number}/reply", json=note_of(world)))
        assert status == LOOKS[APPLIED.get(fault, fault)]
        added = ["<p>n</p>"] if fault in APPLIED else []
        assert bodies(world, number) == before + added
        assert [write.body for write in world.writes] == added
        assert client.post(f"/conversations/{number}/reply", json=note_of(world)).status_code == 200
        assert len(world.writes) == len(added) + 1


def test_an_unanswered_write_is_applied_although_its_sender_gives_up() -> None:
    with running(quiet(conversations=10, slow_seconds=30)) as server, caller(server) as client:
        world = server.world
        number = next(iter(world.conversations))
        world.faults.script(Fault.APPLIED_UNANSWERED)
        with pytest.raises(httpx.ReadTimeout):
            client.post(f"/conversations/{number}/reply", json=note_of(world), timeout=0.2)
        assert bodies(world, number)[-1] == "<p>n</p>"
        assert len(world.writes) == 1


def test_what_has_arrived_is_carried_out_although_its_sender_has_gone() -> None:
    with running(quiet(conversations=10, latency_ms=300)) as server:
        world = server.world
        number = next(iter(world.conversations))
        body = httpx.Request("POST", server.url, json=note_of(world)).content
        address = urlsplit(server.url)
        with socket.create_connection((address.hostname, address.port)) as sender:
            head = [
                f"POST /conversations/{number}/reply HTTP/1.1",
                "Host: x",
                f"Authorization: Bearer {DEMO_BEARER}",
                f"Content-Length: {len(body)}",
            ]
            sender.sendall("\r\n".join([*head, "", ""]).encode() + body)
            sender.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 0, 0))
        until(lambda: len(world.writes) == 1)


def test_refusals_apply_nothing() -> None:
    looks = {
        Fault.RATE_LIMITED: (429, "rate_limit_exceeded"),
        Fault.NO_SEAT: (403, "action_forbidden"),
        Fault.NOT_FOUND: (404, "not_found"),
    }
    with running(quiet(conversations=10)) as server, caller(server) as client:
        world = server.world
        number = next(iter(world.conversations))
        before = world.truth()
        for fault in REFUSALS:
            world.faults.script(fault, path="/parts")
            open_it = {"message_type": "open", "admin_id": str(world.me)}
            answer = client.post(f"/conversations/{number}/parts", json=open_it)
            assert (answer.status_code, error_code(answer)) == looks[fault]
        assert world.truth() == before
        assert world.writes == []


def test_a_write_that_is_refused_anyway_is_not_applied() -> None:
    with running(quiet(conversations=10)) as server, caller(server) as client:
        server.world.faults.script(Fault.APPLIED_BAD_GATEWAY)
        assert client.post("/conversations/5/reply", json=note_of(server.world)).status_code == 502
        assert server.world.writes == []


def test_faults_can_concern_one_method_or_only_reads() -> None:
    with running(quiet(conversations=10)) as server, caller(server) as client:
        world = server.world
        number = next(iter(world.conversations))
        path = f"/conversations/{number}"
        world.faults.script(Fault.BAD_GATEWAY, path=path, method="PUT")
        assert client.get(path).status_code == 200
        assert client.put(path, json={"read": True}).status_code == 502
        assert client.put(path, json={"read": True}).status_code == 200
        world.faults.script(Fault.BAD_GATEWAY, only="writes", times=None)
        assert search(client, where("id", "=", number))["total_count"] == 1
        assert client.put(path, json={"read": True}).status_code == 502
        world.faults.clear()
        world.faults.script(Fault.BAD_GATEWAY, only="reads", times=None)
        query = {"query": where("id", "=", number)}
        assert client.post("/conversations/search", json=query).status_code == 502
        assert client.put(path, json={"read": True}).status_code == 200


def ends(server: RunningServer, count: int) -> list[tuple[int, bool]]:
    """(status, whether it was applied) of so many notes."""
    world = server.world
    number = next(iter(world.conversations))
    found = []
    with caller(server) as client:
        for place in range(count):
            body = note_of(world, f"<p>{place}</p>")
            status = status_of(partial(client.post, f"/conversations/{number}/reply", json=body))
            found.append((status, bool(world.writes) and world.writes[-1].body == body["body"]))
            assert client.get(f"/conversations/{number}").status_code == 200
    return found


def test_random_shares_of_the_writes_repeat_for_a_seed() -> None:
    options = quiet(conversations=10, ambiguous_writes=0.3, refused_writes=0.2, slow_seconds=0)

    def once() -> list[tuple[int, bool]]:
        with running(options, HandClock()) as server:
            found = ends(server, 150)
            assert len(server.world.writes) == sum(applied for _, applied in found)
            server.world.heal()
            assert ends(server, 10) == [(200, True)] * 10
            return found

    first = once()
    assert first == once()
    assert {(status, applied) for status, applied in first if status not in {200, 429, 403, 404}} == {
        (status, applied) for status in (0, 502, 503, 504) for applied in (True, False)
    }
    assert {(429, False), (403, False), (404, False), (200, False)} <= set(first)
    assert 55 <= first.count((200, True)) <= 100


def test_the_shares_can_change_while_it_runs() -> None:
    with running(quiet(conversations=10)) as server:
        server.world.faults.write_shares = {Fault.APPLIED_RESET: 0.5, Fault.RESET: 0.5}
        found = ends(server, 30)
        assert set(found) == {(0, True), (0, False)}


async def _in_process() -> tuple[list[int], int]:
    app = create_app(quiet(conversations=10, slow_seconds=0))
    world: World = app.state.world
    number = next(iter(world.conversations))
    statuses = []
    headers = {"Authorization": f"Bearer {DEMO_BEARER}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://demo", headers=headers
    ) as client:
        for fault in APPLIED:
            world.faults.script(fault)
            answer = await client.post(f"/conversations/{number}/reply", json=note_of(world))
            statuses.append(answer.status_code)
    return statuses, len(world.writes)


def test_in_process_the_faults_apply_as_well() -> None:
    assert asyncio.run(_in_process()) == ([504, 502, 502, 503, 200], 5)


def test_without_a_seat_nothing_can_be_written() -> None:
    with running(quiet(inbox_seat=False)) as server, caller(server) as client:
        world = server.world
        number = next(iter(world.conversations))
        assert client.get("/me").json()["has_inbox_seat"] is False
        answer = client.post(f"/conversations/{number}/reply", json=note_of(world))
        assert (answer.status_code, error_code(answer)) == (403, "action_forbidden")
        world.give_seat(True)
        assert client.get("/me").json()["has_inbox_seat"] is True
        assert client.post(f"/conversations/{number}/reply", json=note_of(world)).status_code == 200
        other = [admin.id for admin in world.admins.values() if admin.has_inbox_seat][1]
        world.give_seat(False, other)
        seats = {item["id"]: item["has_inbox_seat"] for item in client.get("/admins").json()["admins"]}
        assert (seats[str(world.me)], seats[str(other)]) == (True, False)
