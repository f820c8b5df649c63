from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.simulator.support import NOW, HandClock, caller, error_code, quiet
from tui.simulator.model import BOTS
from tui.simulator.server import RunningServer, running


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def server(clock: HandClock) -> Iterator[RunningServer]:
    with running(quiet(conversations=60), clock) as server:
        clock.forward(100)
        yield server


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx.Client]:
    with caller(server) as client:
        yield client


def pick(server: RunningServer, state: str) -> int:
    found = (i.id for i in server.world.conversations.values() if i.state == state and not i.legacy)
    return next(found)


def do(client: httpx.Client, path: str, **body: Any) -> dict[str, Any]:
    """A write that must succeed; the answer shows only the new part."""
    answer = client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_reply_and_note(client: httpx.Client, server: RunningServer) -> None:
    number, me = pick(server, "open"), str(server.world.me)
    path = f"/conversations/{number}/reply"
    before = server.world.truth()[number]
    said = do(client, path, message_type="comment", type="admin", admin_id=me, body="On it")
    part = said["conversation_parts"]["conversation_parts"]
    assert [(p["part_type"], p["body"], p["author"]["id"]) for p in part] == [("comment", "<p>On it</p>", me)]
    assert said["updated_at"] == NOW + 100
    assert said["waiting_since"] is None
    note = do(client, path, message_type="note", type="admin", admin_id=me, body="<p>hm</p>")
    assert note["conversation_parts"]["conversation_parts"][0]["part_type"] == "note"
    assert note["conversation_parts"]["total_count"] == 1
    after = server.world.truth()[number]
    assert after.part_count == before.part_count + 2
    full = client.get(f"/conversations/{number}").json()["conversation_parts"]
    assert {int(p["id"]) for p in full["conversation_parts"]} == after.part_ids


def test_a_customers_reply_reopens(client: httpx.Client, server: RunningServer) -> None:
    number = pick(server, "closed")
    said = do(client, f"/conversations/{number}/reply", message_type="comment", type="user", body="Hello?")
    part = said["conversation_parts"]["conversation_parts"][0]
    assert (part["part_type"], part["author"]["type"], said["state"]) == ("open", "user", "open")
    assert said["waiting_since"] == NOW + 100
    assert said["read"] is False


def test_a_note_leaves_it_closed(client: httpx.Client, server: RunningServer) -> None:
    number, me = pick(server, "closed"), str(server.world.me)
    path = f"/conversations/{number}/reply"
    note = do(client, path, message_type="note", type="admin", admin_id=me, body="fyi")
    assert note["state"] == "closed"


def test_close_open_snooze(client: httpx.Client, server: RunningServer, clock: HandClock) -> None:
    number, me = pick(server, "open"), str(server.world.me)
    path = f"/conversations/{number}/parts"
    closed = do(client, path, message_type="close", type="admin", admin_id=me, body="<p>Bye</p>")
    part = closed["conversation_parts"]["conversation_parts"][0]
    assert (closed["state"], closed["open"], part["part_type"], part["body"]) == (
        "closed",
        False,
        "close",
        "<p>Bye</p>",
    )
    opened = do(client, path, message_type="open", admin_id=me)
    assert (opened["state"], opened["conversation_parts"]["conversation_parts"][0]["part_type"]) == (
        "open",
        "open",
    )
    until = int(clock()) + 3600
    snoozed = do(client, path, message_type="snoozed", admin_id=me, snoozed_until=until)
    assert (snoozed["state"], snoozed["open"], snoozed["snoozed_until"]) == ("snoozed", True, until)
    clock.forward(3599)
    assert client.get(f"/conversations/{number}").json()["state"] == "snoozed"
    clock.forward(2)
    woken = client.get(f"/conversations/{number}").json()
    assert (woken["state"], woken["updated_at"]) == ("open", until)
    assert woken["conversation_parts"]["conversation_parts"][-1]["part_type"] == "timer_unsnooze"


def test_snoozing_a_closed_one(client: httpx.Client, server: RunningServer, clock: HandClock) -> None:
    number, me = pick(server, "closed"), str(server.world.me)
    until = int(clock()) + 60
    path = f"/conversations/{number}/parts"
    found = do(client, path, message_type="snoozed", admin_id=me, snoozed_until=until)
    part = found["conversation_parts"]["conversation_parts"][0]
    assert (found["state"], found["open"], part["part_type"], part["state"]) == (
        "snoozed",
        True,
        "snoozed",
        "snoozed",
    )


