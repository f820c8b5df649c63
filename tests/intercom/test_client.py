from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.intercom.scripted import RESET, Answer, Request, ScriptedServer, json_answer
from tests.intercom.support import ME, SECRET, HiddenToken, with_server
from tui.intercom.client import IntercomClient
from tui.intercom.errors import (
    BadAnswer,
    IntercomError,
    NotFound,
    PageTooHeavy,
    RateLimited,
    Unreachable,
)
from tui.intercom.searches import all_of, condition, updated_between

CONVERSATION = {"id": "5", "created_at": 1734537511, "updated_at": 1734537512, "state": "open"}


def in_turn(*answers: Answer) -> Callable[[Request], Answer]:
    """The answers one after the other; the last one for ever."""
    left = list(answers)
    return lambda request: left.pop(0) if len(left) > 1 else left[0]


def test_what_is_sent() -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        await client.me()
        request = server.requests[0]
        assert (request.method, request.path) == ("GET", "/me")
        assert request.headers["authorization"] == f"Bearer {SECRET}"
        assert request.headers["intercom-version"] == "2.16"
        assert request.headers["accept"] == "application/json"

    with_server(lambda request: json_answer(ME), use)


def test_every_call_goes_where_it_should() -> None:
    answers: dict[str, object] = {
        "/me": ME,
        "/admins": {"admins": []},
        "/teams": {"teams": []},
        "/tags": {"data": [{"id": "1", "name": "x"}]},
        "/conversations/5": {**CONVERSATION, "conversation_parts": {"conversation_parts": []}},
        "/conversations/deleted?page=2&per_page=60&order=desc": {"conversations": [], "pages": None},
        "/contacts/6f%2F..": {"id": "6f"},
        "/contacts/6f%2F../companies": {"data": [{"name": "Acme"}]},
    }

    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        assert (await client.me()).name == "Ada"
        assert await client.admins() == []
        assert await client.teams() == []
        assert (await client.tags())[0].name == "x"
        assert (await client.conversation(5, urgent=True)).parts == ()
        assert (await client.deleted_conversations(2)).next is None
        assert (await client.contact("6f/..")).id == "6f"
        assert await client.companies_of("6f/..") == ["Acme"]
        assert client.stats.requests == 8

    with_server(lambda request: json_answer(answers[request.path]), use)


def test_an_answer_about_another_conversation_is_refused() -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        with pytest.raises(BadAnswer, match="answered with conversation 5 when asked for 6"):
            await client.conversation(6)

    with_server(
        lambda request: json_answer({**CONVERSATION, "conversation_parts": {"conversation_parts": []}}), use
    )


def test_search_pages() -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        query = updated_between(100, 200)
        page = await client.search_conversations(query, per_page=50, starting_after="abc", descending=False)
        assert (page.total_count, page.next_cursor) == (7, "def")
        assert page.conversations[0].parts is None
        sent = json.loads(server.requests[0].body)
        assert sent == {
            "query": {
                "operator": "AND",
                "value": [
                    {"field": "updated_at", "operator": ">", "value": 99},
                    {"field": "updated_at", "operator": "<", "value": 201},
                ],
            },
            "sort": {"field": "updated_at", "order": "ascending"},
            "pagination": {"per_page": 50, "starting_after": "abc"},
        }
        with pytest.raises(ValueError, match="1 to 150"):
            await client.search_conversations(query, per_page=151)

    found = {"conversations": [CONVERSATION], "total_count": 7, "pages": {"next": {"starting_after": "def"}}}
    with_server(lambda request: json_answer(found, date="Wed, 18 Dec 2024 16:00:00 GMT"), use)


def test_the_newest_conversations_are_listed_without_a_search() -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        page = await client.newest_conversations(per_page=1)
        assert (page.total_count, page.next_cursor, page.conversations[0].id) == (7, "def", 5)
        assert (server.requests[0].method, server.requests[0].path) == ("GET", "/conversations?per_page=1")
        with pytest.raises(ValueError, match="1 to 150"):
            await client.newest_conversations(per_page=151)

    found = {"conversations": [CONVERSATION], "total_count": 7, "pages": {"next": {"starting_after": "def"}}}
    with_server(lambda request: json_answer(found, date="Wed, 18 Dec 2024 16:00:00 GMT"), use)


def test_contacts_are_looked_up_in_chunks() -> None:
    def script(request: Request) -> Answer:
        wanted = json.loads(request.body)["query"]["value"]
        return json_answer({"data": [{"id": identity} for identity in wanted], "pages": {}})

    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        ids = [f"{number:x}" for number in range(170)]
        assert [contact.id for contact in await client.contacts(ids)] == ids
        assert len(server.requests) == 2
        assert await client.contacts([]) == []

    with_server(script, use)


@pytest.mark.parametrize(
    "bad",
    [
        Answer(500, b""),
        Answer(502, b"<html>bad gateway</html>", {"content-type": "text/html"}),
        json_answer({"errors": [{"code": "service_unavailable"}]}, 503),
        Answer(408),
        Answer(200, b""),
        Answer(200, b"<html>hello</html>"),
        Answer(200, b"   "),
        RESET,
        Answer(200, delay=3),
        Answer(200, b"{}", {"content-length": "40", "connection": "close"}, delay=0.0),
    ],
    ids=["500", "html-502", "503", "408", "empty", "html-200", "blank", "reset", "slow", "cut-off"],
)
def test_passing_faults_are_tried_again(bad: Answer) -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        assert (await client.me()).id == 991
        assert (client.stats.requests, client.stats.retries) == (2, 1)

    with_server(in_turn(bad, json_answer(ME)), use, timeout=0.5)


