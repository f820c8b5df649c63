"""Searching the store: newest first straight from the index; filters are tokens of the same index.

SQL, because it takes a quarter of the time of a Peewee query (measured: `tests/benchmarks/raw_sql.py`).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from tui.clock import to_epoch
from tui.domain import Count
from tui.query import And, Compare, Flag, Moment, Node, Not, Or, Query, Sort, Text, Who
from tui.store.database import Database
from tui.store.id_lists import as_list
from tui.store.ingest import DOCID_SHIFT
from tui.store.listing_pages import Listing, Page
from tui.store.search_index import separate

COUNT_CAP = 1000
RANKED = 2000
"""Relevance is computed for this many of the newest matches: for all of them it takes seconds."""
_TEXT_COLUMNS = "{subject customer body}"
_COLUMN = {"any": _TEXT_COLUMNS, "subject": "subject", "from": "customer"}
_FLAG_TOKEN = {
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
}
_ANNOTATION_FLAG = {
    ("is", "starred"): "starred",
    ("is", "done"): "done_until > ?",
    ("has", "followup"): "follow_up_at IS NOT NULL",
    ("has", "mynote"): "note <> ''",
}
"""Annotations are in no index: a condition on the table `annotation`; `?` is now."""
_COLUMN_OF = {
    "waiting": "c.waiting_since",
    "created": "c.created_at",
    "replies": "c.message_count",
    "rating": "c.rating",
}
_SINCE = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
"""Longer ago is a smaller time."""
_ON_KEY = {">": (">=", 1), ">=": (">=", 0), "<": ("<", 0), "<=": ("<", 1)}
"""The same for the key that grows with activity: the operator, and the seconds to add."""
_WHO_TOKEN = {"assignee": "as", "team": "tm", "tag": "tg"}
_FROM_INDEX = "search_index JOIN conversation c ON c.docid = search_index.rowid"

Ids = Mapping[Who, tuple[int, ...]]
"""The ids that the names in a query stand for; 0 is "none"."""


@dataclass(frozen=True, slots=True)
class _Statement:
    source: str
    where: str
    parameters: tuple[Any, ...]
    key: str
    """The column that ascends with activity time."""

    def also(self, operator: str, key: int) -> _Statement:
        """The same for the conversations on one side of a key."""
        return replace(
            self, where=f"{self.where} AND {self.key} {operator} ?", parameters=(*self.parameters, key)
        )


class Search:
    """Runs queries. `names` are the ids that the names in them stand for; ages are counted from `now`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ids(self, query: Query, names: Ids, now: datetime, limit: int | None = None) -> array[int]:
        """Conversation ids in the query's order. Raises `Superseded` when interrupted."""
        statement = _compile(query, names, now)
        if _is_ranked(query, statement):
            return self._ranked(statement, limit)
        return self._array(
            f"SELECT c.id FROM {statement.source} WHERE {statement.where}"
            f" ORDER BY {_order(query.sort, statement.key)} LIMIT ?",
            (*statement.parameters, -1 if limit is None else limit),
        )

    def count(self, query: Query, names: Ids, now: datetime, *, interruptible: bool = True) -> Count:
        """How many conversations match, exact up to `COUNT_CAP`. Raises `Superseded` when interrupted."""
        statement = _compile(query, names, now)
        read = self._database.all_interruptible if interruptible else self._database.all
        rows = read(
            f"SELECT count(*) FROM (SELECT 1 FROM {statement.source} WHERE {statement.where} LIMIT ?)",
            (*statement.parameters, COUNT_CAP + 1),
        )
        total = int(rows[0][0])
        return Count(min(total, COUNT_CAP), exact=total <= COUNT_CAP)

    # --- lists, read in pages. All of these raise `Superseded` when interrupted.

    def listing(self, query: Query, *, reverse: bool = False) -> Listing:
        """The list of what matches a query at present."""
        (top,) = self._database.one("SELECT coalesce(max(docid), 0) FROM conversation")
        return Listing(query, reverse, top)

    def page(self, listing: Listing, names: Ids, now: datetime, *, first: int, limit: int) -> Page:
        """Lines from `first` on."""
        statement = _bounded(listing, names, now)
        if _is_ranked(listing.query, statement):
            ids = self._ranked(statement, None if listing.reverse else first + limit)
            if listing.reverse:
                ids.reverse()
            ids = ids[first : first + limit]
        else:
            order = _order(listing.query.sort, statement.key, reverse=listing.reverse)
            page = self._lines(statement, order, first, limit, first)
            if listing.is_by_activity:
                return page
            ids = page.ids
        return Page(first, ids, array("q", range(first, first + len(ids))))

    def page_after(
        self, listing: Listing, names: Ids, now: datetime, key: int, first: int, limit: int
    ) -> Page:
        """Lines directly after the one with this key; `first` is the number of the first of them."""
        if not listing.is_by_activity:
            return self.page(listing, names, now, first=key + 1, limit=limit)._replace(first=first)
        # A key of the list is below its bound. With both SQLite would begin at the bound.
        statement = _compile(listing.query, names, now).also("<" if listing.is_newest_first else ">", key)
        order = _order(listing.query.sort, statement.key, reverse=listing.reverse)
        return self._lines(statement, order, 0, limit, first)

    def page_before(
        self, listing: Listing, names: Ids, now: datetime, key: int, first: int, limit: int
    ) -> Page:
        """Lines directly before the one with this key, whose number is `first`."""
        if not listing.is_by_activity:
            start = max(0, key - limit)
            page = self.page(listing, names, now, first=start, limit=key - start)
        else:
            before = ">" if listing.is_newest_first else "<"
            statement = _bounded(listing, names, now).also(before, key)
            order = _order(listing.query.sort, statement.key, reverse=not listing.reverse)
            page = self._lines(statement, order, 0, limit, 0)
            page.ids.reverse()
            page.keys.reverse()
        return page._replace(first=first - len(page.ids))

    def line(self, listing: Listing, names: Ids, now: datetime, key: int) -> int:
        """How many lines come before the one with this key, which need not be in the list any more."""
        if not listing.is_by_activity:
            return key
        return self._total(_bounded(listing, names, now).also(">" if listing.is_newest_first else "<", key))

    def total(self, listing: Listing, names: Ids, now: datetime) -> int:
        """The exact number of lines."""
        return self._total(_bounded(listing, names, now))

    def newer(self, listing: Listing, names: Ids, now: datetime, limit: int) -> array[int]:
        """The matches that are newer than the list, the newest first."""
        statement = _compile(listing.query, names, now).also(">", listing.top)
        order = _order(Sort.UPDATED, statement.key)
        return self._lines(statement, order, 0, limit, 0).ids

    def matching(self, listing: Listing, names: Ids, now: datetime, ids: Iterable[int]) -> array[int]:
        """Those of these conversations that match the query of the list, the newest first."""
        statement = _compile(listing.query, names, now)
        return self._array(
            f"SELECT c.id FROM {statement.source} WHERE {statement.where}"
            " AND c.id IN (SELECT value FROM json_each(?)) ORDER BY c.docid DESC",
            (*statement.parameters, as_list(ids)),
        )

    def _lines(self, statement: _Statement, order: str, offset: int, limit: int, first: int) -> Page:
        """Ids and keys, read like those of `_array`."""
        ((ids, keys),) = self._database.all_interruptible(
            "SELECT json_group_array(id), json_group_array(key) FROM ("
            f"SELECT c.id AS id, {statement.key} AS key FROM {statement.source} WHERE {statement.where}"
            f" ORDER BY {order} LIMIT ? OFFSET ?)",
            (*statement.parameters, limit, offset),
        )
        return Page(first, _decoded(ids), _decoded(keys))

    def _total(self, statement: _Statement) -> int:
        rows = self._database.all_interruptible(
            f"SELECT count(*) FROM {statement.source} WHERE {statement.where}", statement.parameters
        )
        return int(rows[0][0])

    def _ranked(self, statement: _Statement, limit: int | None) -> array[int]:
        """The newest matches by relevance, then the older ones by age."""
        edge = self._database.all_interruptible(
            f"SELECT {statement.key} FROM {statement.source} WHERE {statement.where}"
            f" ORDER BY {statement.key} DESC LIMIT 1 OFFSET ?",
            (*statement.parameters, RANKED - 1),
        )
        low = edge[0][0] if edge else 0
        ranked = self._array(
            f"SELECT c.id FROM {statement.source} WHERE {statement.where} AND {statement.key} >= ?"
            f" ORDER BY bm25(search_index, 4.0, 2.0, 1.0, 0.0), {statement.key} DESC LIMIT ?",
            (*statement.parameters, low, -1 if limit is None else limit),
        )
        if low and (limit is None or len(ranked) < limit):
            ranked += self._array(
                f"SELECT c.id FROM {statement.source} WHERE {statement.where} AND {statement.key} < ?"
                f" ORDER BY {statement.key} DESC LIMIT ?",
                (*statement.parameters, low, -1 if limit is None else limit - len(ranked)),
            )
        return ranked

    def _array(self, sql: str, parameters: tuple[Any, ...]) -> array[int]:
        """The ids of a query, read as one JSON text: so many rows in Python, and the garbage collections that
        they cause, would block every other thread."""
        ((ids,),) = self._database.all_interruptible(f"SELECT json_group_array(id) FROM ({sql})", parameters)
        return _decoded(ids)


