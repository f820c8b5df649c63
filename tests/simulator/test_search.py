from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulator.support import NOW, HandClock, both, caller, error_code, quiet, search, walk, where
from tui.simulator.model import SimulatedConversation
from tui.simulator.search import search as search_index
from tui.simulator.server import RunningServer, running
from tui.simulator.world import World

EVERYTHING = where("updated_at", ">", 0)


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with running(quiet(conversations=400), HandClock()) as server:
        yield server


@pytest.fixture(scope="module")
def client(server: RunningServer) -> Iterator[httpx.Client]:
    with caller(server) as client:
        yield client


@pytest.mark.parametrize("field", ["updated_at", "id", "created_at"])
@pytest.mark.parametrize("order", ["ascending", "descending"])
def test_pages_hold_everything_once_in_order(
    client: httpx.Client, server: RunningServer, field: str, order: str
) -> None:
    seen = walk(client, EVERYTHING, per_page=37, field=field, order=order)
    live = server.world.conversations.values()
    wanted = sorted(live, key=lambda item: (getattr(item, field), item.id), reverse=order == "descending")
    assert seen == [item.id for item in wanted]


def test_a_page_has_no_parts_and_a_keyset_cursor(client: httpx.Client) -> None:
    page = search(client, EVERYTHING, pagination={"per_page": 5})
    assert page["total_count"] > 5
    assert all("conversation_parts" not in item for item in page["conversations"])
    assert page["pages"]["total_pages"] == -(-page["total_count"] // 5)
    last = page["conversations"][-1]
    cursor = json.loads(base64.b64decode(page["pages"]["next"]["starting_after"]))
    assert cursor[:2] == [last["updated_at"], int(last["id"])]


def test_the_last_page_has_no_next(client: httpx.Client) -> None:
    page = search(client, where("updated_at", ">", NOW + 5))
    assert page["total_count"] == 0
    assert page["conversations"] == []
    assert "next" not in page["pages"]


def test_ties_cross_page_edges(client: httpx.Client, server: RunningServer) -> None:
    world = server.world
    second = max(
        {item.updated_at for item in world.conversations.values()},
        key=lambda at: sum(item.updated_at == at for item in world.conversations.values()),
    )
    tied = {item.id for item in world.conversations.values() if item.updated_at == second}
    assert len(tied) >= 39
    query = both(where("updated_at", ">", second), where("updated_at", "<", second))
    seen = walk(client, query, per_page=7, field="updated_at", order="ascending")
    assert len(seen) == len(set(seen))
    assert set(seen) == tied


def test_list_endpoint(client: httpx.Client) -> None:
    first = client.get("/conversations?per_page=3").json()
    assert first["type"] == "conversation.list"
    cursor = first["pages"]["next"]["starting_after"]
    second = client.get("/conversations", params={"per_page": 3, "starting_after": cursor}).json()
    ids = [item["id"] for item in first["conversations"] + second["conversations"]]
    assert len(set(ids)) == 6


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "parameter_not_found"),
        ({"query": {"operator": "GT", "value": []}}, "parameter_invalid"),
        ({"query": where("updated_at", "GT", 1)}, "parameter_invalid"),
        ({"query": where("updated_at", "~", 1)}, "parameter_invalid"),
        ({"query": where("state", ">", "open")}, "parameter_invalid"),
        ({"query": where("nonsense", "=", 1)}, "parameter_invalid"),
        ({"query": where("updated_at", ">", "soon")}, "type_mismatch"),
        ({"query": where("open", "=", "yes")}, "type_mismatch"),
        ({"query": where("id", "IN", 7)}, "parameter_invalid"),
        ({"query": both()}, "parameter_invalid"),
        ({"query": both(EVERYTHING, both(EVERYTHING))}, "parameter_invalid"),
        ({"query": both(both(both(EVERYTHING)))}, "parameter_invalid"),
        ({"query": both(*[EVERYTHING] * 16)}, "parameter_invalid"),
        ({"query": EVERYTHING, "pagination": {"per_page": 151}}, "parameter_invalid"),
        ({"query": EVERYTHING, "pagination": {"per_page": 0}}, "parameter_invalid"),
        ({"query": EVERYTHING, "pagination": {"starting_after": "nonsense"}}, "parameter_invalid"),
        ({"query": EVERYTHING, "sort": {"field": "updated_at", "order": "desc"}}, "invalid_sort_order"),
        ({"query": EVERYTHING, "sort": {"field": "source.body", "order": "ascending"}}, "parameter_invalid"),
    ],
)
def test_refusals(client: httpx.Client, body: dict[str, Any], code: str) -> None:
    answer = client.post("/conversations/search", json=body)
    assert answer.status_code == 400
    assert error_code(answer) == code


