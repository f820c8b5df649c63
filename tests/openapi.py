"""Intercom's published API description, for validating both sides against it; not part of the project."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_core import Config, OpenAPI

SPEC = Path(__file__).resolve().parents[1] / "../shared/intercom/openapi-2.16.yaml"
NEEDED = ("/conversations", "/me", "/admins", "/teams", "/tags", "/contacts")
HOST = "https://api.intercom.io"

needs_description = pytest.mark.skipif(
    not SPEC.exists(), reason="Intercom's API description is not next to this repository"
)


def loosen(node: Any) -> None:
    """Allows null where the official examples show null, which OpenAPI 3.0 cannot say beside a $ref."""
    if isinstance(node, list):
        for item in node:
            loosen(item)
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
            loosen(value)


@cache
def description() -> OpenAPI:
    """The description, loosened where official examples and live answers contradict it."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document = yaml.load(SPEC.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    document["paths"] = {path: item for path, item in document["paths"].items() if path.startswith(NEEDED)}
    loosen(document)
    schemas = document["components"]["schemas"]
    schemas["event_details"] = {"type": "object", "nullable": True}
    schemas["custom_attributes"]["additionalProperties"]["anyOf"].append({"type": "boolean"})
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
    return OpenAPI.from_dict(document, config=Config(spec_validator_cls=None))