def _decoded(ids: str) -> array[int]:
    return array("q", msgspec.json.decode(ids, type=list[int]))


def _is_ranked(query: Query, statement: _Statement) -> bool:
    return query.sort is Sort.RELEVANCE and bool(query.terms) and statement.source is _FROM_INDEX


def _order(sort: Sort, key: str, *, reverse: bool = False) -> str:
    """The terms of ORDER BY; `key` as in `_Statement`."""
    down, up = ("ASC", "DESC") if reverse else ("DESC", "ASC")
    return {
        Sort.UPDATED: f"{key} {down}",
        Sort.RELEVANCE: f"{key} {down}",
        Sort.OLDEST: f"{key} {up}",
        Sort.CREATED: f"c.created_at {down}, c.id {down}",
        Sort.WAITING: f"c.waiting_since IS NULL {up}, c.waiting_since {up}, {key} {down}",
    }[sort]


def _bounded(listing: Listing, names: Ids, now: datetime) -> _Statement:
    """The conversations of a list."""
    statement = _compile(listing.query, names, now)
    return statement.also("<=", listing.top) if listing.is_newest_first else statement


def _compile(query: Query, names: Ids, now: datetime) -> _Statement:
    operands = query.expression.operands if isinstance(query.expression, And) else (query.expression,)
    indexed = [n for n in operands if n is not None and _is_indexed(n)]
    others = [n for n in operands if n is not None and not _is_indexed(n)]
    # An ordering by another column needs the conversation's row anyway; the index then only filters.
    key = "search_index.rowid" if indexed else "c.docid"
    where, parameters = ["c.docid IS NOT NULL"] if not indexed else [], list[Any]()
    if indexed:
        where.append("search_index MATCH ?")
        parameters.append(_match(And(tuple(indexed)), names))
    if query.start is not None:
        where.append(f"{key} >= ?")
        parameters.append(to_epoch(query.start) << DOCID_SHIFT)
    if query.end is not None:
        where.append(f"{key} < ?")
        parameters.append((to_epoch(query.end) + 1) << DOCID_SHIFT)
    for node in others:
        sql, values = _condition(node, names, to_epoch(now), key)
        where.append(sql)
        parameters += values
    return _Statement(
        _FROM_INDEX if indexed else "conversation c", " AND ".join(where), tuple(parameters), key
    )


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