def test_ids_may_be_text() -> None:
    with running(quiet(id_order="text"), HandClock()) as server, caller(server) as client:
        numbers = list(server.world.truth())
        assert sorted(numbers) != sorted(numbers, key=str)
        for order in ("ascending", "descending"):
            found = walk(client, EVERYTHING, per_page=40, field="id", order=order)
            assert found == sorted(numbers, key=str, reverse=order == "descending")
        for value in (numbers[0], str(numbers[0])):
            assert search(client, where("id", "=", value))["total_count"] == 1
        assert search(client, where("id", "IN", numbers[:3]))["total_count"] == 3
        body = {"query": where("id", ">", numbers[0])}
        assert error_code(client.post("/conversations/search", json=body)) == "parameter_invalid"


@pytest.mark.parametrize("order", ["ascending", "descending"])
def test_an_offset_cursor_walks_a_still_set_whole(order: str) -> None:
    with running(quiet(cursor="offset"), HandClock()) as server, caller(server) as client:
        found = walk(client, EVERYTHING, per_page=25, field="updated_at", order=order)
        assert sorted(found) == sorted(server.world.truth())
        assert found == walk(client, EVERYTHING, per_page=7, field="updated_at", order=order)


def test_broken_json_is_400(client: httpx.Client) -> None:
    assert client.post("/conversations/search", content=b"{nope").status_code == 400
    assert client.post("/conversations/search", content=b"[]").status_code == 400


def test_two_levels_of_groups(client: httpx.Client) -> None:
    query = both(
        {
            "operator": "OR",
            "value": [where("state", "=", "snoozed"), where("priority", "IN", ["high", "urgent"])],
        },
        both(where("updated_at", ">", NOW - 30 * 86400)),
    )
    found = search(client, query, pagination={"per_page": 150})["conversations"]
    assert found
    assert all(item["state"] == "snoozed" or item["priority"] in {"high", "urgent"} for item in found)
    assert all(item["updated_at"] >= NOW - 30 * 86400 for item in found)


def test_bodies_match_by_word(client: httpx.Client, server: RunningServer) -> None:
    assert search(client, where("source.body", "=", "invoice"))["total_count"] > 0
    assert search(client, where("source.body", "=", "the invoice"))["total_count"] == 0
    assert search(client, where("source.body", "~", "voic"))["total_count"] > 0


def test_bounds_may_be_exclusive() -> None:
    for inclusive in (True, False):
        with running(quiet(conversations=20, inclusive_bounds=inclusive), HandClock()) as server:
            at = next(iter(server.world.truth().values())).updated_at
            query = both(where("updated_at", ">", at), where("updated_at", "<", at))
            with caller(server) as client:
                assert bool(search(client, query)["total_count"]) is inclusive
                exact = both(where("updated_at", ">=", at), where("updated_at", "<=", at))
                assert search(client, exact)["total_count"] > 0


WORLD = World(quiet(conversations=150), HandClock())
AT = sorted({item.updated_at for item in WORLD.conversations.values()})
ADMINS = [*WORLD.admins, 0]


