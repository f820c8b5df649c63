from __future__ import annotations

import re
import threading
import time

import pytest

from tests.simulator.support import NOW, HandClock, both, caller, quiet, search, walk, where
from tui.simulator import SimulatorOptions, create_app, render
from tui.simulator.model import PARTS_SHOWN
from tui.simulator.server import running
from tui.simulator.world import World


def everything(world: World) -> list[bytes]:
    return [world.full(item) for item in world.conversations.values()]


def test_same_seed_and_clock_give_the_same_workspace() -> None:
    options = quiet(conversations=300)
    first, second = World(options, HandClock()), World(options, HandClock())
    assert everything(first) == everything(second)
    assert first.contacts == second.contacts
    assert everything(World(quiet(conversations=300, seed=8), HandClock())) != everything(first)


def test_activity_is_deterministic_whatever_the_steps() -> None:
    def later(steps: int) -> list[bytes]:
        clock = HandClock()
        world = World(quiet(conversations=80, activity=30, search_lag=5), clock)
        for step in range(1, steps + 1):
            clock.now = NOW + 600 * step / steps
            world.catch_up()
        return everything(world)

    assert later(1) == later(7) == later(600)


def test_activity_keeps_its_pace() -> None:
    clock = HandClock()
    world = World(quiet(conversations=200, activity=6, deletions=False), clock)
    before = {number: render.header(item, world) for number, item in world.conversations.items()}
    clock.forward(600)
    world.catch_up()
    changed = [
        item for item in world.conversations.values() if before.get(item.id) != render.header(item, world)
    ]
    assert 20 <= len(changed) <= 60
    assert all(NOW < item.updated_at <= NOW + 600 for item in changed)


def test_the_world_looks_alive() -> None:
    world = World(SimulatorOptions(), HandClock())
    items = list(world.conversations.values())
    newest = max(item.updated_at for item in items)
    assert NOW - 120 < newest < NOW
    assert all(item.updated_at >= NOW - 91 * 86400 for item in items)
    assert {"open", "closed", "snoozed"} == {item.state for item in items}
    assert sum(item.state == "open" for item in items) > 40
    assert len({item.attributes["Topic"] for item in items}) >= 25
    assert len({item.contacts[0] for item in items}) > 300
    assert len({item.attributes["Language"] for item in items}) >= 8
    bodies = [item.source.body for item in items]
    assert len(set(bodies)) > 0.9 * len(bodies)
    text = " ".join(part.body or "" for item in items for part in item.thread) + " ".join(bodies)
    for piece in (
        "<table>",
        "<pre>",
        "<blockquote>",
        "<img",
        "<ol>",
        "\x1b[31m",
        "\u202e",
        "[/b]",
        "=HYPERLINK(",
    ):
        assert piece in text, piece
    assert not re.search(r"[^{]\{[a-z]+\}[^}]", text), "an unfilled slot"
    assert any(item.rating for item in items)
    assert any(item.sla for item in items)
    assert any(part.type == "sla_clock_paused_by_gremlins" for item in items for part in item.thread)
    assert sum(item.part_count > PARTS_SHOWN for item in items) == 3


def test_the_default_world_starts_within_a_second() -> None:
    began = time.process_time()
    create_app(SimulatorOptions())
    assert time.process_time() - began < 1.0


def test_search_lags_behind_while_get_does_not() -> None:
    clock = HandClock()
    with running(quiet(search_lag=5), clock) as server, caller(server) as client:
        world = server.world
        number, old = next(iter(world.truth().items()))
        clock.forward(100)
        world.note(number)
        moved = int(clock())
        recent, past = where("updated_at", ">", moved), where("id", "=", number)
        assert client.get(f"/conversations/{number}").json()["updated_at"] == moved
        assert search(client, recent)["total_count"] == 0
        shown = search(client, past)["conversations"][0]
        assert shown["updated_at"] == old.updated_at
        assert (
            shown["statistics"] is None or shown["statistics"]["count_conversation_parts"] == old.part_count
        )
        clock.forward(4.9)
        assert search(client, recent)["total_count"] == 0
        clock.forward(0.2)
        assert search(client, recent)["total_count"] == 1
        world.delete(number)
        assert client.get(f"/conversations/{number}").status_code == 404
        assert search(client, past)["total_count"] == 1
        clock.forward(5)
        assert search(client, past)["total_count"] == 0