def _condition(node: Node, names: Ids, now: int, key: str) -> tuple[str, list[Any]]:
    """SQL on `conversation c` for a node that the index cannot answer alone; `key` as in `_Statement`."""
    if _is_indexed(node):
        return "c.docid IN (SELECT rowid FROM search_index WHERE search_index MATCH ?)", [_match(node, names)]
    match node:
        case And(operands) | Or(operands):
            pieces = [_condition(n, names, now, key) for n in operands]
            word = " AND " if isinstance(node, And) else " OR "
            return f"({word.join(sql for sql, _ in pieces)})", [v for _, values in pieces for v in values]
        case Not(operand):
            sql, values = _condition(operand, names, now, key)
            return f"NOT ({sql})", values
        case Flag():
            flag = _ANNOTATION_FLAG[node.kind, node.name]
            return _annotated(flag, key), [now] * flag.count("?")
        case Compare():
            return _comparison(node, now, key)
    raise AssertionError(node)


def _annotated(flag: str, key: str) -> str:
    if key == "c.docid":
        return f"c.id IN (SELECT conversation_id FROM annotation WHERE {flag})"
    # The "+" keeps SQLite from running the text search once for each annotated conversation.
    return (
        f"+{key} IN (SELECT d.docid FROM annotation n CROSS JOIN conversation d ON d.id = n.conversation_id"
        f" WHERE {flag})"
    )


def _comparison(node: Compare, now: int, key: str) -> tuple[str, list[Any]]:
    bounds = list(_bounds(node, now))
    if node.field == "updated":
        keys = [(*_ON_KEY[operator], second) for operator, second in bounds]
        tests = [f"{key} {operator} ?" for operator, _, _ in keys]
        return f"({' AND '.join(tests)})", [
            max(second + later, 0) << DOCID_SHIFT for _, later, second in keys
        ]
    column = _COLUMN_OF[node.field]
    # What is not known (nobody waits, no rating) fulfils no comparison, so that its negation does.
    tests = [f"{column} IS NOT NULL", *(f"{column} {operator} ?" for operator, _ in bounds)]
    if node.field == "waiting":
        tests.append("c.state <> 'closed'")
    return f"({' AND '.join(tests)})", [value for _, value in bounds]


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


def _match(node: Node, names: Ids) -> str:
    """The FTS5 expression for a node that the index can answer."""
    match node:
        case Text():
            words = separate(node.text).replace('"', '""')
            return f'{_COLUMN[node.field]} : "{words}"{" *" if node.prefix else ""}'
        case Flag():
            return f'meta : "{_FLAG_TOKEN[node.kind, node.name]}"'
        case Who():
            ids = names[node]
            tokens = " OR ".join(f'"{_WHO_TOKEN[node.field]}{i}"' for i in ids) or '"nobody"'
            return f"meta : ({tokens})"
        case Not(operand):
            return f'(meta : "all" NOT {_match(operand, names)})'
        case Or(operands):
            return f"({' OR '.join(_match(n, names) for n in operands)})"
        case And(operands):
            wanted = [_match(n, names) for n in operands if not isinstance(n, Not)] or ['meta : "all"']
            unwanted = [_match(n.operand, names) for n in operands if isinstance(n, Not)]
            return f"({' NOT '.join(['(' + ' AND '.join(wanted) + ')', *unwanted])})"
    raise AssertionError(node)
