"""A query in words, for the line under the search pane and the names of views."""

from __future__ import annotations

from datetime import datetime, tzinfo

from tui.formatting import date_time, listed
from tui.query.nodes import (
    And,
    Attribute,
    Choice,
    Compare,
    CompareSign,
    Flag,
    Moment,
    Node,
    Not,
    Or,
    Query,
    Sort,
    Text,
    TimeTerm,
    Who,
)
from tui.query.syntax import visible
from tui.timeframe import WEEKDAYS, ago_in_words, duration_text

_FIELDS = {"any": "text", "subject": "subject", "from": "from", "company": "company"}
_SIGNS = {">": "more than ", "<": "less than ", ">=": "at least ", "<=": "at most ", "=": ""}
_SIDES = {">": "after ", "<": "before ", ">=": "since ", "<=": "until "}
_FLAGS = {
    "done": "done for today",
    "fin": "with AI agent",
    "due": "with follow-up due",
    "followup": "follow-up",
    "mynote": "my note",
}
_CHANNELS = {"conversation": "chat", "phone_call": "phone", "phone_switch": "phone switch", "sms": "SMS"}
_DELIVERIES = {
    "customer_initiated": "started by the customer",
    "admin_initiated": "started by a teammate",
    "operator_initiated": "started by a bot",
    "campaigns_initiated": "started by a campaign",
    "automated": "sent automatically",
}
_ORDERS = {
    Sort.WAITING: "longest waiting first",
    Sort.CREATED: "newest created first",
    Sort.OLDEST: "least recently active first",
    Sort.RELEVANCE: "best match first",
    Sort.DUE: "earliest follow-up first",
}


def describe(query: Query, tz: tzinfo | None) -> str:
    """What `query` asks for, on one line: “open · tag refund · last 7 days · text “late””.

    Filters come first, then the window (absolute times on the wall clock of `tz`, None: the machine's),
    then the text, then the order unless it is the default. An empty query is “everything”.
    """
    nodes = _top(query.expression)
    window = _window(query, tz)
    parts = [
        *([f"conversation {query.number} first"] if query.number is not None else []),
        *(_words(node, tz) for node in nodes if not _holds_text(node)),
        *([window] if window else []),
        *(_words(node, tz) for node in nodes if _holds_text(node)),
        *([_ORDERS[query.sort]] if query.sort in _ORDERS else []),
    ]
    return visible(" · ".join(parts)) if nodes or window else " · ".join(["everything", *parts])


def _top(node: Node | None) -> tuple[Node, ...]:
    if node is None:
        return ()
    return node.operands if isinstance(node, And) else (node,)


def _holds_text(node: Node) -> bool:
    if isinstance(node, Not):
        return _holds_text(node.operand)
    if isinstance(node, And | Or):
        return any(map(_holds_text, node.operands))
    return isinstance(node, Text)


def _words(node: Node, tz: tzinfo | None) -> str:
    match node:
        case Text():
            return _text(node)
        case Flag():
            name = _FLAGS.get(node.name, node.name)
            return name if node.kind == "is" else f"with {name}"
        case Who():
            return _who(node)
        case Choice():
            return _choice(node)
        case Attribute():
            return f"with {node.name}" if node.value is None else f"{node.name} “{node.value}”"
        case Compare():
            return _comparison(node, tz)
        case Not():
            return _negated(node.operand, tz)
        case And():
            return listed((_inner(n, tz) for n in node.operands), "and")
        case Or():
            return listed((_inner(n, tz) for n in node.operands), "or")


def _text(node: Text) -> str:
    near = "" if node.near is None else f" within {node.near} word{'' if node.near == 1 else 's'}"
    return f"{_FIELDS[node.field]} “{node.text}{'…' if node.prefix else ''}”{near}"


def _choice(node: Choice) -> str:
    match node.field:
        case "channel":
            return f"by {_CHANNELS.get(node.value, node.value)}"
        case "delivered":
            return _DELIVERIES[node.value]
        case "sla":
            return f"SLA {node.value}"


def _comparison(node: Compare, tz: tzinfo | None) -> str:
    sign = _SIGNS[node.operator]
    if isinstance(node.value, int):
        if node.field == "rating":
            return f"rated {sign}{node.value}"
        return f"{sign}{node.value} message{'' if node.value == 1 else 's'}"
    what = "last active" if node.field == "updated" else node.field
    if isinstance(node.value, Moment) and not node.value.ago:
        return f"{what} {_place(node.operator, node.value, tz)}"
    written = node.value.text if isinstance(node.value, Moment) else duration_text(node.value)
    return f"{what} {sign}{ago_in_words(written)}{'' if node.field == 'waiting' else ' ago'}"


def _place(sign: CompareSign, moment: Moment, tz: tzinfo | None) -> str:
    """“on Monday”, “after 2024-12-20”."""
    if sign == "=":
        return _day(moment.text, moment.first, tz)
    return f"{_SIDES[sign]}{_moment(moment.text, moment.first, tz)}"


def _negated(node: Node, tz: tzinfo | None) -> str:
    match node:
        case Flag(kind="has") | Flag(name="fin" | "due") | Text() | Who(field="with") | Attribute(value=None):
            return f"without {_words(node, tz).removeprefix('with ')}"
        case Who(field="team" | "tag", value="none"):
            return f"with a {node.field}"
    return f"not {_inner(node, tz)}"


def _inner(node: Node, tz: tzinfo | None) -> str:
    return f"({_words(node, tz)})" if isinstance(node, And | Or) else _words(node, tz)


def _who(node: Who) -> str:
    if node.field == "assignee":
        return {"none": "unassigned", "me": "assigned to me"}.get(node.value, f"assigned to {node.value}")
    return f"no {node.field}" if node.value == "none" else f"{node.field} {node.value}"


def _window(query: Query, tz: tzinfo | None) -> str:
    if query.times:
        written = {term.operator: term for term in query.times}
        if (day := written.get("on")) is not None:
            return _day(day.value, query.start, tz)
        since = _since(written["since"], query.start, tz) if "since" in written else ""
        until = _until(written["until"], query.end, tz) if "until" in written else ""
    else:
        since = f"since {date_time(query.start, tz)}" if query.start else ""
        until = f"until {date_time(query.end, tz)}" if query.end else ""
    return " ".join(filter(None, (since, until)))


def _day(value: str, start: datetime | None, tz: tzinfo | None) -> str:
    name = value.lower()
    return name if name in ("today", "yesterday") else f"on {_moment(value, start, tz)}"


def _since(term: TimeTerm, start: datetime | None, tz: tzinfo | None) -> str:
    length = ago_in_words(term.value)
    return f"last {length}" if length else f"since {_moment(term.value, start, tz)}"


def _until(term: TimeTerm, end: datetime | None, tz: tzinfo | None) -> str:
    length = ago_in_words(term.value)
    return f"until {length} ago" if length else f"until {_moment(term.value, end, tz)}"


def _moment(value: str, moment: datetime | None, tz: tzinfo | None) -> str:
    has_offset = ":" in value and (value[-1] in "zZ" or value[-6] in "+-")
    return date_time(moment, tz) if moment and has_offset else _named(value)


def _named(value: str) -> str:
    for day in WEEKDAYS:
        if value.lower() in (day, day[:3]):
            return day.capitalize()
    return value.replace("T", " ").replace("t", " ") if value[:4].isdigit() else value.lower()
