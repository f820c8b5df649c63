"""Checks of requests and answers against descriptions of Intercom's API.

`intercom_schema.yaml` is the project's own, of what it uses. Intercom's description of everything is no part
of the project; where it stands next to the repository, requests and answers are checked against it as well.
"""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

OWN = Path(__file__).with_name("intercom_schema.yaml")
OFFICIAL = Path(__file__).resolve().parents[1] / "../shared/intercom/openapi-2.16.yaml"
NEEDED = ("/conversations", "/me", "/admins", "/teams", "/tags", "/macros", "/contacts")
HOST = "https://api.intercom.io"


def check_request(request: httpx.Request) -> None:
    """Raises `OpenAPIError` for a request that a description does not allow."""
    for description in descriptions():
        description.validate_request(_mock(request))
    path = own()["paths"][_template(request.url.path)]
    known = {entry.get("name") for entry in path[request.method.lower()]["parameters"]}
    unknown = set(request.url.params) - known
    assert not unknown, f"{request.url.path} takes no {', '.join(unknown)}"


def check_call(method: str, path: str, body: object = None) -> None:
    """`check_request` of a request with this JSON body (None: without a body), as this version of the API
    takes it."""
    headers = {"Authorization": "Bearer x", "Intercom-Version": "2.16"}
    check_request(httpx.Request(method, f"{HOST}{path}", headers=headers, json=body))


def check_answer(answer: httpx.Response) -> None:
    """Raises `AssertionError` with what a description finds wrong with an answer."""
    response = MockResponse(answer.content, status_code=answer.status_code, content_type="application/json")
    found: object = None
    for description in descriptions():
        try:
            description.validate_response(_mock(answer.request), response)
        except OpenAPIError as error:
            wrong = getattr(error.__cause__, "schema_errors", ())
            found = [(list(item.path), item.message[:200]) for item in wrong] or str(error)[:400]
        assert found is None, f"{answer.request.method} {answer.request.url.path} answers {found}"


def _mock(request: httpx.Request) -> MockRequest:
    return MockRequest(
        HOST,
        request.method.lower(),
        request.url.path,
        args=dict(request.url.params),
        headers=dict(request.headers),
        data=request.content or None,
    )


def _template(path: str) -> str:
    """The path of the description, such as /conversations/{id}."""
    paths: dict[str, Any] = own()["paths"]
    if path in paths:
        return path
    parts = path.split("/")
    return next(
        known
        for known in paths
        if len(names := known.split("/")) == len(parts)
        and all(name == part or name[:1] == "{" for name, part in zip(names, parts, strict=True))
    )


@cache
def descriptions() -> tuple[OpenAPI, ...]:
    """The project's own, and Intercom's where it is at hand."""
    found = [OpenAPI.from_dict(own())]
    if OFFICIAL.exists():
        found.append(OpenAPI.from_dict(_loosened(official()), config=Config(spec_validator_cls=None)))
    return tuple(found)


@cache
def own() -> dict[str, Any]:
    return _load(OWN)


@cache
def official() -> dict[str, Any]:
    """Intercom's description, of the paths that the project knows."""
    document = _load(OFFICIAL)
    document["paths"] = {path: item for path, item in document["paths"].items() if path.startswith(NEEDED)}
    return document


def _load(path: Path) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    return document


def _loosened(document: dict[str, Any]) -> dict[str, Any]:
    """Without what official examples and live answers contradict, with the limits that it states in words."""
    document = copy.deepcopy(document)
    _allow_null(document)
    schemas = document["components"]["schemas"]
    schemas["event_details"] = {"type": "object", "nullable": True}
    schemas["custom_attributes"]["additionalProperties"]["anyOf"].append({"type": "boolean"})
    for name in ("body", "body_text"):
        # Missing in long lists, as an official example shows.
        schemas["macro"]["properties"][name]["nullable"] = True
    # Values that no documented event has are part of what a reader must bear.
    schemas["conversation_statistics"]["properties"] = {
        name: {**value, "nullable": True}
        for name, value in schemas["conversation_statistics"]["properties"].items()
    }
    single = {"$ref": "#/components/schemas/single_filter_search_request"}
    schemas["single_filter_search_request"]["required"] = ["field", "operator", "value"]
    group = copy.deepcopy(schemas["multiple_filter_search_request"])
    group["required"] = ["operator", "value"]
    group["properties"]["value"] = {"type": "array", "maxItems": 15, "items": single}
    schemas["inner_group"] = group
    outer = copy.deepcopy(group)
    outer["properties"]["value"]["items"] = {"anyOf": [{"$ref": "#/components/schemas/inner_group"}, single]}
    schemas["multiple_filter_search_request"] = outer
    return document


def _allow_null(node: Any) -> None:
    """Where the official examples show null, which OpenAPI 3.0 cannot say beside a $ref."""
    if isinstance(node, list):
        for item in node:
            _allow_null(item)
        return
    if not isinstance(node, dict):
        return
    if "$ref" in node and node.get("nullable") is True:
        reference = node["$ref"]
        node.clear()
        node["anyOf"] = [{"$ref": reference}, {"type": "object", "nullable": True, "maxProperties": 0}]
        return
    if isinstance(node.get("enum"), list) and None in node["enum"]:
        node["nullable"] = True
    if node.get("format") in {"uuid", "uri", "email"}:
        # Live answers hold request ids that are no UUIDs, relative URLs and empty addresses.
        del node["format"]
    for key, value in node.items():
        if key not in {"example", "examples"}:
            _allow_null(value)
