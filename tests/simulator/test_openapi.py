"""The simulator's answers against Intercom's published description."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from tests.openapi import HOST, description, needs_description
from tests.simulator.support import HandClock, caller, quiet, where
from tui.simulator.faults import Fault
from tui.simulator.server import RunningServer, running

pytestmark = needs_description


@pytest.fixture(scope="module")
def spec() -> OpenAPI:
    return description()


@pytest.fixture(scope="module")
def server() -> Any:
    with running(quiet(conversations=250), HandClock()) as server:
        yield server


def check(spec: OpenAPI, answer: httpx.Response) -> None:
    """Raises what openapi-core finds wrong with the answer."""
    sent = answer.request
    request = MockRequest(
        HOST,
        sent.method.lower(),
        sent.url.path,
        args=dict(sent.url.params),
        headers=dict(sent.headers),
        data=sent.content or None,
    )
    response = MockResponse(answer.content, status_code=answer.status_code, content_type="application/json")
    found: object = None
    try:
        spec.validate_response(request, response)
    except OpenAPIError as error:
        wrong = getattr(error.__cause__, "schema_errors", ())
        found = [(list(item.path), item.message[:200]) for item in wrong] or str(error)[:400]
    assert found is None, f"{sent.method} {sent.url.path} answers {found}"


def test_reading_answers_fit_the_description(spec: OpenAPI, server: RunningServer) -> None:
    world = server.world
    person = next(item.id for item in world.contacts.values() if not item.merged_into)
    merged = next(item.id for item in world.contacts.values() if item.merged_into)
    with caller(server) as client:
        for path in (
            "/me",
            "/admins",
            "/teams",
            "/tags",
            "/conversations?per_page=150",
            "/conversations/deleted",
            f"/contacts/{person}",
            f"/contacts/{merged}",
            f"/contacts/{person}/companies",
            "/conversations/5",
        ):
            check(spec, client.get(path))
        search = {"query": where("role", "=", "user"), "pagination": {"per_page": 150}}
        check(spec, client.post("/contacts/search", json=search))


def test_conversations_fit_the_description(spec: OpenAPI, server: RunningServer) -> None:
    modern = [item.id for item in server.world.conversations.values() if not item.legacy]
    with caller(server) as client:
        for number in modern[::4]:
            check(spec, client.get(f"/conversations/{number}"))
        query = {"operator": "AND", "value": [where("id", "IN", modern[:60]), where("open", "=", True)]}
        body = {"query": query, "pagination": {"per_page": 150}}
        check(spec, client.post("/conversations/search", json=body))


def test_writes_fit_the_description(spec: OpenAPI, server: RunningServer) -> None:
    world = server.world
    number = next(
        item.id for item in world.conversations.values() if not item.legacy and item.state == "open"
    )
    me, tag = str(world.me), str(next(iter(world.tags)))
    with caller(server) as client:
        path = f"/conversations/{number}"
        note = {"message_type": "note", "type": "admin", "admin_id": me, "body": "x"}
        check(spec, client.post(f"{path}/reply", json=note))
        for action in (
            {"message_type": "close", "type": "admin", "admin_id": me},
            {"message_type": "open", "admin_id": me},
            {"message_type": "snoozed", "admin_id": me, "snoozed_until": world.now() + 60},
            {"message_type": "assignment", "type": "admin", "admin_id": me, "assignee_id": me},
        ):
            check(spec, client.post(f"{path}/parts", json=action))
        check(spec, client.post(f"{path}/tags", json={"id": tag, "admin_id": me}))
        check(spec, client.request("DELETE", f"{path}/tags/{tag}", json={"admin_id": me}))
        check(spec, client.put(path, json={"read": True}))


def test_errors_fit_the_description(spec: OpenAPI, server: RunningServer) -> None:
    with caller(server, Authorization="Bearer no") as client:
        check(spec, client.get("/conversations/5"))
        check(spec, client.get("/teams"))
    with caller(server) as client:
        server.world.faults.script(Fault.FORBIDDEN)
        check(spec, client.get("/conversations/5"))
    with caller(server, **{"Intercom-Version": "2.16"}) as client:
        check(spec, client.get("/conversations/deleted?per_page=61"))
