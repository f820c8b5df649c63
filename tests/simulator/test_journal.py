"""What the simulator knows of writes and of customers who write meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.simulator.support import HandClock, caller, quiet
from tui.simulator.faults import Fault
from tui.simulator.journal import duplicates, newest_message
from tui.simulator.server import RunningServer, running


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def server(clock: HandClock) -> Iterator[RunningServer]:
    with running(quiet(conversations=30), clock) as server:
        clock.forward(100)
        yield server


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx.Client]:
    with caller(server) as client:
        yield client


@pytest.fixture
def number(server: RunningServer) -> int:
    return server.world.create()


def parts_of(client: httpx.Client, number: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/conversations/{number}").json()["conversation_parts"][
        "conversation_parts"
    ]
    return found


def say(client: httpx.Client, server: RunningServer, number: int, text: str, kind: str = "comment") -> int:
    """A reply of the token's teammate. Returns its status."""
    body = {"message_type": kind, "type": "admin", "admin_id": str(server.world.me), "body": text}
    return client.post(f"/conversations/{number}/reply", json=body).status_code


def test_every_kind_of_write_is_in_the_journal(
    client: httpx.Client, server: RunningServer, number: int, clock: HandClock
) -> None:
    world, me = server.world, str(server.world.me)
    tag, team = next(iter(world.tags)), next(iter(world.teams))
    path, until = f"/conversations/{number}", int(clock()) + 600
    assign = {"message_type": "assignment", "admin_id": me}
    sent: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/reply", {"message_type": "comment", "type": "admin", "admin_id": me, "body": "a"}),
        ("POST", "/reply", {"message_type": "note", "type": "admin", "admin_id": me, "body": "b"}),
        ("POST", "/parts", {"message_type": "snoozed", "admin_id": me, "snoozed_until": until}),
        ("POST", "/parts", {"message_type": "open", "admin_id": me}),
        ("POST", "/parts", {**assign, "type": "team", "assignee_id": str(team)}),
        ("POST", "/parts", {**assign, "type": "admin", "assignee_id": "0"}),
        ("POST", "/parts", {"message_type": "close", "type": "admin", "admin_id": me, "body": "c"}),
        ("POST", "/tags", {"id": str(tag), "admin_id": me}),
        ("POST", "/tags", {"id": str(tag), "admin_id": me}),
        ("DELETE", f"/tags/{tag}", {"admin_id": me}),
        ("PUT", "", {"title": "T"}),
        ("PUT", "", {"read": True}),
        ("POST", "/reply", {"message_type": "comment", "type": "user", "body": "d"}),
    ]  # fmt: skip
    ids = []
    for method, suffix, body in sent:
        answer = client.request(method, f"{path}{suffix}", json=body)
        assert answer.status_code == 200, answer.text
        ids.append(answer.headers["x-request-id"])
    assert [(w.kind, w.admin, w.target, w.body, w.changed) for w in world.writes] == [
        ("comment", int(me), None, "<p>a</p>", True),
        ("note", int(me), None, "<p>b</p>", True),
        ("snoozed", int(me), until, None, True),
        ("open", int(me), None, None, True),
        ("assignment", int(me), team, None, True),
        ("assignment", int(me), 0, None, True),
        ("close", int(me), None, "<p>c</p>", True),
        ("tag", int(me), tag, None, True),
        ("tag", int(me), tag, None, False),
        ("untag", int(me), tag, None, True),
        ("update", 0, None, None, True),
        ("update", 0, None, None, True),
        ("customer", 0, None, "<p>d</p>", True),
    ]
    assert [w.request_id for w in world.writes] == ids
    assert {w.conversation_id for w in world.writes} == {number}
    assert {w.at for w in world.writes} == {clock()}
    assert [w.part_id for w in world.writes if w.part_id] == [
        p.id for p in world.conversations[number].thread
    ]
    assert client.get("/simulator/writes").json()["data"][0] == {
        "at": clock(),
        "request_id": ids[0],
        "kind": "comment",
        "conversation_id": number,
        "admin": int(me),
        "target": None,
        "changed": True,
        "part_id": world.writes[0].part_id,
        "body": "<p>a</p>",
        "newest_customer_part": None,
        "newest_message": None,
        "newest_shown": None,
    }


def test_changes_by_others_and_refused_writes_are_not_in_it(
    client: httpx.Client, server: RunningServer, number: int
) -> None:
    server.world.reply(number, by=server.world.me)
    assert say(client, server, number, " ") == 400
    assert say(client, server, 5, "x") == 404
    client.delete(f"/conversations/{number}")
    assert [(w.kind, w.part_id) for w in server.world.writes] == [("delete", None)]


