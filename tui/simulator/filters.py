"""The query language of search: fields, operators, groups, and what is refused."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from tui.simulator.errors import ApiError, invalid, missing
from tui.simulator.model import SimulatedConversation
from tui.simulator.options import Cursor, IdOrder
from tui.simulator.statistics import measure

MOST_FILTERS = 15
Kind = Literal["integer", "string", "boolean", "words", "ids"]
Matcher = Callable[[SimulatedConversation], bool]


@dataclass(frozen=True, slots=True)
class SearchField:
    kind: Kind
    read: Callable[[SimulatedConversation], Any]
    sortable: bool = False


@dataclass(slots=True)
class Range:
    """Bounds of updated_at that every match must meet, both included; None is open."""

    low: int | None = None
    high: int | None = None

    def narrow(self, operator: str, value: int, inclusive: bool) -> bool:
        """Takes over a comparison; False when it is not one of a range."""
        step = 0 if inclusive or operator in {">=", "<=", "="} else 1
        if operator in {">", ">=", "="}:
            self.low = value + step if self.low is None else max(self.low, value + step)
        if operator in {"<", "<=", "="}:
            self.high = value - step if self.high is None else min(self.high, value - step)
        return operator in {">", ">=", "<", "<=", "="}


def _statistic(name: str) -> Callable[[SimulatedConversation], Any]:
    return lambda item: None if item.legacy else measure(item)[name]


def _rating(name: str) -> Callable[[SimulatedConversation], Any]:
    return lambda item: None if item.rating is None else getattr(item.rating, name)


FIELDS: dict[str, SearchField] = {
    "id": SearchField("integer", lambda item: item.id, sortable=True),
    "created_at": SearchField("integer", lambda item: item.created_at, sortable=True),
    "updated_at": SearchField("integer", lambda item: item.updated_at, sortable=True),
    "waiting_since": SearchField("integer", lambda item: item.waiting_since, sortable=True),
    "snoozed_until": SearchField("integer", lambda item: item.snoozed_until, sortable=True),
    "source.type": SearchField("string", lambda item: item.source.type),
    "source.id": SearchField("string", lambda item: str(item.source.id)),
    "source.delivered_as": SearchField("string", lambda item: item.source.delivered_as),
    "source.subject": SearchField("string", lambda item: item.source.subject),
    "source.body": SearchField("words", lambda item: item.source.body),
    "source.url": SearchField("string", lambda item: item.source.url),
    "source.author.id": SearchField("string", lambda item: item.source.author.id),
    "source.author.type": SearchField("string", lambda item: item.source.author.kind),
    "source.author.name": SearchField("string", lambda item: item.source.author.name),
    "source.author.email": SearchField("string", lambda item: item.source.author.email),
    "contact_ids": SearchField("ids", lambda item: item.contacts),
    "teammate_ids": SearchField(
        "ids", lambda item: [p.author.id for p in item.thread if p.author.kind == "admin"]
    ),
    "tag_ids": SearchField("ids", lambda item: [str(tag.id) for tag in item.tags]),
    "admin_assignee_id": SearchField("integer", lambda item: item.admin),
    "team_assignee_id": SearchField("integer", lambda item: item.team),
    "channel_initiated": SearchField("string", lambda item: item.source.type),
    "open": SearchField("boolean", lambda item: item.state != "closed"),
    "read": SearchField("boolean", lambda item: item.read),
    "state": SearchField("string", lambda item: item.state),
    "priority": SearchField("string", lambda item: item.priority),
    "ai_agent_participated": SearchField("boolean", lambda item: item.ai_resolution is not None),
    "ai_agent.resolution_state": SearchField("string", lambda item: item.ai_resolution),
    "conversation_rating.score": SearchField("integer", _rating("score")),
    "conversation_rating.remark": SearchField("string", _rating("remark")),
    "conversation_rating.requested_at": SearchField("integer", _rating("created_at")),
    "conversation_rating.replied_at": SearchField("integer", _rating("created_at")),
    **{
        f"statistics.{name}": SearchField(
            "string" if name == "last_closed_by_id" else "integer", _statistic(name)
        )
        for name in (
            "time_to_assignment", "time_to_admin_reply", "time_to_first_close", "time_to_last_close",
            "median_time_to_reply", "first_contact_reply_at", "first_assignment_at", "first_admin_reply_at",
            "first_close_at", "last_assignment_at", "last_assignment_admin_reply_at", "last_contact_reply_at",
            "last_admin_reply_at", "last_close_at", "last_closed_by_id", "count_reopens", "count_assignments",
            "count_conversation_parts",
        )
    },
}  # fmt: skip
FIELDS_WITH_TEXT_IDS = {**FIELDS, "id": SearchField("string", lambda item: str(item.id), sortable=True)}


@dataclass(slots=True)
class SearchRules:
    """What of Intercom's search is not documented, or was seen both ways. Can be changed at any time."""

    inclusive: bool = True
    """Whether `>` and `<` on numbers include the bound."""
    cursor: Cursor = "keyset"
    id_order: IdOrder = "number"

    @property
    def fields(self) -> dict[str, SearchField]:
        return FIELDS if self.id_order == "number" else FIELDS_WITH_TEXT_IDS


