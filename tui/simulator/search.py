"""POST /conversations/search: pages of the index, by cursor."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from tui.simulator.errors import invalid
from tui.simulator.filters import Range, SearchRules, compile_query
from tui.simulator.index import LaggingIndex
from tui.simulator.model import SimulatedConversation
from tui.simulator.options import Cursor

PER_PAGE = 20
MOST_PER_PAGE = 150
DEFAULT_RULES = SearchRules()
Key = tuple[Any, int]
"""(sort value, id)"""
Found = Callable[[Range, Sequence[Key]], tuple[Sequence[Key], int]]
"""Given the matches of a search, what it lists of them and how many it counts."""


@dataclass(frozen=True, slots=True)
class Page:
    items: list[SimulatedConversation]
    total: int
    number: int
    per_page: int
    end_cursor: str | None
    """Continues after this page, whether or not there is more; None for an empty page."""
    more: bool

    @property
    def next_cursor(self) -> str | None:
        return self.end_cursor if self.more else None


def page_size(value: object) -> int:
    """A `per_page` as given (integer or digits). Raises a 400 when it is not 1 to 150."""
    if value is None:
        return PER_PAGE
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_PER_PAGE:
        raise invalid(f"per_page must be between 1 and {MOST_PER_PAGE}", "per_page")
    return value


def encode_cursor(key: Key, offset: int, page: int) -> str:
    return base64.b64encode(msgspec.json.encode([*key, offset, page])).decode()


def decode_cursor(cursor: object) -> tuple[Key, int, int]:
    """(key of the last conversation listed, how many were listed, number of the next page). Raises a 400 for
    anything that this server did not give out."""
    try:
        value, conversation_id, offset, page = msgspec.json.decode(
            base64.b64decode(str(cursor), validate=True), type=tuple[Any, int, int, int]
        )
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise invalid("starting_after is not a valid cursor", "starting_after") from None
    return (value, conversation_id), offset, page


def search(
    index: LaggingIndex,
    query: object,
    *,
    sort: object = None,
    per_page: int = PER_PAGE,
    cursor: object = None,
    rules: SearchRules = DEFAULT_RULES,
    found: Found | None = None,
) -> Page:
    """One page of the conversations that match. `query` None matches all. Raises `ApiError` (400)."""
    field, ascending = read_sort(sort, rules)
    bounds = Range()
    matches = None if query is None else compile_query(query, bounds, rules)
    first, last = index.between(bounds.low, bounds.high)
    if field == "updated_at":
        keys: Sequence[Key] = index.order[first:last]
        if matches is not None:
            keys = [key for key in keys if matches(index.documents[key[1]])]
    else:
        read = rules.fields[field].read
        items = (index.documents[conversation_id] for _, conversation_id in index.order[first:last])
        keys = sorted(sort_key(read(item), item.id) for item in items if matches is None or matches(item))
    total = len(keys)
    if found is not None:
        keys, total = found(bounds, keys)
    return cut(keys, total, index.documents.__getitem__, ascending, per_page, cursor, rules.cursor)


def sort_key(value: Any, conversation_id: int) -> Key:
    """Values that are missing come before all others."""
    return (-1 if value is None else value, conversation_id)


def cut(
    keys: Sequence[Key],
    total: int,
    get: Callable[[int], SimulatedConversation],
    ascending: bool,
    per_page: int,
    cursor: object,
    kind: Cursor,
) -> Page:
    """The page after `cursor` of ascending `keys`, read forwards or backwards."""
    number, start = 1, 0
    if cursor is not None:
        key, start, number = decode_cursor(cursor)
        if kind == "keyset":
            start = bisect_right(keys, key) if ascending else len(keys) - bisect_left(keys, key)
    end = start + per_page
    chosen = keys[start:end] if ascending else keys[max(0, len(keys) - end) : max(0, len(keys) - start)][::-1]
    following = encode_cursor(chosen[-1], end, number + 1) if chosen else None
    return Page(
        [get(conversation_id) for _, conversation_id in chosen],
        total,
        number,
        per_page,
        following,
        more=end < len(keys),
    )


def read_sort(sort: object, rules: SearchRules) -> tuple[str, bool]:
    """(field, ascending). Newest activity first unless told otherwise."""
    if sort is None:
        return "updated_at", False
    if not isinstance(sort, dict):
        raise invalid("sort must be an object with field and order", "sort")
    field = sort.get("field", "updated_at")
    order = sort.get("order", "descending")
    if field not in rules.fields or not rules.fields[field].sortable:
        raise invalid(f"Cannot sort by '{field}'", "sort")
    if order not in {"ascending", "descending"}:
        error = invalid(f"Invalid sort order '{order}'. Must be one of: ascending, descending")
        error.code = "invalid_sort_order"
        raise error
    return field, order == "ascending"