def test_every_intermediate_state_reaches_the_index_in_turn() -> None:
    clock = HandClock()
    world = World(quiet(search_lag=5), clock)
    number = next(iter(world.conversations))
    clock.forward(10)
    world.close(number)
    clock.forward(3)
    world.open(number)
    clock.forward(2.5)
    world.catch_up()
    assert world.index.documents[number].state == "closed"
    clock.forward(3)
    world.catch_up()
    assert world.index.documents[number].state == "open"


def test_conversations_change_and_vanish_during_a_walk() -> None:
    clock = HandClock()
    with running(quiet(), clock) as server, caller(server) as client:
        world = server.world
        clock.forward(50)
        query = where("updated_at", ">", 0)
        sort = {"field": "updated_at", "order": "ascending"}
        page = search(client, query, sort=sort, pagination={"per_page": 30})
        seen = [int(item["id"]) for item in page["conversations"]]
        ahead = [number for _, number in world.index.order[30:]]
        world.reply(seen[0])
        world.delete(ahead[0])
        rest = walk_on(client, query, page["pages"]["next"]["starting_after"])
        assert seen[0] in rest
        assert ahead[0] not in rest
        assert set(seen + rest) == set(world.truth())


def walk_on(client: object, query: object, cursor: str | None) -> list[int]:
    import httpx

    assert isinstance(client, httpx.Client)
    found: list[int] = []
    while cursor:
        page = search(
            client,
            query,
            sort={"field": "updated_at", "order": "ascending"},
            pagination={"per_page": 30, "starting_after": cursor},
        )
        found += [int(item["id"]) for item in page["conversations"]]
        cursor = page["pages"].get("next", {}).get("starting_after")
    return found


def test_bulk_actions_tie() -> None:
    clock = HandClock()
    with running(quiet(conversations=260), clock) as server, caller(server) as client:
        clock.forward(60)
        ids = list(server.world.truth())[:200]
        second = server.world.bulk_tag(ids)
        assert {server.world.truth()[number].updated_at for number in ids} == {second}
        query = both(where("updated_at", ">", second), where("updated_at", "<", second))
        assert search(client, query, pagination={"per_page": 150})["total_count"] == 200
        assert set(walk(client, query, per_page=150, field="id", order="ascending")) == set(ids)


def test_advance_reports_what_it_changed() -> None:
    clock = HandClock()
    world = World(quiet(), clock)
    clock.forward(30)
    before = world.truth()
    touched = world.advance(40)
    after = world.truth()
    assert len(touched) == 40
    assert {n for n in before.keys() | after.keys() if before.get(n) != after.get(n)} <= set(touched)
    assert world.deleted.keys().isdisjoint(after)


def test_growing_beyond_500_parts() -> None:
    world = World(quiet(), HandClock())
    number = world.create()
    world.grow(number, 620)
    truth = world.truth()[number]
    assert truth.part_count == 620
    assert len(truth.part_ids) == 500


def test_scripting_from_many_threads() -> None:
    clock = HandClock()
    with running(quiet(conversations=40), clock) as server, caller(server) as client:
        clock.forward(10)
        world = server.world
        numbers = list(world.conversations)
        before = {number: truth.part_count for number, truth in world.truth().items()}
        workers = [
            threading.Thread(target=lambda: [world.note(number) for number in numbers]) for _ in range(4)
        ]
        for worker in workers:
            worker.start()
        while any(worker.is_alive() for worker in workers):
            assert client.get(f"/conversations/{numbers[0]}").status_code == 200
        after = world.truth()
        assert all(after[number].part_count == before[number] + 4 for number in numbers)
        every = [part.id for item in world.conversations.values() for part in item.thread]
        assert len(every) == len(set(every))


@pytest.mark.parametrize(
    "wrong",
    [{"faults": 2}, {"rate_limit": 0}, {"region": "XX"}, {"days": 0}, {"conversations": -1}, {"token": ""}],
)
def test_impossible_options_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        quiet(**wrong)


def test_the_bearer_stays_out_of_repr() -> None:
    assert "sesame" not in repr(SimulatorOptions(token="sesame"))


@pytest.mark.parametrize("amount", [0, 1, 3])
def test_tiny_worlds(amount: int) -> None:
    clock = HandClock()
    world = World(quiet(conversations=amount, activity=60, tie=None), clock)
    clock.forward(120)
    world.catch_up()
    assert len(world.conversations) > amount