EVERYWHERE = frozenset({"=", "!=", "IN", "NIN"})
OPERATORS: dict[Kind, frozenset[str]] = {
    "integer": EVERYWHERE | {">", "<", ">=", "<="},
    "string": EVERYWHERE | {"~", "!~", "^", "$"},
    "words": EVERYWHERE | {"~", "!~", "^", "$"},
    "ids": EVERYWHERE,
    "boolean": frozenset({"=", "!="}),
}
ALL_OPERATORS = frozenset().union(*OPERATORS.values())


def compile_query(query: object, bounds: Range, rules: SearchRules) -> Matcher | None:
    """A test for conversations; what can be read off as a range of updated_at goes into `bounds` instead.
    None when `bounds` says it all. Raises `ApiError` (400) for what Intercom refuses."""
    if not isinstance(query, dict):
        raise missing("query")
    rest: list[Matcher] = []
    gather(query, 1, bounds, rules, rest)
    if not rest:
        return None
    return rest[0] if len(rest) == 1 else lambda item: all(test(item) for test in rest)


def gather(entry: dict[str, Any], level: int, bounds: Range, rules: SearchRules, rest: list[Matcher]) -> None:
    """Takes apart what must all be met: ranges of updated_at narrow `bounds`, other tests go to `rest`."""
    if is_group(entry) and entry.get("operator") == "AND":
        for child in members(entry, level):
            gather(child, level + 1, bounds, rules, rest)
        return
    if not is_group(entry) and entry["field"] == "updated_at":
        operator, value = read_filter(entry, rules)
        if isinstance(value, int) and bounds.narrow(operator, value, rules.inclusive):
            return
    rest.append(compile_entry(entry, level, rules))


def is_group(entry: dict[str, Any]) -> bool:
    return "field" not in entry


def members(group: dict[str, Any], level: int) -> list[dict[str, Any]]:
    """The checked entries of an AND/OR group."""
    operator, value = group.get("operator"), group.get("value")
    if operator not in {"AND", "OR"}:
        raise invalid(f"Operator '{operator}' is not valid for a group. Use AND or OR", "operator")
    if not isinstance(value, list) or not value or not all(isinstance(entry, dict) for entry in value):
        raise invalid("A group's value must be a list of filters or of groups", "value")
    if len(value) > MOST_FILTERS:
        raise invalid(f"A group can hold at most {MOST_FILTERS} filters", "value")
    groups = sum(map(is_group, value))
    if groups and level >= 2:
        raise invalid("Groups can be nested two levels deep at most", "value")
    if groups not in {0, len(value)}:
        raise invalid("A group holds either filters or groups, not both", "value")
    return value


