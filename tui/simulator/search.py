"""POST /conversations/search: pages of the index, by keyset cursor."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from tui.simulator.errors import invalid
from tui.simulator.filters import FIELDS, Range, compile_query
from tui.simulator.index import LaggingIndex
from tui.simulator.model import SimulatedConversation

PER_PAGE = 20
MOST_PER_PAGE = 150


@dataclass(frozen=True, slots=True)
class Page:
    items: list[SimulatedConversation]
    total: int
    number: int
    per_page: int
    next_cursor: str | None


def page_size(value: object) -> int:
    """A `per_page` as given (integer or digits). Raises a 400 when it is not 1 to 150."""
    if value is None:
        return PER_PAGE
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_PER_PAGE:
        raise invalid(f"per_page must be between 1 and {MOST_PER_PAGE}", "per_page")
    return value


def encode_cursor(value: object, conversation_id: int, page: int) -> str:
    return base64.b64encode(msgspec.json.encode([value, conversation_id, page])).decode()


def decode_cursor(cursor: object) -> tuple[Any, int, int]:
    """(sort value, id, page number). Raises a 400 for anything that this server did not give out."""
    try:
        value, conversation_id, page = msgspec.json.decode(
            base64.b64decode(str(cursor), validate=True), type=tuple[Any, int, int]
        )
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise invalid("starting_after is not a valid cursor", "starting_after") from None
    return value, conversation_id, page


def search(
    index: LaggingIndex,
    query: object,
    *,
    sort: object = None,
    per_page: int = PER_PAGE,
    cursor: object = None,
    inclusive: bool = True,
) -> Page:
    """One page of the conversations that match. `query` None matches all. Raises `ApiError` (400)."""
    field, ascending = read_sort(sort)
    bounds = Range()
    matches = None if query is None else compile_query(query, bounds, inclusive)
    first, last = index.between(bounds.low, bounds.high)
    if field == "updated_at":
        keys: list[Any] = index.order[first:last]
        if matches is not None:
            keys = [key for key in keys if matches(index.documents[key[1]])]
    else:
        read = FIELDS[field].read
        found = (index.documents[conversation_id] for _, conversation_id in index.order[first:last])
        keys = sorted(sort_key(read(item), item.id) for item in found if matches is None or matches(item))
    return cut(keys, index.documents.__getitem__, ascending, per_page, cursor)


def sort_key(value: Any, conversation_id: int) -> tuple[int, int]:
    """Values that are missing come before all others."""
    return (-1 if value is None else int(value), conversation_id)


def cut(
    keys: list[tuple[int, int]],
    get: Callable[[int], SimulatedConversation],
    ascending: bool,
    per_page: int,
    cursor: object,
) -> Page:
    """The page after `cursor` of ascending `keys`, read forwards or backwards."""
    number = 1
    if ascending:
        start = 0
        if cursor is not None:
            value, conversation_id, number = decode_cursor(cursor)
            start = bisect_right(keys, (value, conversation_id))
        chosen = keys[start : start + per_page]
        more = start + per_page < len(keys)
    else:
        end = len(keys)
        if cursor is not None:
            value, conversation_id, number = decode_cursor(cursor)
            end = bisect_left(keys, (value, conversation_id))
        chosen = keys[max(0, end - per_page) : end][::-1]
        more = end > per_page
    following = encode_cursor(chosen[-1][0], chosen[-1][1], number + 1) if more and chosen else None
    return Page(
        [get(conversation_id) for _, conversation_id in chosen], len(keys), number, per_page, following
    )


def read_sort(sort: object) -> tuple[str, bool]:
    """(field, ascending). Newest activity first unless told otherwise."""
    if sort is None:
        return "updated_at", False
    if not isinstance(sort, dict):
        raise invalid("sort must be an object with field and order", "sort")
    field = sort.get("field", "updated_at")
    order = sort.get("order", "descending")
    if field not in FIELDS or not FIELDS[field].sortable:
        raise invalid(f"Cannot sort by '{field}'", "sort")
    if order not in {"ascending", "descending"}:
        error = invalid(f"Invalid sort order '{order}'. Must be one of: ascending, descending")
        error.code = "invalid_sort_order"
        raise error
    return field, order == "ascending"