def test_tries_end() -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        with pytest.raises(BadAnswer, match=r"failed to answer the check of the access token \(status 500\)"):
            await client.me()
        assert len(server.requests) == 4

    with_server(lambda request: Answer(500), use, max_attempts=4)


@pytest.mark.parametrize("bad", [Answer(502), Answer(504), Answer(200, delay=3)], ids=["502", "504", "slow"])
def test_a_heavy_search_is_tried_once_more_only(bad: Answer) -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        with pytest.raises(PageTooHeavy, match="a search page of 150 is too heavy") as caught:
            await client.search_conversations(updated_between(1, 2), per_page=150)
        assert caught.value.per_page == 150
        assert len(server.requests) == 2

    with_server(lambda request: bad, use, timeout=1.5)


def test_a_missing_conversation_is_not_found_at_once() -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        with pytest.raises(NotFound, match="conversation 5: not found"):
            await client.conversation(5)
        assert len(server.requests) == 1

    errors = {"type": "error.list", "errors": [{"code": "not_found", "message": "Resource Not Found"}]}
    with_server(lambda request: json_answer(errors, 404), use)


def test_cancelling_is_immediate_and_leaves_the_client_usable() -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        call = asyncio.create_task(client.conversation(5))
        await server.called.wait()
        started = time.monotonic()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert time.monotonic() - started < 0.5
        assert (await client.me()).id == 991  # the slot and the probe were given back

    with_server(lambda request: json_answer(ME, 200) if request.path == "/me" else Answer(delay=10), use)


def test_the_servers_clock_is_followed() -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        assert abs(datetime.now(UTC) - client.server_now()) < timedelta(seconds=1)
        for _ in range(3):
            await client.me()
        behind = datetime.now(UTC) + timedelta(hours=1) - client.server_now()
        assert timedelta(0) <= behind < timedelta(seconds=1.5)
        span = client.server_times().date
        assert span is not None
        assert span.earliest <= time.time() + 3600 <= span.latest < span.earliest + 2

    def script(request: Request) -> Answer:
        return replace(json_answer(ME), date=time.time() + 3600)

    with_server(script, use)


@pytest.mark.parametrize(("ahead", "expected"), [(-3600, -3600), (3600, 0)])
def test_a_lone_date_only_makes_the_servers_time_earlier(ahead: int, expected: int) -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        await client.me()
        assert client.server_times().date is None
        behind = datetime.now(UTC) + timedelta(seconds=expected) - client.server_now()
        assert timedelta(seconds=-0.1) < behind < timedelta(seconds=1.5)

    with_server(lambda request: replace(json_answer(ME), date=time.time() + ahead), use)


def test_a_gateways_clock_is_not_the_servers() -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        await client.me()
        assert client.server_times().date is None
        assert client.stats.requests == 4

    with_server(in_turn(Answer(502), Answer(502), Answer(502), json_answer(ME)), use)


def test_at_most_so_many_calls_are_under_way() -> None:
    under_way: list[int] = []

    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        await asyncio.gather(*(client.me() for _ in range(12)))
        arrivals = sorted(request.at for request in server.requests)
        under_way.extend(sum(1 for at in arrivals if 0 <= at - first < 0.09) for first in arrivals)

    quota = {"x-ratelimit-limit": "100000", "x-ratelimit-remaining": "90000"}

    def script(request: Request) -> Answer:
        headers = {**quota, "x-ratelimit-reset": str(int(time.time()) + 5)}
        return Answer(200, json.dumps(ME).encode(), headers, delay=0.1)

    with_server(script, use, connections=4)
    assert max(under_way) <= 4


def test_a_given_transport_is_used_without_sockets() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(ME).encode()})

    async def use() -> None:
        client = IntercomClient("https://api.intercom.io", HiddenToken(), transport=httpx.ASGITransport(app))
        async with client:
            assert (await client.me()).name == "Ada"

    asyncio.run(use())


def test_a_429_that_never_ends_is_said() -> None:
    def script(request: Request) -> Answer:
        return json_answer({"errors": [{"code": "rate_limit_exceeded"}]}, 429, retry_after="0")

    async def use(client: IntercomClient, server: ScriptedServer) -> IntercomError:
        with pytest.raises(RateLimited, match="stayed exhausted for 3 tries") as caught:
            await client.me()
        assert client.stats.rate_limited == 3
        return caught.value

    with_server(script, use, max_attempts=3)


def test_no_network_shows_within_two_seconds() -> None:
    async def use() -> float:
        started = time.monotonic()
        async with IntercomClient("http://127.0.0.1:9", HiddenToken()) as client:
            with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9 refused the connection"):
                await client.me()
            assert client.stats.requests == 2
        return time.monotonic() - started

    assert asyncio.run(use()) < 2


def test_once_it_has_worked_a_lost_server_is_waited_for() -> None:
    async def use(client: IntercomClient, server: ScriptedServer) -> None:
        await client.me()
        await server.__aexit__(None, None, None)
        with pytest.raises(Unreachable):
            await client.me()
        assert client.stats.requests == 1 + 5

    with_server(lambda request: json_answer(ME, connection="close"), use, max_attempts=5)


def test_search_groups_keep_within_the_limits() -> None:
    one, two = condition("open", "=", value=True), condition("read", "=", value=False)
    assert all_of(all_of(one, two), one)["value"][1] == {"operator": "AND", "value": [one]}
    with pytest.raises(ValueError, match="two levels"):
        all_of(all_of(all_of(one), one), one)
    with pytest.raises(ValueError, match="1 to 15"):
        all_of(*[one] * 16)