def compile_entry(entry: dict[str, Any], level: int, rules: SearchRules) -> Matcher:
    if not is_group(entry):
        return compile_filter(entry, rules)
    tests = [compile_entry(child, level + 1, rules) for child in members(entry, level)]
    if entry["operator"] == "AND":
        return lambda item: all(test(item) for test in tests)
    return lambda item: any(test(item) for test in tests)


def read_filter(entry: dict[str, Any], rules: SearchRules) -> tuple[str, Any]:
    """(operator, value) of a single filter, checked and with numbers as integers."""
    name, operator = entry["field"], entry.get("operator")
    field = rules.fields.get(name) if isinstance(name, str) else None
    if field is None:
        raise invalid(f"Field '{name}' is not searchable", "field")
    if operator not in ALL_OPERATORS:
        raise invalid(f"Operator '{operator}' is not valid", "operator")
    if operator not in OPERATORS[field.kind]:
        raise invalid(f"Operator '{operator}' is not supported for field '{name}'", "operator")
    if "value" not in entry:
        raise missing("value")
    value = entry["value"]
    if operator in {"IN", "NIN"}:
        if not isinstance(value, list):
            raise invalid(f"Operator '{operator}' needs an array of values", "value")
        return operator, [coerce(field, name, item) for item in value]
    return operator, coerce(field, name, value)


def coerce(field: SearchField, name: str, value: Any) -> Any:
    """The value in the field's type; numbers may come as digits. Raises a 400 (`type_mismatch`) otherwise."""
    if value is None:
        return None
    if field.kind == "boolean" and isinstance(value, bool):
        return value
    if field.kind == "integer" and not isinstance(value, bool):
        if isinstance(value, int):
            return value
        if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
            return int(value)
    if (
        field.kind in {"string", "words", "ids"}
        and isinstance(value, str | int)
        and not isinstance(value, bool)
    ):
        return str(value)
    raise ApiError(
        400, "type_mismatch", f"Value {value!r} does not fit field '{name}' ({field.kind})", "value"
    )


def compile_filter(entry: dict[str, Any], rules: SearchRules) -> Matcher:
    operator, value = read_filter(entry, rules)
    field = rules.fields[entry["field"]]
    read = field.read
    if operator in {"!=", "NIN", "!~"}:
        positive = compile_filter({**entry, "operator": {"!=": "=", "NIN": "IN", "!~": "~"}[operator]}, rules)
        return lambda item: not positive(item)
    if operator == "IN":
        wanted = frozenset(value)
        if field.kind == "ids":
            return lambda item: not wanted.isdisjoint(read(item))
        if field.kind == "words":
            folded = frozenset(str(word).casefold() for word in value)
            return lambda item: not folded.isdisjoint(words(read(item)))
        return lambda item: read(item) in wanted
    if operator == "=":
        if field.kind == "ids":
            return lambda item: value in read(item)
        if field.kind == "words":
            return lambda item: str(value).casefold() in words(read(item))
        return lambda item: bool(read(item) == value)
    if field.kind == "integer":
        return compare(read, operator, value, rules)
    return text_test(read, operator, str(value).casefold())


def compare(
    read: Callable[[SimulatedConversation], Any], operator: str, value: int | None, rules: SearchRules
) -> Matcher:
    bounds = Range()
    if value is None:
        return lambda item: False
    bounds.narrow(operator, value, rules.inclusive)
    low, high = bounds.low, bounds.high

    def test(item: SimulatedConversation) -> bool:
        found = read(item)
        return found is not None and (low is None or found >= low) and (high is None or found <= high)

    return test


def text_test(read: Callable[[SimulatedConversation], Any], operator: str, value: str) -> Matcher:
    def text(item: SimulatedConversation) -> str:
        return (read(item) or "").casefold()

    if operator == "^":
        return lambda item: text(item).startswith(value)
    if operator == "$":
        return lambda item: text(item).endswith(value)
    return lambda item: value in text(item)


def words(body: str) -> frozenset[str]:
    """The words of an HTML body: search matches each alone, never a phrase."""
    return frozenset(re.findall(r"\w+", html.unescape(re.sub(r"<[^>]*>", " ", body)).casefold()))
