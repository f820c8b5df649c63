"""POST /contacts/search, as far as a reader of conversations needs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tui.simulator import render
from tui.simulator.errors import invalid, missing
from tui.simulator.model import Json, SimulatedContact
from tui.simulator.search import MOST_PER_PAGE, decode_cursor, encode_cursor, page_size
from tui.simulator.state import State

READ: dict[str, Callable[[SimulatedContact], Any]] = {
    "id": lambda item: item.id,
    "external_id": lambda item: item.external_id,
    "email": lambda item: item.email,
    "name": lambda item: item.name,
    "phone": lambda item: item.phone,
    "role": lambda item: item.role,
    "created_at": lambda item: item.created_at,
    "updated_at": lambda item: item.created_at,
}
TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda found, value: bool(found == value),
    "!=": lambda found, value: bool(found != value),
    "IN": lambda found, value: found in value,
    "NIN": lambda found, value: found not in value,
    "~": lambda found, value: str(value).casefold() in str(found or "").casefold(),
    "!~": lambda found, value: str(value).casefold() not in str(found or "").casefold(),
    "^": lambda found, value: str(found or "").startswith(str(value)),
    "$": lambda found, value: str(found or "").endswith(str(value)),
    ">": lambda found, value: isinstance(found, int) and found >= int(value),
    "<": lambda found, value: isinstance(found, int) and found <= int(value),
}
CONTACTS_PER_PAGE = 50


def contacts_page(state: State, body: Json, workspace: str) -> Json:
    """The answer's JSON. Merged contacts are never found. Raises `ApiError` (400)."""
    if not isinstance(body.get("query"), dict):
        raise missing("query")
    pagination = body.get("pagination") or {}
    per_page = page_size(pagination.get("per_page", CONTACTS_PER_PAGE))
    test = compile_test(body["query"])
    with state.lock:
        found = [item for item in state.contacts.values() if not item.merged_into and test(item)]
    start, number = 0, 1
    if pagination.get("starting_after") is not None:
        _, start, number = decode_cursor(pagination["starting_after"])
    pages: Json = {
        "type": "pages",
        "page": number,
        "per_page": per_page,
        "total_pages": -(-len(found) // per_page),
    }
    if start + per_page < len(found):
        pages["next"] = {
            "per_page": per_page,
            "starting_after": encode_cursor((0, 0), start + per_page, number + 1),
        }
    return {
        "type": "list",
        "data": [render.contact_json(item, state, workspace) for item in found[start : start + per_page]],
        "total_count": len(found),
        "pages": pages,
    }


def compile_test(query: Json) -> Callable[[SimulatedContact], bool]:
    """A test for contacts. Raises `ApiError` (400)."""
    operator, value = query.get("operator"), query.get("value")
    if "field" not in query:
        if operator not in {"AND", "OR"} or not isinstance(value, list) or not value:
            raise invalid(f"Operator '{operator}' is not valid for a group. Use AND or OR", "operator")
        tests = [compile_test(entry) for entry in value]
        every = all if operator == "AND" else any
        return lambda item: every(test(item) for test in tests)
    read, test = READ.get(query["field"]), TESTS.get(str(operator))
    if read is None:
        raise invalid(f"Field '{query['field']}' is not searchable", "field")
    if test is None:
        raise invalid(f"Operator '{operator}' is not valid", "operator")
    if operator in {"IN", "NIN"} and (not isinstance(value, list) or len(value) > MOST_PER_PAGE):
        raise invalid(f"Operator '{operator}' needs an array of at most {MOST_PER_PAGE} values", "value")
    return lambda item: test(read(item), value)
