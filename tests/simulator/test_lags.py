"""Replicas and a search index that are behind."""

from __future__ import annotations

import httpx

from tests.simulator.support import NOW, HandClock, caller, quiet, search, where
from tui.simulator.model import SimulatedConversation
from tui.simulator.options import LONGEST_REPLICA_LAG
from tui.simulator.server import running
from tui.simulator.world import World


def bodies(client: httpx.Client, number: int) -> list[str | None] | None:
    """The bodies of a conversation's parts; None when it is not found."""
    answer = client.get(f"/conversations/{number}")
    if answer.status_code == 404:
        return None
    return [part["body"] for part in answer.json()["conversation_parts"]["conversation_parts"]]


def test_a_replica_answers_with_the_past() -> None:
    clock = HandClock()
    with running(quiet(replica_lag=3), clock) as server, caller(server) as client:
        world = server.world
        clock.forward(100)
        number = world.create()
        assert bodies(client, number) is None
        clock.forward(2)
        world.reply(number, "one")
        clock.forward(1)
        assert bodies(client, number) == []
        world.reply(number, "two")
        clock.forward(2)
        assert bodies(client, number) == ["one"]
        assert search(client, where("id", "=", number))["conversations"][0]["updated_at"] == int(clock()) - 2
        clock.forward(1)
        assert bodies(client, number) == ["one", "two"]
        world.delete(number)
        assert bodies(client, number) == ["one", "two"]
        clock.forward(3)
        assert bodies(client, number) is None


def test_the_lag_can_change_and_concern_a_share_of_the_requests() -> None:
    clock = HandClock()
    with running(quiet(), clock) as server, caller(server) as client:
        world = server.world
        number = world.create()
        clock.forward(50)
        world.reply(number, "new")
        clock.forward(10)
        assert bodies(client, number) == ["new"]
        world.replica.lag = 30
        assert bodies(client, number) == []
        world.replica.share = 0.5
        seen = [bodies(client, number) for _ in range(40)]
        assert 8 <= seen.count([]) <= 32
        assert seen.count([]) + seen.count(["new"]) == 40


def test_old_states_are_forgotten_after_the_longest_lag() -> None:
    clock = HandClock()
    world = World(quiet(conversations=3), clock)
    number = world.create()
    for _ in range(5):
        clock.forward(LONGEST_REPLICA_LAG / 2)
        world.note(number)
    world.replica.lag = LONGEST_REPLICA_LAG
    assert remembered(world, clock, number).part_count == 3
    world.replica.lag = 10 * LONGEST_REPLICA_LAG
    assert remembered(world, clock, number).part_count == 2, "the oldest state that is kept"


def remembered(world: World, clock: HandClock, number: int) -> SimulatedConversation:
    state = world.replica.state(clock(), number, world.conversations[number])
    assert state is not None
    return state


def test_the_lag_of_search_can_change_while_it_runs() -> None:
    clock = HandClock()
    with running(quiet(search_lag=5), clock) as server, caller(server) as client:
        world = server.world
        slow, quick, other, *_ = world.truth()
        clock.forward(10)

        def shown(number: int) -> int:
            moved: int = search(client, where("id", "=", number))["conversations"][0]["updated_at"] - NOW
            return max(0, moved)

        with world.lagging(600):
            world.note(slow)
        world.note(quick)
        world.index.lag = 0
        world.note(other)
        assert (shown(slow), shown(quick), shown(other)) == (0, 0, 10)
        clock.forward(5)
        assert (shown(slow), shown(quick)) == (0, 10)
        clock.forward(595)
        assert shown(slow) == 10


def test_an_older_state_never_replaces_a_later_one_in_search() -> None:
    clock = HandClock()
    world = World(quiet(), clock)
    number = world.create()
    clock.forward(1)
    with world.lagging(60):
        world.close(number)
    clock.forward(1)
    world.open(number)
    clock.forward(100)
    world.catch_up()
    assert world.index.documents[number].state == "open"
    world.delete(number)
    with world.lagging(5):
        again = world.create()
    assert again not in world.index.documents
