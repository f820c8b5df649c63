"""The project's description of the API: that it refuses what is wrong, and agrees with Intercom's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from openapi_core.exceptions import OpenAPIError

from tests.openapi import OFFICIAL, check_answer, check_call, check_request, official, own

METHODS = ("get", "post", "put", "delete")
Json = dict[str, Any]


def request(method: str, path: str, json: object = None, **headers: str) -> httpx.Request:
    sent = {"Authorization": "Bearer x", "Intercom-Version": "2.16"} | headers
    return httpx.Request(method, f"https://api.intercom.io{path}", json=json, headers=sent)


def search(**body: object) -> httpx.Request:
    query = {"field": "id", "operator": "=", "value": 1}
    return request("POST", "/conversations/search", {"query": query, **body})


def test_right_requests_are_accepted() -> None:
    for right in (request("GET", "/me"), request("GET", "/conversations/5"), search()):
        check_request(right)


@pytest.mark.parametrize(
    "wrong",
    [
        request("GET", "/conversation/5"),
        request("GET", "/conversations/abc"),
        request("DELETE", "/conversations/5"),
        request("GET", "/me", **{"Intercom-Version": "2.15"}),
        request("GET", "/conversations/deleted?per_page=61"),
        search(pagination={"per_page": 151}),
        search(pagination={"page": 2}),
        search(sort={"field": "updated_at", "order": "desc"}),
        search(query={"operator": "AND", "value": [{"field": "id", "operator": "=", "value": 1}] * 16}),
        search(query={"field": "id", "operator": "=", "value": None}),
        search(filter={}),
    ],
    ids=lambda wrong: f"{wrong.method} {wrong.url.raw_path.decode()} {wrong.content.decode()[:80]}",
)
def test_wrong_requests_are_refused(wrong: httpx.Request) -> None:
    with pytest.raises(OpenAPIError):
        check_request(wrong)


REPLY: Json = {"message_type": "comment", "type": "admin", "admin_id": "9", "body": "<p>x</p>"}
CLOSE: Json = {"message_type": "close", "type": "admin", "admin_id": "9"}
OPEN: Json = {"message_type": "open", "admin_id": "9"}
SNOOZE: Json = {"message_type": "snoozed", "admin_id": "9", "snoozed_until": 1_790_000_000}
ASSIGN: Json = {"message_type": "assignment", "type": "team", "admin_id": "9", "assignee_id": "0"}
FILE = {"name": "a.txt", "content_type": "text/plain", "data": "aGVsbG8="}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/conversations/5/reply", REPLY),
        ("POST", "/conversations/5/reply", {**REPLY, "message_type": "note"}),
        ("POST", "/conversations/5/reply", {**REPLY, "attachment_urls": ["https://a.example/b.png"] * 10}),
        ("POST", "/conversations/5/reply", {**REPLY, "attachment_files": [FILE] * 10}),
        ("POST", "/conversations/5/parts", CLOSE),
        ("POST", "/conversations/5/parts", {**CLOSE, "body": "<p>Bye</p>"}),
        ("POST", "/conversations/5/parts", OPEN),
        ("POST", "/conversations/5/parts", SNOOZE),
        ("POST", "/conversations/5/parts", ASSIGN),
        ("POST", "/conversations/5/tags", {"id": "86", "admin_id": "9"}),
        ("DELETE", "/conversations/5/tags/86", {"admin_id": "9"}),
        ("PUT", "/conversations/5", {"title": "T"}),
        ("PUT", "/conversations/5", {"read": True}),
        ("POST", "/tags", {"name": "new"}),
        ("GET", "/macros?per_page=150&starting_after=WzFd", None),
        ("GET", "/macros/5", None),
    ],
    ids=str,
)
def test_right_writes_are_accepted(method: str, path: str, body: object) -> None:
    check_call(method, path, body)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/conversations/5/reply", {**REPLY, "admin_id": 9}),
        ("POST", "/conversations/5/reply", {**REPLY, "body": ""}),
        ("POST", "/conversations/5/reply", {**REPLY, "text": "x"}),
        ("POST", "/conversations/5/reply", {k: REPLY[k] for k in REPLY if k != "type"}),
        ("POST", "/conversations/5/reply", {**REPLY, "attachment_urls": ["https://a.example/b.png"] * 11}),
        ("POST", "/conversations/5/reply", {**REPLY, "attachment_urls": ["b.png"]}),
        ("POST", "/conversations/5/reply", {**REPLY, "attachment_files": [FILE] * 11}),
        ("POST", "/conversations/5/reply", None),
        ("POST", "/conversations/5/parts", {**SNOOZE, "snoozed_until": "1790000000"}),
        ("POST", "/conversations/5/parts", {**OPEN, "type": "admin"}),
        ("POST", "/conversations/5/parts", {k: ASSIGN[k] for k in ASSIGN if k != "type"}),
        ("POST", "/conversations/5/parts", {**ASSIGN, "assignee_id": None}),
        ("POST", "/conversations/5/parts", {**CLOSE, "snoozed_until": 1}),
        ("POST", "/conversations/5/tags", {"id": 86, "admin_id": "9"}),
        ("DELETE", "/conversations/5/tags/86", None),
        ("DELETE", "/conversations/5/tags/86", {}),
        ("PUT", "/conversations/5", {}),
        ("PUT", "/conversations/5", {"priority": "high"}),
        ("PUT", "/conversations/5", {"title": None}),
        ("POST", "/tags", {"name": ""}),
        ("POST", "/tags", {"id": "86"}),
        ("GET", "/macros?per_page=151", None),
    ],
    ids=str,
)
def test_wrong_writes_are_refused(method: str, path: str, body: object) -> None:
    with pytest.raises(OpenAPIError):
        check_call(method, path, body)


def test_a_parameter_that_nothing_describes_is_refused() -> None:
    with pytest.raises(AssertionError, match="takes no limit"):
        check_request(request("GET", "/conversations/deleted?limit=5"))


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"conversations": [], "total_count": "7"},
        {"conversations": [{"id": "5"}], "total_count": 1},
        {"conversations": [], "total_count": 1, "pages": {"next": "https://api.intercom.io/?page=2"}},
    ],
)
def test_wrong_answers_are_refused(wrong: Json) -> None:
    check_answer(httpx.Response(200, json={"conversations": [], "total_count": 0}, request=search()))
    with pytest.raises(AssertionError, match="/conversations/search answers"):
        check_answer(httpx.Response(200, json=wrong, request=search()))


@pytest.mark.skipif(not OFFICIAL.exists(), reason="Intercom's description is not next to this repository")
def test_everything_described_here_is_in_intercoms_own_description() -> None:
    theirs = {re.sub(r"\{.*?\}", "{}", path): item for path, item in official()["paths"].items()}
    problems: list[str] = []
    for path, item in own()["paths"].items():
        known = theirs[re.sub(r"\{.*?\}", "{}", path)]
        for method in METHODS:
            if method in item:
                problems += compare_operations(item[method], known[method], f"{method} {path}")
    assert problems == []


def compare_operations(ours: Json, theirs: Json, where: str) -> Iterator[str]:
    known = [resolve(entry, official()) for entry in theirs["parameters"]]
    for entry in ours["parameters"]:
        mine = resolve(entry, own())
        same = [
            e for e in known if e["in"] == mine["in"] and (e["in"] == "path" or e["name"] == mine["name"])
        ]
        if not same:
            yield f"{where} has no parameter {mine['name']}"
        for other in same:
            if other["in"] != "path":
                yield from compare(mine["schema"], other["schema"], f"{where}?{mine['name']}")
    if "requestBody" in ours:
        yield from compare(content(ours["requestBody"]), content(theirs["requestBody"]), f"{where} takes")
    for status, answer in ours["responses"].items():
        described = content(resolve(answer, own()))
        if status == "default":
            yield from compare(described, official()["components"]["schemas"]["error"], f"{where} fails with")
        else:
            known_answer = content(resolve(theirs["responses"][status], official()))
            yield from compare(described, known_answer, f"{where} answers")


def compare(ours: Json, theirs: Json, where: str) -> Iterator[str]:
    """What `ours` says that `theirs` does not: properties and types, all the way down."""
    mine, known = list(plain(ours, own())), list(plain(theirs, official()))
    types, known_types = types_of(mine), types_of(known)
    if not types <= known_types:
        yield f"{where}: {sorted(types - known_types)} is not among {sorted(known_types)}"
    for schema in mine:
        for name, value in schema.get("properties", {}).items():
            same = [s["properties"][name] for s in known if name in s.get("properties", {})]
            if same:
                yield from compare(value, {"anyOf": same}, f"{where}.{name}")
            elif "x-undocumented" not in value:
                yield f"{where}.{name} does not exist"
        if "items" in schema:
            yield from compare(
                schema["items"], {"anyOf": [s["items"] for s in known if "items" in s]}, f"{where}[]"
            )


def plain(schema: Json, document: Json) -> Iterator[Json]:
    """The schemas that a schema is put together from, without references."""
    schema = resolve(schema, document)
    yield schema
    for key in ("oneOf", "anyOf", "allOf"):
        for option in schema.get(key, ()):
            yield from plain(option, document)


def types_of(schemas: list[Json]) -> set[str]:
    return {s["type"] for s in schemas if "type" in s} | {"object" for s in schemas if "properties" in s}


def resolve(node: Json, document: Json) -> Json:
    while "$ref" in node:
        found: Any = document
        for key in node["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        node = found
    return node


def content(message: Json) -> Json:
    schema: Json = message["content"]["application/json"]["schema"]
    return schema
