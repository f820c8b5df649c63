"""Answers that come as they should and are not true."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.simulator.support import HandClock, both, caller, quiet, search, walk, where
from tui.simulator.odd import ODDITIES, fields, replaced
from tui.simulator.options import THREADLESS_SHAPES, ThreadlessShape
from tui.simulator.server import RunningServer, running
from tui.simulator.world import World

EVERYTHING = where("updated_at", ">", 0)


@pytest.fixture
def server() -> Any:
    with running(quiet(conversations=60), HandClock()) as server:
        yield server


@pytest.fixture
def client(server: RunningServer) -> Any:
    with caller(server) as client:
        yield client


def get(client: httpx.Client, number: int) -> dict[str, Any]:
    answer = client.get(f"/conversations/{number}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_chosen_conversation_is_missing_a_chosen_number_of_times(
    server: RunningServer, client: httpx.Client
) -> None:
    first, second, *_ = server.world.truth()
    server.world.wrong.miss([first], times=2)
    path = f"/conversations/{first}"
    assert [client.get(path).status_code for _ in range(3)] == [404, 404, 200]
    server.world.wrong.miss([first])
    assert [client.get(path).status_code for _ in range(3)] == [404, 404, 404]
    assert get(client, second)["id"] == str(second)
    assert search(client, EVERYTHING)["total_count"] == len(server.world.truth())
    server.world.wrong.clear()
    assert client.get(path).status_code == 200


def test_a_share_of_the_conversations_is_missing_and_the_same_for_a_seed() -> None:
    def statuses(**options: Any) -> list[int]:
        with running(quiet(conversations=10, **options), HandClock()) as server, caller(server) as client:
            number = next(iter(server.world.truth()))
            return [client.get(f"/conversations/{number}").status_code for _ in range(80)]

    first = statuses(missing_share=0.3)
    assert 10 <= first.count(404) <= 40
    assert first == statuses(missing_share=0.3)
    assert set(statuses(missing_share=1)) == {404}


@pytest.mark.parametrize("shape", THREADLESS_SHAPES)
def test_parts_are_missing_in_each_way(
    server: RunningServer, client: httpx.Client, shape: ThreadlessShape
) -> None:
    number, truth = next((n, t) for n, t in server.world.truth().items() if 4 <= t.part_count < 500)
    whole = get(client, number)
    server.world.wrong.strip([number], shape, times=1)
    answer = get(client, number)
    thread = answer.pop("conversation_parts", "absent")
    parts = whole.pop("conversation_parts")["conversation_parts"]
    assert answer == whole, "the header stays right"
    kind, count = "conversation_part.list", truth.part_count
    assert (
        thread
        == {
            "null": None,
            "absent": "absent",
            "null list": {"type": kind, "conversation_parts": None, "total_count": count},
            "empty list": {"type": kind, "conversation_parts": [], "total_count": count},
            "nothing counted": {"type": kind, "conversation_parts": [], "total_count": 0},
            "half": {"type": kind, "conversation_parts": parts[(count + 1) // 2 :], "total_count": count},
        }[shape]
    )
    assert len(get(client, number)["conversation_parts"]["conversation_parts"]) == truth.part_count


def test_a_share_of_the_answers_lacks_parts_in_every_way() -> None:
    with running(quiet(threadless_share=0.5), HandClock()) as server, caller(server) as client:
        number, truth = next((n, t) for n, t in server.world.truth().items() if 4 <= t.part_count < 500)
        threads = [get(client, number).get("conversation_parts", "absent") for _ in range(80)]
        right = [
            t
            for t in threads
            if isinstance(t, dict) and len(t["conversation_parts"] or ()) == truth.part_count
        ]
        assert 20 <= len(right) <= 60
        assert None in threads
        assert "absent" in threads


def test_search_wrongly_says_zero(server: RunningServer, client: httpx.Client) -> None:
    world = server.world
    amount = len(world.truth())

    def counts(query: object = EVERYTHING, times: int = 3) -> list[int]:
        pages = [search(client, query) for _ in range(times)]
        assert all(bool(page["conversations"]) is bool(page["total_count"]) for page in pages)
        return [page["total_count"] for page in pages]

    world.wrong.zero(times=2)
    assert counts() == [0, 0, amount]
    world.wrong.zero()
    assert counts() == [0, 0, 0]
    assert client.get("/conversations").json()["total_count"] == amount, "the list is right"
    world.wrong.clear()

    moment = max(truth.updated_at for truth in world.truth().values())
    world.wrong.zero(moment=moment)
    assert counts() == [0, 0, 0]
    assert counts(where("updated_at", ">", moment), 1) == [0]
    assert counts(where("updated_at", "<", moment - 1), 1)[0] > 0
    assert counts(both(where("updated_at", ">", moment + 1), where("updated_at", "<", moment + 9)), 1) == [0]
    world.wrong.clear()
    world.wrong.zero_share = 1
    assert counts() == [0, 0, 0]
    world.wrong.zero_share = 0.5
    assert set(counts(times=20)) == {0, amount}


def test_search_leaves_conversations_out(server: RunningServer, client: httpx.Client) -> None:
    world = server.world
    amount = len(world.truth())
    lost, hidden, *_ = world.truth()
    world.wrong.omit([lost])
    world.wrong.omit([hidden], counted=True)
    page = search(client, EVERYTHING, pagination={"per_page": 150})
    assert page["total_count"] == amount - 1
    assert {int(item["id"]) for item in page["conversations"]} == set(world.truth()) - {lost, hidden}
    assert get(client, lost)["id"] == str(lost)
    world.wrong.clear()
    world.wrong.omitted_share = 0.2
    counts = [search(client, EVERYTHING)["total_count"] for _ in range(10)]
    assert len(set(counts)) > 1
    assert all(amount * 0.5 < count < amount for count in counts)


def test_a_next_page_beside_a_satisfied_count(server: RunningServer, client: httpx.Client) -> None:
    assert "next" not in search(client, EVERYTHING, pagination={"per_page": 150})["pages"]
    server.world.wrong.extra_next = True
    page = search(client, EVERYTHING, pagination={"per_page": 150})
    assert page["total_count"] == len(page["conversations"])
    after = search(client, EVERYTHING, pagination={"per_page": 150, **page["pages"]["next"]})
    assert after["conversations"] == []
    assert "next" not in after["pages"]


@pytest.mark.parametrize("value", [7, "http://[", {"starting_after": None}])
def test_an_odd_next(server: RunningServer, client: httpx.Client, value: object) -> None:
    server.world.wrong.odd_next = {"/conversations/deleted": value, "/conversations/search": value}
    assert client.get("/conversations/deleted").json()["pages"]["next"] == value
    assert search(client, EVERYTHING)["pages"]["next"] == value
    assert client.get("/conversations").json()["pages"]["next"] != value


def test_one_conversation_is_odd_in_pages_and_in_full(server: RunningServer, client: httpx.Client) -> None:
    world = server.world
    first, second, third, *_ = world.truth()
    world.wrong.patch(first, fields(created_at=None))
    world.wrong.patch(second, fields(state="odd"), answers=["header"])
    world.wrong.patch(third, replaced([1]), answers=["full"])
    assert world.wrong.patched == {first, second, third}
    rows = search(client, where("id", "IN", [first, second]))["conversations"]
    assert {row["id"]: (row["created_at"] is None, row["state"] == "odd") for row in rows} == {
        str(first): (True, False),
        str(second): (False, True),
    }
    assert get(client, first)["created_at"] is None
    assert get(client, first)["conversation_parts"]["type"] == "conversation_part.list"
    assert get(client, second)["state"] != "odd"
    assert client.get(f"/conversations/{third}").json() == [1]


@pytest.mark.parametrize("name", ODDITIES)
def test_every_oddity_is_json_with_the_rest_of_the_page_intact(
    server: RunningServer, client: httpx.Client, name: str
) -> None:
    number = next(iter(server.world.truth()))
    before = client.get(f"/conversations/{number}").content
    server.world.wrong.patch(number, ODDITIES[name])
    after = client.get(f"/conversations/{number}").content
    assert after != before
    query = {"query": EVERYTHING, "pagination": {"per_page": 150}}
    page = client.post("/conversations/search", json=query).content
    rows = json.loads(page, parse_int=str)["conversations"]
    assert len(rows) == len(server.world.truth())


def test_so_many_conversations_are_odd_from_the_start() -> None:
    options = quiet(odd=len(ODDITIES) + 2)
    world = World(options, HandClock())
    assert len(world.wrong.patched) == len(ODDITIES) + 2
    assert world.wrong.patched == World(options, HandClock()).wrong.patched <= set(world.truth())


def test_a_walk_by_offset_loses_what_moves_up_and_by_keyset_does_not() -> None:
    for cursor, lost in (("keyset", False), ("offset", True)):
        clock = HandClock()
        with running(quiet(cursor=cursor), clock) as server, caller(server) as client:
            world = server.world
            clock.forward(60)
            second = world.bulk_tag(list(world.truth())[:100])
            clock.forward(60)
            tied = {number for number, truth in world.truth().items() if truth.updated_at == second}
            world.leave_second(second, each=4)
            query = both(where("updated_at", ">", second), where("updated_at", "<", second))
            seen = walk(client, query, per_page=30, field="created_at", order="ascending")
            left = {number for number, truth in world.truth().items() if truth.updated_at == second}
            assert len(tied) == 100
            assert len(tied - left) in {16, 20}, "four after each page"
            assert bool(left - set(seen)) is lost
            assert world.truth().keys() >= tied


def test_healing_ends_it_all(server: RunningServer, client: httpx.Client) -> None:
    world = server.world
    number = next(iter(world.truth()))
    world.wrong.miss([number])
    world.wrong.patch(number, fields(state="odd"))
    world.wrong.zero()
    world.wrong.omitted_share = world.wrong.threadless_share = world.wrong.missing_share = 1
    world.wrong.odd_next["/conversations/search"] = 1
    world.wrong.extra_next = True
    world.faults.refuse("/teams")
    world.clocks.shift("date", None)
    world.replica.lag = 900
    world.index.lag = 900
    world.heal()
    world.reply(number)
    assert get(client, number)["updated_at"] == world.now()
    page = search(client, EVERYTHING, pagination={"per_page": 150})
    assert {int(row["id"]): row["updated_at"] for row in page["conversations"]} == {
        key: truth.updated_at for key, truth in world.truth().items()
    }
    assert "next" not in page["pages"]
    answer = client.get("/teams")
    assert answer.status_code == 200
    assert "date" in answer.headers