@pytest.mark.parametrize("reopens", [False, True])
def test_a_teammates_comment_on_a_closed_one(reopens: bool, clock: HandClock) -> None:
    with running(quiet(comment_reopens=reopens), clock) as server, caller(server) as client:
        me = str(server.world.me)
        for state in ("closed", "snoozed"):
            number = server.world.create()
            server.world.close(number)
            if state == "snoozed":
                server.world.snooze(number, server.world.now() + 600)
            path = f"/conversations/{number}/reply"
            found = do(client, path, message_type="comment", type="admin", admin_id=me, body="PS")
            (part,) = found["conversation_parts"]["conversation_parts"]
            assert (found["state"], part["part_type"], part["body"]) == (
                ("open", "open", "<p>PS</p>") if reopens else (state, "comment", "<p>PS</p>")
            )
            assert (found["snoozed_until"] is None) == (reopens or state == "closed")


def test_a_body_may_come_back_otherwise(clock: HandClock) -> None:
    with running(quiet(rewritten_bodies=True), clock) as server, caller(server) as client:
        number, me = pick(server, "open"), str(server.world.me)
        body = "<p>a <strong>b</strong> <em>c</em></p>\n<p>d</p>"
        path = f"/conversations/{number}/reply"
        found = do(client, path, message_type="comment", type="admin", admin_id=me, body=body)
        assert found["conversation_parts"]["conversation_parts"][0]["body"] == (
            '<p class="no-margin">a <b>b</b> <i>c</i></p> <p class="no-margin">d</p>'
        )


def test_attachments(client: httpx.Client, server: RunningServer) -> None:
    number, me = pick(server, "open"), str(server.world.me)
    path = f"/conversations/{number}/reply"
    url = "https://pictures.example/a/plan%20b.jpg?size=1"
    file = {"name": "trace.txt", "content_type": "text/plain", "data": "aGVsbG8="}
    for kind in ("comment", "note"):
        message = {"message_type": kind, "type": "admin", "admin_id": me, "body": "see"}
        found = do(client, path, **message, attachment_urls=[url], attachment_files=[file])
        (part,) = found["conversation_parts"]["conversation_parts"]
        assert [(a["name"], a["content_type"], a["filesize"]) for a in part["attachments"]] == [
            ("plan b.jpg", "image/jpeg", 0),
            ("trace.txt", "text/plain", 5),
        ]
        (shown,) = (
            item
            for item in client.get(f"/conversations/{number}").json()["conversation_parts"][
                "conversation_parts"
            ]
            if item["id"] == part["id"]
        )
        assert shown["attachments"] == part["attachments"]
    most = do(client, path, **message, attachment_urls=[url] * 10, attachment_files=[file] * 10)
    assert len(most["conversation_parts"]["conversation_parts"][0]["attachments"]) == 20
    before = server.world.truth()
    for wrong in (
        {"attachment_urls": [url] * 11},
        {"attachment_files": [file] * 11},
        {"attachment_urls": url},
        {"attachment_urls": ["file:///etc/passwd"]},
        {"attachment_files": [{**file, "data": "no base64"}]},
        {"attachment_files": [{**file, "name": ""}]},
        {"attachment_files": ["trace.txt"]},
    ):
        answer = client.post(path, json={**message, **wrong})
        assert answer.status_code == 400, wrong
        assert error_code(answer) in {"parameter_invalid", "type_mismatch"}
    assert server.world.truth() == before


def test_assign(client: httpx.Client, server: RunningServer) -> None:
    number, me = pick(server, "open"), str(server.world.me)
    path = f"/conversations/{number}/parts"
    team = next(iter(server.world.teams))
    to_team = do(client, path, message_type="assignment", type="team", admin_id=me, assignee_id=str(team))
    assert to_team["team_assignee_id"] == team
    part = to_team["conversation_parts"]["conversation_parts"][0]
    assert part["assigned_to"] == {"type": "team", "id": str(team)}
    nobody = do(client, path, message_type="assignment", type="admin", admin_id=me, assignee_id="0")
    assert nobody["admin_assignee_id"] == 0
    part = nobody["conversation_parts"]["conversation_parts"][0]
    assert part["assigned_to"] == {"type": "nobody_admin", "id": None}


def test_assigning_reopens(client: httpx.Client, server: RunningServer) -> None:
    number, me = pick(server, "closed"), str(server.world.me)
    path = f"/conversations/{number}/parts"
    found = do(client, path, message_type="assignment", type="admin", admin_id=me, assignee_id=me)
    part = found["conversation_parts"]["conversation_parts"][0]
    assert (part["part_type"], found["state"]) == ("assign_and_reopen", "open")
    assert found["admin_assignee_id"] == int(me)


def test_assigning_with_a_message(client: httpx.Client, server: RunningServer) -> None:
    number, me = pick(server, "open"), str(server.world.me)
    path, body = f"/conversations/{number}/parts", "Over to you"
    found = do(client, path, message_type="assignment", type="admin", admin_id=me, assignee_id=me, body=body)
    part = found["conversation_parts"]["conversation_parts"][0]
    assert (part["part_type"], part["body"]) == ("assignment", "<p>Over to you</p>")


