"""A query as SQL: what the search index answers as one FTS5 expression, and the rest on the conversation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tui.clock import to_epoch
from tui.folding import fold, is_open_ended, variants_of_term, words
from tui.query import And, Attribute, Choice, Compare, Flag, Moment, Node, Not, Or, Query, Text, Who
from tui.store.done import IS_DONE
from tui.store.ingest import DOCID_SHIFT
from tui.store.search_index import META, attribute_word
from tui.store.search_parts import Part

_COLUMN = {"any": "", "subject": "subject : ", "from": "customer : ", "company": "company : "}
_FLAG_WORD = {
    ("is", "open"): "stopen",
    ("is", "closed"): "stclosed",
    ("is", "snoozed"): "stsnoozed",
    ("is", "unread"): "unread",
    ("is", "waiting"): "waiting",
    ("is", "priority"): "priority",
    ("is", "unassigned"): "as0",
    ("has", "note"): "hasnote",
    ("has", "attachment"): "hasattachment",
    ("has", "rating"): "hasrating",
    ("is", "fin"): "fin",
}
_ANNOTATION_FLAG = {
    ("is", "starred"): "starred",
    ("is", "done"): IS_DONE,
    ("is", "due"): "follow_up_at <= ?",
    ("has", "followup"): "follow_up_at IS NOT NULL",
    ("has", "mynote"): "note <> ''",
}
"""Annotations are in no index: a condition on the table `annotation n`; `?` is now."""
_COLUMN_OF = {
    "waiting": "c.waiting_since",
    "created": "c.created_at",
    "replies": "c.message_count",
    "rating": "c.rating",
}
_SINCE = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
"""Longer ago is a smaller time."""
_ON_DOCID = {">": (">=", 1), ">=": (">=", 0), "<": ("<", 0), "<=": ("<", 1)}
"""The same for docids, which grow with activity: the operator, and the seconds to add."""
_WHO_WORD = {"assignee": "as", "team": "tm", "tag": "tg", "with": "wi"}
_CHOICE_WORD = {"channel": "ch", "delivered": "da", "sla": "sla"}
_NOTHING = f'"{META}none"'
_EVERYTHING = f'"{META}all"'
_PART = "search_part_placeholder"
"""Stands for the name of a table of the index, until it is known."""

Ids = Mapping[Who, tuple[int, ...]]
"""The ids that the names in a query stand for; 0 is "none"."""


class Range(NamedTuple):
    """The docids of a stretch of activity time: from `low` to below `high`."""

    low: int = 0
    high: int = 1 << 62

    def overlap(self, other: Range) -> Range:
        return Range(max(self.low, other.low), min(self.high, other.high))


EVERYTHING = Range()


@dataclass(frozen=True, slots=True)
class Statement:
    sql: str
    parameters: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """What a query asks for. Its statements name a part of the index if `needs_parts`."""

    match: str | None
    """The FTS5 expression; None when the index does not find the conversations."""
    where: tuple[str, ...]
    """Conditions on `conversation c`."""
    values: tuple[Any, ...]
    range: Range
    needs_parts: bool

    def select(
        self, columns: str, part: Part | None, range_: Range, *, order: str = "", by_activity: bool = True
    ) -> Statement:
        """What matches in a part of the index (None: in all), as a SELECT of columns of `conversation c`.

        `by_activity`: the docids are the best way to the rows; False when another order is wanted.
        """
        range_ = range_.overlap(self.range)
        where, values = list(self.where), list(self.values)
        if self.match is not None and part is not None:
            table = part.table
            source = table
            if where or "c." in columns + order:
                source = f"{table} CROSS JOIN conversation c ON c.docid = -{table}.rowid"
            where[:0] = [f"{table} MATCH ?", f"{table}.rowid > ?", f"{table}.rowid <= ?"]
            values[:0] = [self.match, -range_.high, -range_.low]
        else:
            source = "conversation c"
            if part is not None:
                range_ = range_.overlap(Range(part.low, part.high + 1))
            if range_ == EVERYTHING:
                where[:0] = ["c.docid IS NOT NULL"]
            else:
                docid = "c.docid" if by_activity else "+c.docid"
                where[:0] = [f"{docid} >= ?", f"{docid} < ?"]
                values[:0] = list(range_)
        sql = f"SELECT {columns} FROM {source} WHERE {' AND '.join(where)} {order}"
        return Statement(sql if part is None else sql.replace(_PART, part.table), tuple(values))


def compile_query(query: Query, names: Ids, now: datetime, among: Statement | None = None) -> CompiledQuery:
    """`names` are the ids that the names in the query stand for; ages are counted from `now`. `among` is a
    further condition on `conversation c`."""
    operands = query.expression.operands if isinstance(query.expression, And) else (query.expression,)
    nodes = [node for node in operands if node is not None]
    range_ = Range(
        0 if query.start is None else _docid(to_epoch(query.start)),
        EVERYTHING.high if query.end is None else _docid(to_epoch(query.end) + 1),
    )
    indexed, where, values = list[Node](), list[str](), list[Any]()
    if query.number is not None:  # `Search` puts it first
        where.append("c.id <> ?")
        values.append(query.number)
    if among is not None:
        where.append(among.sql)
        values += among.parameters
    for node in nodes:
        if _is_indexed(node):
            indexed.append(node)
        elif isinstance(node, Compare) and node.field == "updated":
            range_ = range_.overlap(_docids(node, to_epoch(now)))
        else:
            sql, found = _condition(node, names, to_epoch(now))
            where.append(sql)
            values += found
    match = _match(And(tuple(indexed)), names) if indexed else None
    needs_parts = match is not None or any(_PART in sql for sql in where)
    return CompiledQuery(match, tuple(where), tuple(values), range_, needs_parts)


def _is_indexed(node: Node) -> bool:
    """Whether the search index alone can answer `node`."""
    match node:
        case And(operands) | Or(operands):
            return all(map(_is_indexed, operands))
        case Not(operand):
            return _is_indexed(operand)
        case Flag():
            return (node.kind, node.name) not in _ANNOTATION_FLAG
        case Compare():
            return False
    return True


def _condition(node: Node, names: Ids, now: int) -> tuple[str, list[Any]]:
    """SQL on `conversation c` for a node that the index cannot answer alone."""
    if _is_indexed(node):
        found = f"SELECT -rowid FROM {_PART} WHERE {_PART} MATCH ?"
        return f"c.docid IN ({found})", [_match(node, names)]
    match node:
        case And(operands) | Or(operands):
            pieces = [_condition(n, names, now) for n in operands]
            word = " AND " if isinstance(node, And) else " OR "
            return f"({word.join(sql for sql, _ in pieces)})", [v for _, values in pieces for v in values]
        case Not(operand):
            sql, values = _condition(operand, names, now)
            return f"NOT ({sql})", values
        case Flag():
            flag = _ANNOTATION_FLAG[node.kind, node.name]
            annotated = f"SELECT n.conversation_id FROM annotation n WHERE {flag}"
            return f"c.id IN ({annotated})", [now] * flag.count("?")
        case Compare(field="updated"):
            low, high = _docids(node, now)
            return "(c.docid >= ? AND c.docid < ?)", [low, high]
        case Compare():
            return _comparison(node, now)
    raise AssertionError(node)


def _comparison(node: Compare, now: int) -> tuple[str, list[Any]]:
    bounds = list(_bounds(node, now))
    column = _COLUMN_OF[node.field]
    # What is not known (nobody waits, no rating) fulfils no comparison, so that its negation does.
    tests = [f"{column} IS NOT NULL", *(f"{column} {operator} ?" for operator, _ in bounds)]
    if node.field == "waiting":
        tests.append("c.state <> 'closed'")
    return f"({' AND '.join(tests)})", [value for _, value in bounds]


def _docids(node: Compare, now: int) -> Range:
    """The docids that a comparison of the activity time leaves."""
    found = EVERYTHING
    for operator, second in _bounds(node, now):
        towards, later = _ON_DOCID[operator]
        edge = _docid(max(second + later, 0))
        found = found.overlap(Range(low=edge) if towards == ">=" else Range(high=edge))
    return found


def _bounds(node: Compare, now: int) -> Iterator[tuple[str, int]]:
    """What a column has to fulfil: operators, and numbers or epoch seconds."""
    sign, value = node.operator, node.value
    match value:
        case int():
            yield sign, value
        case timedelta():
            yield _SINCE[sign], now - int(value.total_seconds())
        case Moment(ago=True):
            yield _SINCE[sign], to_epoch(value.first)
        case Moment() if sign == "=":
            yield from ((">=", to_epoch(value.first)), ("<=", to_epoch(value.last)))
        case Moment():
            yield sign, to_epoch(value.first if sign in {"<", ">="} else value.last)


def _docid(second: int) -> int:
    return second << DOCID_SHIFT


def _match(node: Node, names: Ids) -> str:
    """The FTS5 expression for a node that the index can answer."""
    match node:
        case Text():
            return f"{_COLUMN[node.field]}{_text(node)}"
        case Flag():
            return f'"{META}{_FLAG_WORD[node.kind, node.name]}"'
        case Who():
            return _any_of(f'"{META}{_WHO_WORD[node.field]}{i}"' for i in names[node])
        case Choice():
            return f'"{META}{_CHOICE_WORD[node.field]}{node.value}"'
        case Attribute():
            return f'"{META}{attribute_word(node.name, node.value)}"'
        case Not(operand):
            return f"({_EVERYTHING} NOT {_match(operand, names)})"
        case Or(operands):
            return _any_of(_match(n, names) for n in operands)
        case And(operands):
            wanted = [_match(n, names) for n in operands if not isinstance(n, Not)] or [_EVERYTHING]
            unwanted = [_match(n.operand, names) for n in operands if isinstance(n, Not)]
            return f"({' NOT '.join(['(' + ' AND '.join(wanted) + ')', *unwanted])})"
    raise AssertionError(node)


def _any_of(expressions: Iterator[str]) -> str:
    return f"({' OR '.join(expressions) or _NOTHING})"


def _text(node: Text) -> str:
    """Words as a phrase, and what else they are found by."""
    found = words(node.text)
    if not found:
        return _NOTHING
    if node.near is not None:
        near = " ".join(f'"{" ".join(words(word))}"' for word in node.text.split() if words(word))
        return f"NEAR({near}, {node.near})"
    others, alone = variants_of_term(fold(node.text))
    star = " *" if node.prefix and is_open_ended(found[-1]) else ""
    phrase = f'"{" ".join(found)}"{star}'
    if not others:
        return phrase
    variants = (f'"{word}"{star if word.isalnum() else ""}' for word in others)
    return _any_of(iter([*variants] if alone else [phrase, *variants]))
