"""Search conditions within the API's limits (OpenAPI 2.16, "Search conversations").

There may be two levels of groups with fifteen conditions each; a group holds either groups or
single conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Condition = dict[str, Any]
MAX_PER_GROUP = 15
MAX_PER_PAGE = 150
"""Results on a page (OpenAPI 2.16, "Search conversations"); the default is 20."""


def condition(field: str, operator: str, value: object) -> Condition:
    """A single condition, such as `updated_at > 1734530000`."""
    return {"field": field, "operator": operator, "value": value}


def all_of(*conditions: Condition) -> Condition:
    """Conditions that must all hold. Raises `ValueError` for more than 15 of them or more than two levels."""
    return _group("AND", conditions)


def any_of(*conditions: Condition) -> Condition:
    """Conditions of which one must hold. Raises `ValueError` as `all_of` does."""
    return _group("OR", conditions)


def updated_exactly_between(first: int, last: int) -> Condition:
    """Conversations with an `updated_at` in [first, last] (epoch seconds) and no others, for counting them.

    Right whether the API's `>` and `<` include their bound or not.
    """
    bounds = [condition("updated_at", "=", second) for second in sorted({first, last})]
    if last - first < 2:
        return any_of(*bounds)
    inside = all_of(condition("updated_at", ">", first), condition("updated_at", "<", last))
    return any_of(inside, *bounds)


def between(field: str, first: int, last: int, *, inclusive: bool = False) -> tuple[Condition, Condition]:
    """A number in [first, last], and perhaps one beyond.

    Whether the API's `>` and `<` include their bound is not known, so each bound is put one outside, unless
    `<` was seen to be `inclusive`; the caller drops what lies beyond the range.
    """
    return condition(field, ">", first - 1), condition(field, "<", last if inclusive else last + 1)


def updated_between(first: int, last: int, *, inclusive: bool = False) -> Condition:
    """Conversations with an `updated_at` `between` two epoch seconds."""
    return all_of(*between("updated_at", first, last, inclusive=inclusive))


def contacts_with_ids(ids: Iterable[str]) -> Condition:
    """The contacts with one of these ids."""
    return condition("id", "IN", list(ids))


def _group(operator: str, conditions: Sequence[Condition]) -> Condition:
    if not 1 <= len(conditions) <= MAX_PER_GROUP:
        raise ValueError(f"a search group holds 1 to {MAX_PER_GROUP} conditions, not {len(conditions)}")
    if any(_is_group(item) for item in conditions):
        # A group holds either groups or single conditions: wrap the odd single ones.
        conditions = [item if _is_group(item) else all_of(item) for item in conditions]
        if any(_is_group(inner) for item in conditions for inner in item["value"]):
            raise ValueError("search groups nest two levels deep, not more")
    return {"operator": operator, "value": list(conditions)}


def _is_group(item: Condition) -> bool:
    return "field" not in item
