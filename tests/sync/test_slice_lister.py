"""What a slice claims was in the answers, whatever their order and their counts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from tests.conftest import TOKEN
from tests.intercom.scripted import Answer, Request, Script, ScriptedServer, json_answer
from tests.intercom.support import with_server
from tui.freshness import Coverage, Interval
from tui.intercom.client import IntercomClient
from tui.settings import Secret
from tui.simulator import SimulatorOptions
from tui.simulator.server import running
from tui.sync.range_check import RangeCheck
from tui.sync.slice_lister import ListedSlice, SliceLister

START = 1_734_000_000
WINDOW = Interval(START, START + 99)


def entries(*moments: int) -> list[dict[str, Any]]:
    """Conversations as a search gives them, numbered from 1."""
    return [{"id": str(n), "created_at": START, "updated_at": at} for n, at in enumerate(moments, 1)]


def page(found: Sequence[dict[str, Any]], total: int, *, following: bool) -> Answer:
    pages = {"next": {"starting_after": "x"} if following else None}
    return json_answer({"conversations": found, "total_count": total, "pages": pages})


def holds(entry: dict[str, Any], condition: dict[str, Any]) -> bool:
    value = condition["value"]
    match condition["operator"]:
        case "AND":
            return all(holds(entry, inner) for inner in value)
        case ">":
            return bool(entry[condition["field"]] > value)
        case "<":
            return bool(entry[condition["field"]] < value)
        case "=":
            return bool(entry[condition["field"]] == value)
    raise AssertionError(condition)


def slices(script: Script) -> list[ListedSlice]:
    async def use(client: IntercomClient, server: ScriptedServer) -> list[ListedSlice]:
        return [part async for part in SliceLister(client).slices(WINDOW)]

    return with_server(script, use)


def left_out(parts: Sequence[ListedSlice], truth: dict[int, int]) -> list[int]:
    """Conversations (id: activity time) inside a claimed range that are not listed in its slice."""
    return [
        i
        for part in parts
        if part.window is not None
        for i, at in truth.items()
        if part.window.start <= at <= part.window.end and i not in {c.id for c in part.conversations}
    ]


def test_a_second_that_an_answer_lists_in_part_is_not_in_its_slice() -> None:
    options = SimulatorOptions(conversations=0, token=TOKEN, latency_ms=0, search_lag=0, activity=0)
    with running(options) as server:
        now = int(server.world.now())
        for ago in (900, 800, 700):
            with server.world.at(now - ago):
                for n in range(100):  # a page holds 150
                    server.world.create(f"<p>{n}</p>")
        truth = {i: t.updated_at for i, t in server.world.truth().items()}

        async def listed() -> list[ListedSlice]:
            async with IntercomClient(server.url, Secret(TOKEN)) as client:
                return [part async for part in SliceLister(client).slices(Interval(now - 1000, now))]

        parts = asyncio.run(listed())
    claimed = [part.window for part in parts if part.window is not None]
    assert Coverage(claimed) == Coverage([(now - 1000, now)])
    assert sum(w.end - w.start + 1 for w in claimed) == 1001, "no second is claimed twice"
    assert {c.id for part in parts for c in part.conversations} == set(truth)
    assert left_out(parts, truth) == []


def test_an_answer_in_the_wrong_order_claims_no_more_than_it_lists() -> None:
    moments = [START + at for at in (10, 20, 30, 50, 60, 70, 80, 90)]  # oldest first
    stored = entries(*moments)

    def script(request: Request) -> Answer:
        found = [e for e in stored if holds(e, json.loads(request.body)["query"])]
        return page(found[:3], len(found), following=len(found) > 3)

    parts = slices(script)
    assert left_out(parts, dict(enumerate(moments, 1))) == []
    assert Coverage(p.window for p in parts if p.window is not None) == Coverage([WINDOW])


def test_an_answer_that_counts_more_than_it_lists_and_has_no_next_page_claims_nothing() -> None:
    parts = slices(lambda request: page(entries(START + 90, START + 50), 3, following=False))
    assert [(part.window, part.gave_up) for part in parts] == [(None, True)]


def test_an_answer_that_is_whole_and_has_a_next_page_claims_nothing() -> None:
    parts = slices(lambda request: page(entries(START + 90, START + 50), 2, following=True))
    assert [(part.window, part.gave_up) for part in parts] == [(None, True)]


def test_a_second_that_cannot_be_listed_completely_is_not_claimed() -> None:
    """More share both times than a page holds, and one page says another number than the other."""
    together = entries(*[START + 50] * 4)

    def script(request: Request) -> Answer:
        asked = json.loads(request.body)
        found = [e for e in together if holds(e, asked["query"])]
        if len(found) < 4:
            return page(found, len(found), following=False)
        if asked["pagination"].get("starting_after"):
            return page(found[2:], 5, following=False)
        return page(found[:2], 4, following=True)

    parts = slices(script)
    assert {c.id for part in parts for c in part.conversations} == {1, 2, 3, 4}, "they are real"
    assert any(part.gave_up for part in parts)
    assert not Coverage(p.window for p in parts if p.window is not None).holds(START + 50)


def test_a_range_that_counts_more_than_was_listed_is_not_believed() -> None:
    stored = entries(START + 10, START + 20, START + 80)
    older, newer = Interval(START, START + 49), Interval(START + 50, START + 99)
    answered_wrongly: list[bool] = []

    def script(request: Request) -> Answer:
        if any(answered_wrongly):
            answered_wrongly.pop()
            return page([], 0, following=False)
        total = sum(count_holds(e, json.loads(request.body)["query"]) for e in stored)
        return page(stored[: min(total, 1)], total, following=total > 1)

    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        check = RangeCheck(client, SliceLister(client))
        assert await check.listed_all(WINDOW, 3, answers=2)
        assert not await check.listed_all(WINDOW, 2, answers=2)
        assert await check.parts_agree([newer, older], WINDOW)
        answered_wrongly.append(True)
        assert not await check.parts_agree([newer, older], WINDOW)

    with_server(script, use)


@pytest.mark.parametrize("hidden", [1, 4, 10, None])
def test_what_is_counted_and_not_listed_is_noticed_though_others_leave(hidden: int | None) -> None:
    """The counts at the beginning and the end fit: one was not listed, and another left in between."""
    stored = entries(*(START + at for at in range(95, 35, -5)))

    def script(request: Request) -> Answer:
        found = [e for e in stored if count_holds(e, json.loads(request.body)["query"])]
        shown = [e for e in found if e["id"] != str(hidden)]
        answer = page(shown[:3], len(found), following=len(shown) > 3)
        if len(stored) == 12:
            del stored[-1]  # changed, and so no longer in this time
        return answer

    assert any(part.gave_up for part in slices(script)) is (hidden is not None)


def test_a_range_that_is_said_to_be_empty_is_looked_for_in_another_list() -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        check = RangeCheck(client, SliceLister(client))
        assert not await check.listed_all(WINDOW, 0, answers=1)
        assert await check.listed_all(Interval(START + 51, START + 99), 0, answers=1)

    def answer(request: Request) -> Answer:
        """A search finds nothing, the list one conversation."""
        found = entries(START + 50) if request.method == "GET" else []
        return page(found, len(found), following=False)

    with_server(answer, use)


def count_holds(entry: dict[str, Any], condition: dict[str, Any]) -> bool:
    if condition["operator"] == "OR":
        return any(holds(entry, inner) for inner in condition["value"])
    return holds(entry, condition)
