"""The simulator's answers against the description of the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.openapi import check_answer
from tests.simulator.support import HandClock, caller, quiet, where
from tui.simulator.faults import Fault
from tui.simulator.server import RunningServer, running


@pytest.fixture(scope="module")
def server() -> Any:
    with running(quiet(conversations=250), HandClock()) as server:
        yield server


def test_reading_answers_fit_the_description(server: RunningServer) -> None:
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
            check_answer(client.get(path))
        search = {"query": where("role", "=", "user"), "pagination": {"per_page": 150}}
        check_answer(client.post("/contacts/search", json=search))


def test_conversations_fit_the_description(server: RunningServer) -> None:
    modern = [item.id for item in server.world.conversations.values() if not item.legacy]
    with caller(server) as client:
        for number in modern[::4]:
            check_answer(client.get(f"/conversations/{number}"))
        query = {"operator": "AND", "value": [where("id", "IN", modern[:60]), where("open", "=", True)]}
        body = {"query": query, "pagination": {"per_page": 150}}
        check_answer(client.post("/conversations/search", json=body))


def test_writes_fit_the_description(server: RunningServer) -> None:
    world = server.world
    number = next(
        item.id for item in world.conversations.values() if not item.legacy and item.state == "open"
    )
    me, tag = str(world.me), str(next(iter(world.tags)))
    with caller(server) as client:
        path = f"/conversations/{number}"
        note = {"message_type": "note", "type": "admin", "admin_id": me, "body": "x"}
        check_answer(client.post(f"{path}/reply", json=note))
        for action in (
            {"message_type": "close", "type": "admin", "admin_id": me},
            {"message_type": "open", "admin_id": me},
            {"message_type": "snoozed", "admin_id": me, "snoozed_until": world.now() + 60},
            {"message_type": "assignment", "type": "admin", "admin_id": me, "assignee_id": me},
        ):
            check_answer(client.post(f"{path}/parts", json=action))
        check_answer(client.post(f"{path}/tags", json={"id": tag, "admin_id": me}))
        check_answer(client.request("DELETE", f"{path}/tags/{tag}", json={"admin_id": me}))
        for change in ({"read": True}, {"title": "T"}):
            check_answer(client.put(path, json=change))
        file = {"name": "a.txt", "content_type": "text/plain", "data": "aGVsbG8="}
        check_answer(client.post(f"{path}/reply", json={**note, "attachment_files": [file]}))


def test_errors_fit_the_description(server: RunningServer) -> None:
    with caller(server, Authorization="Bearer no") as client:
        check_answer(client.get("/conversations/5"))
        check_answer(client.get("/teams"))
    with caller(server) as client:
        server.world.faults.script(Fault.FORBIDDEN)
        check_answer(client.get("/conversations/5"))
    with caller(server, **{"Intercom-Version": "2.16"}) as client:
        check_answer(client.get("/conversations/deleted?per_page=61"))