def test_the_truth_is_told_through_every_fault(client: httpx.Client, server: RunningServer) -> None:
    server.world.faults.script(Fault.BAD_GATEWAY, times=None)
    assert client.get("/me").status_code == 502
    assert client.get("/simulator/writes").json() == {"type": "list", "data": []}
    with caller(server, Authorization="Bearer no") as stranger:
        assert stranger.get("/simulator/writes").status_code == 401


def test_duplicates_are_the_same_words_twice(
    client: httpx.Client, server: RunningServer, number: int
) -> None:
    other = server.world.create()
    for where, text, kind in (
        (number, "a", "comment"),
        (number, "a", "note"),
        (other, "a", "comment"),
        (number, "b", "comment"),
    ):
        say(client, server, where, text, kind)
    assert duplicates(server.world.writes) == []
    server.world.faults.script(Fault.APPLIED_RESET)
    with pytest.raises(httpx.TransportError):
        say(client, server, number, "b")
    (twice,) = duplicates(server.world.writes)
    assert [(w.conversation_id, w.body) for w in twice] == [(number, "<p>b</p>")] * 2


def test_a_customer_writes_before_the_next_write(
    client: httpx.Client, server: RunningServer, number: int
) -> None:
    world = server.world
    other = world.create()
    world.interruptions.script(number, "<p>stop</p>")
    assert parts_of(client, number) == []
    assert say(client, server, other, "fine") == 200
    assert say(client, server, number, "answer") == 200
    assert [part["body"] for part in parts_of(client, number)] == ["<p>stop</p>", "<p>answer</p>"]
    undisturbed, overrun = world.writes
    assert undisturbed.newest_customer_part is None
    stop = world.conversations[number].thread[0].id
    assert (overrun.newest_customer_part, overrun.newest_message, overrun.newest_shown) == (stop, stop, None)
    assert say(client, server, number, "again") == 200
    shown = world.writes[-1]
    assert (shown.newest_customer_part, shown.newest_shown) == (stop, overrun.part_id)


def test_a_customer_writes_before_the_next_fetch(
    client: httpx.Client, server: RunningServer, number: int
) -> None:
    world = server.world
    world.interruptions.script(number, "<p>more</p>", before="read", times=2)
    assert [part["body"] for part in parts_of(client, number)] == ["<p>more</p>"]
    assert len(parts_of(client, number)) == len(parts_of(client, number)) == 2
    assert say(client, server, number, "x") == 200
    write = world.writes[0]
    assert write.newest_shown == write.newest_customer_part == newest_before(server, number)
    world.interruptions.script(number, before="read")
    world.heal()
    assert len(parts_of(client, number)) == 3


def newest_before(server: RunningServer, number: int) -> int:
    """The last message but one."""
    return server.world.conversations[number].thread[-2].id


def test_a_customer_of_a_deleted_conversation_writes_nothing(
    client: httpx.Client, server: RunningServer, number: int
) -> None:
    server.world.interruptions.script(number, before="read", times=None)
    server.world.delete(number)
    assert client.get(f"/conversations/{number}").status_code == 404


def test_a_share_of_the_fetches_is_interrupted_alike_for_a_seed() -> None:
    def once() -> list[int]:
        with running(quiet(conversations=10, interrupt_share=0.3), HandClock()) as server:
            number = server.world.create()
            with caller(server) as client:
                found = [len(parts_of(client, number)) for _ in range(60)]
                server.world.heal()
                assert len(parts_of(client, number)) == found[-1]
            return found

    first = once()
    assert first == once()
    assert 8 <= first[-1] <= 30


def test_a_lagging_replica_hides_a_write_from_the_fetch_after_it(
    client: httpx.Client, server: RunningServer, number: int, clock: HandClock
) -> None:
    world, me = server.world, str(server.world.me)
    tag = next(iter(world.tags))
    clock.forward(30)
    world.replica.lag = 20
    seen = client.get(f"/conversations/{number}").json()
    assert say(client, server, number, "hello") == 200
    client.post(f"/conversations/{number}/tags", json={"id": str(tag), "admin_id": me})
    client.put(f"/conversations/{number}", json={"title": "T"})
    closed = client.post(
        f"/conversations/{number}/parts", json={"message_type": "close", "type": "admin", "admin_id": me}
    )
    assert closed.json()["state"] == "closed"
    assert client.get(f"/conversations/{number}").json() == seen
    assert newest_message(world.conversations[number]) == world.writes[0].part_id
    assert say(client, server, number, "after") == 200
    assert world.writes[-1].newest_shown is None, "the replica has shown nothing of it"
    clock.forward(20)
    found = client.get(f"/conversations/{number}").json()
    assert (found["state"], found["title"], found["tags"]["tags"][0]["id"]) == ("closed", "T", str(tag))
