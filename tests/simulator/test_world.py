from __future__ import annotations

import re
import threading
import time

import msgspec
import pytest

from tests.openapi import check_answer
from tests.simulator.support import NOW, HandClock, both, caller, quiet, search, walk, where
from tui.simulator import SimulatorOptions, create_app, render
from tui.simulator.model import PARTS_SHOWN
from tui.simulator.server import RunningServer, running
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


def test_conversations_come_by_several_channels_and_mails_name_their_recipients() -> None:
    world = World(quiet(conversations=900), HandClock())
    full = [(item, msgspec.json.decode(world.full(item))) for item in world.conversations.values()]
    assert {answer["source"]["type"] for _, answer in full} > {"conversation", "email", "whatsapp", "sms"}
    assert len({answer["source"]["delivered_as"] for _, answer in full}) == 3
    states = {answer["ai_agent"]["resolution_state"] for _, answer in full if answer["ai_agent_participated"]}
    assert states > {None, "escalated"}
    assert any("_default_title_" in answer["custom_attributes"] for _, answer in full)
    kinds: set[str] = set()
    later = 0
    for item, answer in full:
        source, parts = answer["source"], answer["conversation_parts"]["conversation_parts"]
        by_mail = source["type"] == "email"
        assert (answer["channel"] is None) is item.legacy
        assert ("email_message_metadata" in source) is by_mail
        assert ("recipients" in source) is (by_mail and not item.legacy)
        mails = [part["email_message_metadata"] for part in parts]
        assert by_mail or not any(mails)
        if by_mail:
            first = source["email_message_metadata"]["email_address_headers"]
            named = {header["email_address"] for header in first}
            for header in [one for sent in mails if sent for one in sent["email_address_headers"]]:
                kinds.add(header["type"])
                later += header["email_address"] not in named
    assert kinds == {"from", "to", "cc"}
    assert later, "some are named in an answer only"


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


@pytest.mark.parametrize("apart", [0.0, 0.5])
def test_two_changes_in_one_second(apart: float) -> None:
    clock = HandClock(NOW + 0.75)
    world = World(quiet(), clock)
    number = world.create()
    before = world.truth()[number]
    clock.forward(10)
    second = world.twice(number, apart=apart)
    if apart:
        assert world.truth()[number] == before, "no second of 10.75 has room for both"
        clock.now = second
        world.catch_up()
        half = world.truth()[number]
        assert (half.part_count, half.state, half.updated_at) == (1, "open", second)
        clock.forward(apart)
        world.catch_up()
    after = world.truth()[number]
    assert (after.part_count, after.state, after.updated_at) == (2, "closed", second)
    assert second == NOW + (11 if apart else 10)


def test_what_was_deleted_meanwhile_is_not_changed_later() -> None:
    clock = HandClock(NOW + 0.75)
    world = World(quiet(), clock)
    number = world.create()
    world.twice(number, apart=0.5)
    world.delete(number)
    clock.forward(5)
    world.catch_up()
    assert number not in world.truth()


def test_a_planned_change_happens_at_its_moment_and_in_order() -> None:
    clock = HandClock()
    world = World(quiet(activity=6, deletions=False), clock)
    number = world.create()
    world.later(NOW + 15, lambda: world.close(number))
    world.later(NOW + 12, lambda: world.note(number, "first"))
    clock.forward(60)
    world.catch_up()
    parts = [part for part in world.conversations[number].thread if part.created_at in {NOW + 12, NOW + 15}]
    assert [(part.type, part.created_at - NOW) for part in parts] == [("note", 12), ("close", 15)]


def test_silent_changes_leave_updated_at_alone() -> None:
    clock = HandClock()
    with running(quiet(), clock) as server, caller(server) as client:
        world = server.world
        number = world.create()
        clock.forward(100)
        admin, tag = list(world.admins)[1], next(iter(world.tags))
        with world.silently():
            world.reply(number, "<p>secret</p>", by=admin)
            world.tag(number, tag)
            world.assign(number, admin=admin)
            part = world.close(number).thread[0].id
            world.redact(number, part)
        truth = world.truth()[number]
        assert truth.updated_at == NOW
        assert truth.silent
        assert (truth.state, truth.admin, truth.tags) == ("closed", admin, frozenset({tag}))
        assert truth.bodies[part] == "<p>This message was deleted</p>"
        assert truth.part_count == 3
        (row,) = search(client, where("updated_at", "=", NOW))["conversations"]
        assert (row["state"], row["admin_assignee_id"]) == ("closed", admin)
        assert row["statistics"]["count_conversation_parts"] == 3
        assert (
            len(client.get(f"/conversations/{number}").json()["conversation_parts"]["conversation_parts"])
            == 3
        )
        world.note(number)
        assert world.truth()[number].updated_at == NOW + 100
        assert not world.truth()[number].silent