def _brute(item: SimulatedConversation, entry: dict[str, Any]) -> bool:
    """The same filters, written down naively."""
    operator, value = entry["operator"], entry["value"]
    if "field" not in entry:
        return (all if operator == "AND" else any)(_brute(item, child) for child in value)
    found: Any = {
        "updated_at": item.updated_at,
        "created_at": item.created_at,
        "id": item.id,
        "state": item.state,
        "admin_assignee_id": item.admin,
        "read": item.read,
        "source.subject": item.source.subject.casefold(),
        "tag_ids": [str(tag.id) for tag in item.tags],
        "waiting_since": item.waiting_since,
    }[entry["field"]]
    if isinstance(found, list):
        wanted = {str(one) for one in (value if isinstance(value, list) else [value])}
        return bool(wanted & set(found)) is (operator in {"=", "IN"})
    tests: dict[str, Callable[[], bool]] = {
        "=": lambda: found == value,
        "!=": lambda: found != value,
        "IN": lambda: found in value,
        "NIN": lambda: found not in value,
        ">": lambda: found is not None and found >= value,
        "<": lambda: found is not None and found <= value,
        "~": lambda: value in found,
        "!~": lambda: value not in found,
        "^": lambda: found.startswith(value),
        "$": lambda: found.endswith(value),
    }
    return bool(tests[operator]())


_moments = st.sampled_from(AT).flatmap(lambda at: st.integers(at - 1, at + 1))
_ids = st.sampled_from(sorted(WORLD.conversations))
_single = st.one_of(
    st.builds(
        where,
        st.sampled_from(["updated_at", "created_at", "waiting_since"]),
        st.sampled_from("=!<>"),
        _moments,
    ).map(lambda entry: {**entry, "operator": "!=" if entry["operator"] == "!" else entry["operator"]}),
    st.builds(where, st.just("id"), st.sampled_from(["IN", "NIN"]), st.lists(_ids, min_size=1, max_size=5)),
    st.builds(
        where, st.just("state"), st.sampled_from(["=", "!="]), st.sampled_from(["open", "closed", "snoozed"])
    ),
    st.builds(where, st.just("admin_assignee_id"), st.sampled_from(["=", "!="]), st.sampled_from(ADMINS)),
    st.builds(where, st.just("read"), st.just("="), st.booleans()),
    st.builds(
        where,
        st.just("source.subject"),
        st.sampled_from(["~", "!~", "^", "$"]),
        st.sampled_from(["invoice", "can", "?", "a", "ue"]),
    ),
    st.builds(
        where,
        st.just("tag_ids"),
        st.sampled_from(["=", "!=", "IN", "NIN"]),
        st.sampled_from([str(tag) for tag in WORLD.tags]),
    ).map(lambda e: {**e, "value": [e["value"]]} if "IN" in e["operator"] else e),
)


def _group(items: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda operator, value: {"operator": operator, "value": value},
        st.sampled_from(["AND", "OR"]),
        st.lists(items, min_size=1, max_size=4),
    )


@settings(max_examples=150, deadline=None)
@given(
    query=st.one_of(_single, _group(_single), _group(_group(_single))),
    field=st.sampled_from(["updated_at", "id", "waiting_since"]),
    order=st.sampled_from(["ascending", "descending"]),
)
def test_search_agrees_with_a_brute_force_filter(query: dict[str, Any], field: str, order: str) -> None:
    found: list[int] = []
    cursor = None
    while True:
        page = search_index(
            WORLD.index, query, sort={"field": field, "order": order}, per_page=40, cursor=cursor
        )
        found += [item.id for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    wanted = [item for item in WORLD.conversations.values() if _brute(item, query)]
    assert len(wanted) == page.total
    wanted.sort(
        key=lambda item: (-1 if getattr(item, field) is None else getattr(item, field), item.id),
        reverse=order == "descending",
    )
    assert found == [item.id for item in wanted]