def test_tags(client: httpx.Client, server: RunningServer) -> None:
    number, me = pick(server, "open"), str(server.world.me)
    has = {tag.id for tag in server.world.conversations[number].tags}
    tag = next(tag for tag in server.world.tags if tag not in has)
    path = f"/conversations/{number}/tags"
    assert do(client, path, id=str(tag), admin_id=me)["name"] == server.world.tags[tag]
    tags = client.get(f"/conversations/{number}").json()["tags"]["tags"]
    assert str(tag) in {item["id"] for item in tags}
    removed = client.request("DELETE", f"{path}/{tag}", json={"admin_id": me})
    assert removed.json()["id"] == str(tag)
    again = client.request("DELETE", f"{path}/{tag}", json={"admin_id": me})
    assert (again.status_code, error_code(again)) == (404, "tag_not_found")


def test_read_flag_is_no_activity(client: httpx.Client, server: RunningServer) -> None:
    number = pick(server, "open")
    before = server.world.truth()[number].updated_at
    for read in (False, True):
        found = client.put(f"/conversations/{number}", json={"read": read}).json()
        assert (found["read"], found["updated_at"]) == (read, before)
    titled = client.put(f"/conversations/{number}", json={"title": "T", "custom_attributes": {"a": 1}}).json()
    assert (titled["title"], titled["custom_attributes"]["a"], titled["updated_at"]) == ("T", 1, NOW + 100)
    untitled = client.put(f"/conversations/{number}", json={"title": ""}).json()
    assert untitled["title"] is None


def test_delete(client: httpx.Client, server: RunningServer) -> None:
    number = pick(server, "open")
    answer = client.delete(f"/conversations/{number}").json()
    assert answer == {"id": str(number), "object": "conversation", "deleted": True}
    assert client.get(f"/conversations/{number}").status_code == 404
    assert server.world.deleted[number] == NOW + 100
    newest = client.get("/conversations/deleted").json()["conversations"][0]
    assert (newest["id"], newest["deleted_at"]) == (str(number), NOW + 100)


def test_redact(client: httpx.Client, server: RunningServer) -> None:
    item = next(i for i in server.world.conversations.values() if any(p.body for p in i.thread))
    with_body = next(p.id for p in item.thread if p.body)
    body = {"type": "conversation_part", "conversation_id": str(item.id)}
    redacted = client.post(
        "/conversations/redact", json={**body, "conversation_part_id": str(with_body)}
    ).json()
    part = next(p for p in redacted["conversation_parts"]["conversation_parts"] if p["id"] == str(with_body))
    assert part["redacted"] is True
    assert part["body"] == "<p>This message was deleted</p>"
    assert part["updated_at"] == NOW + 100
    missing = client.post("/conversations/redact", json={**body, "conversation_part_id": "1"})
    assert error_code(missing) == "conversation_part_or_message_not_found"


def test_refusals(client: httpx.Client, server: RunningServer) -> None:
    number = pick(server, "open")
    me = str(server.world.me)
    bot = str(next(admin.id for admin in server.world.admins.values() if admin.name in BOTS))
    reply, parts = f"/conversations/{number}/reply", f"/conversations/{number}/parts"
    cases: list[tuple[str, dict[str, Any], int, str]] = [
        (reply, {"message_type": "comment", "type": "admin", "body": "x"}, 400, "parameter_not_found"),
        (reply, {"message_type": "comment", "type": "admin", "admin_id": me}, 400, "parameter_not_found"),
        (
            reply,
            {"message_type": "shout", "type": "admin", "admin_id": me, "body": "x"},
            400,
            "parameter_invalid",
        ),
        (
            reply,
            {"message_type": "note", "type": "admin", "admin_id": "5", "body": "x"},
            404,
            "admin_not_found",
        ),
        (
            reply,
            {"message_type": "note", "type": "admin", "admin_id": bot, "body": "x"},
            403,
            "action_forbidden",
        ),
        (parts, {"message_type": "snoozed", "admin_id": me, "snoozed_until": 5}, 400, "parameter_invalid"),
        (parts, {"message_type": "assignment", "admin_id": me, "assignee_id": "5"}, 404, "admin_not_found"),
        (
            parts,
            {"message_type": "assignment", "type": "team", "admin_id": me, "assignee_id": "5"},
            404,
            "team_not_found",
        ),
        (f"/conversations/{number}/tags", {"id": "5", "admin_id": me}, 404, "tag_not_found"),
        ("/conversations/5/parts", {"message_type": "open", "admin_id": me}, 404, "not_found"),
    ]
    before = server.world.truth()
    for path, body, status, code in cases:
        answer = client.post(path, json=body)
        assert (answer.status_code, error_code(answer)) == (status, code), (path, body)
    assert server.world.truth() == before