def test_redactions_may_be_silent_by_option_and_concern_the_first_message() -> None:
    for silent in (True, False):
        clock = HandClock()
        world = World(quiet(silent_redactions=silent), clock)
        number = world.create("<p>my password is hunter2</p>")
        clock.forward(100)
        world.redact(number)
        truth = world.truth()[number]
        assert truth.opening == "<p>This message was deleted</p>"
        assert world.conversations[number].source.redacted
        assert (truth.updated_at == NOW) is truth.silent is silent


def test_a_share_of_the_activity_is_silent() -> None:
    clock = HandClock()
    world = World(quiet(activity=60, silent_share=0.5, deletions=False), clock)
    clock.forward(200)
    world.catch_up()
    silent = [number for number, truth in world.truth().items() if truth.silent]
    loud = [number for number, truth in world.truth().items() if truth.updated_at > NOW and not truth.silent]
    assert len(silent) > 10
    assert len(loud) > 10


def test_merging_closes_and_links() -> None:
    clock = HandClock()
    with running(quiet(), clock) as server, caller(server) as client:
        world = server.world
        primary, secondary = world.create(), world.create()
        clock.forward(100)
        world.merge(primary, secondary)
        kept, gone = (client.get(f"/conversations/{number}") for number in (primary, secondary))
        check_answer(kept)
        check_answer(gone)
        assert kept.json()["state"] == "open"
        (part,) = kept.json()["conversation_parts"]["conversation_parts"]
        assert (part["part_type"], part["body"]) == ("merged_primary_conversation", None)
        assert gone.json()["state"] == "closed"
        for answer, other in ((kept, secondary), (gone, primary)):
            assert answer.json()["updated_at"] == NOW + 100
            links = answer.json()["linked_objects"]
            assert links["total_count"] == 1
            assert links["data"] == [{"type": "conversation", "id": str(other), "category": None}]


def test_deletions_with_and_without_an_entry() -> None:
    def listed(server: RunningServer) -> set[int]:
        with caller(server) as client:
            page = client.get("/conversations/deleted?per_page=60").json()
            assert page["total_count"] == len(page["conversations"])
            return {int(row["id"]) for row in page["conversations"]}

    with running(quiet()) as server:
        first, second, *_ = server.world.truth()
        before = listed(server)
        server.world.delete(first)
        server.world.delete(second, listed=False)
        assert listed(server) == before | {first}
        assert {first, second} <= server.world.deleted.keys()
        assert not {first, second} & server.world.truth().keys()
    with running(quiet(unlisted_deletions=True)) as server:
        server.world.delete(next(iter(server.world.truth())))
        assert server.world.deleted
        assert listed(server) == set()


def test_truth_holds_what_the_api_shows() -> None:
    with running(quiet(), HandClock()) as server, caller(server) as client:
        for number, truth in list(server.world.truth().items())[::10]:
            shown = client.get(f"/conversations/{number}").json()
            parts = shown["conversation_parts"]["conversation_parts"]
            assert truth.bodies == {int(part["id"]): part["body"] for part in parts}
            assert truth.bodies.keys() == truth.part_ids
            assert truth.opening == shown["source"]["body"]
            assert truth.state == shown["state"]
            assert truth.tags == {int(tag["id"]) for tag in shown["tags"]["tags"]}
            assert (truth.admin, truth.team) == (
                shown["admin_assignee_id"] or 0,
                shown["team_assignee_id"] or 0,
            )
            assert not truth.silent


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
    [
        {"faults": 2},
        {"rate_limit": 0},
        {"region": "XX"},
        {"days": 0},
        {"conversations": -1},
        {"token": ""},
        {"missing_share": float("nan")},
        {"search_lag": float("nan")},
        {"date_offset": float("inf")},
        {"replica_lag": 3601},
        {"cursor": "page"},
        {"id_order": "size"},
        {"front_ends": ()},
        {"refused": ("tags",)},
    ],
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
