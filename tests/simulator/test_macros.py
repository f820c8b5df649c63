"""Saved replies and the creation of tags."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx

from tests.openapi import check_answer
from tests.simulator.support import HandClock, caller, error_code, quiet
from tui.simulator.content.people import SECURITY
from tui.simulator.macros import plain_text
from tui.simulator.server import running


def page(client: httpx.Client, **params: Any) -> dict[str, Any]:
    answer = client.get("/macros", params=params)
    assert answer.status_code == 200, answer.text
    check_answer(answer)
    found: dict[str, Any] = answer.json()
    return found


def test_pages_hold_what_the_teammate_may_see_the_latest_change_first() -> None:
    with running(quiet(conversations=10), HandClock()) as server, caller(server) as client:
        world = server.world
        mine = set(world.admins[world.me].teams)
        seen: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            found = page(client, per_page=5, **cursor)
            seen += found["data"]
            if found["pages"]["next"] is None:
                break
            cursor = found["pages"]["next"]
            last = json.loads(base64.b64decode(cursor["starting_after"]))
            assert last[1] == seen[-1]["id"]
        assert seen == page(client)["data"]
        assert [item["updated_at"] for item in seen] == sorted((i["updated_at"] for i in seen), reverse=True)
        allowed = {str(m.id) for m in world.macros.values() if not m.teams or mine & set(m.teams)}
        assert len(seen) == len(allowed) < len(world.macros)
        assert {item["id"] for item in seen} == allowed
        assert {item["visible_to"] for item in seen} == {"everyone", "specific_teams"}


def test_placeholders_in_both_notations() -> None:
    with running(quiet(conversations=10), HandClock()) as server, caller(server) as client:
        bodies = {item["name"]: item for item in page(client)["data"]}
        hello = bodies["Hello and thanks"]
        assert hello["body"].startswith('<p>Hi <attribute key="user.first_name" default="there"/>,</p>')
        assert hello["body_text"].startswith('Hi {{user.first_name|fallback:"there"}},\n\nThanks')
        invoice = bodies["Invoice sent to the company"]
        assert '<attribute key="company.name"/>' in invoice["body"]
        assert "{{company.name}}" in invoice["body_text"]
        spaced = bodies["Call offered in the messenger"]
        assert '{{user.first_name|fallback:"if you like"}}' in spaced["body_text"]
        assert all("{{" not in item["body"] and "<p>" not in item["body_text"] for item in bodies.values())
    assert plain_text("<p>a<br>b &amp; c</p><ul><li>d</li><li>e</li></ul>") == "a\nb & c\n\n- d\n- e"


def test_long_lists_leave_out_bodies() -> None:
    with running(quiet(conversations=10, long_macro_list=4), HandClock()) as server, caller(server) as client:
        assert all(item["body"] and item["body_text"] for item in page(client, per_page=3)["data"])
        long = page(client, per_page=4)["data"]
        assert all(item["body"] is None and item["body_text"] is None for item in long)
        answer = client.get(f"/macros/{long[0]['id']}")
        check_answer(answer)
        assert answer.json()["name"] == long[0]["name"]
        assert answer.json()["body"].startswith("<p>")


def test_since_and_refusals() -> None:
    with running(quiet(conversations=10), HandClock()) as server, caller(server) as client:
        world = server.world
        since = sorted(m.updated_at for m in world.macros.values())[-3]
        recent = {str(m.id) for m in world.macros.values() if m.updated_at >= since}
        assert {item["id"] for item in page(client, updated_since=since)["data"]} <= recent
        hidden = next(m.id for m in world.macros.values() if m.teams == (SECURITY,))
        for path, status in (
            (f"/macros/{hidden}", 404),
            ("/macros/5", 404),
            ("/macros/x", 404),
            ("/macros?updated_since=x", 400),
            ("/macros?starting_after=x", 400),
            ("/macros?per_page=151", 400),
        ):
            answer = client.get(path)
            assert answer.status_code == status, path
            assert error_code(answer) == ("not_found" if status == 404 else "parameter_invalid")


def test_a_tag_is_created_once() -> None:
    with running(quiet(conversations=10), HandClock()) as server, caller(server) as client:
        answer = client.post("/tags", json={"name": "Pirates ☠"})
        check_answer(answer)
        made = answer.json()
        assert (made["name"], server.world.tags[int(made["id"])]) == ("Pirates ☠", "Pirates ☠")
        assert client.post("/tags", json={"name": "PIRATES ☠"}).json() == made
        assert made["id"] in {tag["id"] for tag in client.get("/tags").json()["data"]}
        assert [(w.kind, w.target) for w in server.world.writes] == [("create_tag", int(made["id"]))] * 2
        number = next(iter(server.world.conversations))
        put = {"id": made["id"], "admin_id": str(server.world.me)}
        assert client.post(f"/conversations/{number}/tags", json=put).json()["name"] == "Pirates ☠"
        before = dict(server.world.tags)
        for body in ({}, {"name": " "}, {"name": 5}, {"name": "x", "id": "86"}):
            assert client.post("/tags", json=body).status_code == 400
        assert server.world.tags == before
