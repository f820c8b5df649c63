"""Searching the store: newest first straight from the index, part by part; filters are words of the index.

SQL, because the tables of the index have names that are made at run time: Peewee's models cannot name them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TypeVar

import msgspec

from tui.domain import Count
from tui.query import Query, Sort
from tui.store.database import Database, Snapshot
from tui.store.id_lists import as_list
from tui.store.listing_pages import Listing, Page
from tui.store.search_parts import Part, read_parts
from tui.store.search_query import EVERYTHING, CompiledQuery, Ids, Range, Statement, compile_query

COUNT_CAP = 1000
RANKED = 2000
"""Relevance is computed for this many of the newest matches: for all of them it takes seconds."""
_WEIGHTS = "4.0, 2.0, 2.0, 1.0, 1.0, 0.0"
"""For relevance, by column of the index."""
_ORDERS = {
    Sort.CREATED: ("created_at DESC, id DESC", "created_at, id"),
    Sort.WAITING: (
        "waiting_since IS NULL, waiting_since, docid DESC",
        "waiting_since IS NOT NULL, waiting_since DESC, docid",
    ),
    Sort.DUE: (
        "follow_up_at IS NULL, follow_up_at, docid DESC",
        "follow_up_at IS NOT NULL, follow_up_at DESC, docid",
    ),
}
"""Orders that are not by activity, and their reverse."""
_FOLLOW_UP = "(SELECT follow_up_at FROM annotation WHERE conversation_id = c.id) AS follow_up_at"
T = TypeVar("T")


class Search:
    """Runs queries. `names` are the ids that the names in them stand for; ages are counted from `now`.

    Everything raises `Superseded` when interrupted.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def ids(self, query: Query, names: Ids, now: datetime, limit: int | None = None) -> array[int]:
        """Conversation ids in the query's order."""
        return self._read(query, names, now, lambda reader: reader.page(0, limit).ids)

    def id_list(self, query: Query, names: Ids, now: datetime) -> str:
        """All ids of a query as a JSON list, in no order, for a statement about all of them.

        As Python objects, a million of them would block every other thread.
        """
        return self._read(query, names, now, lambda reader: reader.id_list())

    def count(self, query: Query, names: Ids, now: datetime, *, interruptible: bool = True) -> Count:
        """How many conversations match, exact up to `COUNT_CAP`."""
        total = self._read(
            query, names, now, lambda reader: reader.count(COUNT_CAP + 1), interruptible=interruptible
        )
        return Count(min(total, COUNT_CAP), exact=total <= COUNT_CAP)

    # --- lists, read in pages

    def listing(self, query: Query, *, reverse: bool = False) -> Listing:
        """The list of what matches a query at present."""
        return Listing(query, reverse, self.newest_docid())

    def newest_docid(self) -> int:
        """The highest docid; 0 in an empty mirror."""
        return int(self._database.one("SELECT coalesce(max(docid), 0) FROM conversation")[0])

    def page(self, listing: Listing, names: Ids, now: datetime, *, first: int, limit: int) -> Page:
        """Lines from `first` on."""
        return self._read(listing, names, now, lambda reader: reader.page(first, limit))

    def page_after(
        self, listing: Listing, names: Ids, now: datetime, key: int, first: int, limit: int
    ) -> Page:
        """Lines directly after the one with this key; `first` is the number of the first of them."""
        return self._read(listing, names, now, lambda reader: reader.after(key, first, limit))

    def page_before(
        self, listing: Listing, names: Ids, now: datetime, key: int, first: int, limit: int
    ) -> Page:
        """Lines directly before the one with this key, whose number is `first`."""
        return self._read(listing, names, now, lambda reader: reader.before(key, first, limit))

    def line(self, listing: Listing, names: Ids, now: datetime, key: int) -> int:
        """How many lines come before the one with this key, which need not be in the list any more."""
        return self._read(listing, names, now, lambda reader: reader.line(key))

    def total(self, listing: Listing, names: Ids, now: datetime) -> int:
        """The exact number of lines."""
        return self._read(listing, names, now, lambda reader: reader.count())

    def newer(self, listing: Listing, names: Ids, now: datetime, limit: int) -> array[int]:
        """The matches that are newer than the list, the newest first."""
        later = Range(low=listing.top + 1)
        return self._read(listing.query, names, now, lambda reader: reader.newest(later, limit))

    def matching(self, listing: Listing, names: Ids, now: datetime, ids: Iterable[int]) -> array[int]:
        """Those of these conversations that match the query of the list, the newest first."""
        among = Statement("c.id IN (SELECT value FROM json_each(?))", (as_list(ids),))
        return self._read(listing.query, names, now, lambda reader: reader.newest(Range(), None), among)

    def _read(
        self,
        asked: Query | Listing,
        names: Ids,
        now: datetime,
        read: Callable[[_Reader], T],
        among: Statement | None = None,
        *,
        interruptible: bool = True,
    ) -> T:
        """What `read` makes of the matches at one moment; `among`: a further condition."""
        listing = asked if isinstance(asked, Listing) else Listing(asked, reverse=False, top=EVERYTHING.high)
        compiled = compile_query(listing.query, names, now, among)
        return self._database.snapshot(
            lambda snapshot: read(_Reader(snapshot, listing, compiled)), interruptible=interruptible
        )


class _Reader:
    """Reads a list at one moment of the database."""

    def __init__(self, snapshot: Snapshot, listing: Listing, compiled: CompiledQuery) -> None:
        self._snapshot = snapshot
        self._listing = listing
        self._compiled = compiled
        self._range = Range(high=listing.top + 1) if listing.is_newest_first else EVERYTHING
        self._first_id = self._read_first_id()
        parts = read_parts(snapshot.connection)
        self._parts: list[Part | None] = [*parts] if compiled.needs_parts else [None]
        """Oldest first; None stands for all of them."""

    # --- lists

    def page(self, first: int, limit: int | None) -> Page:
        if self._first_id is None or limit == 0:
            return self._matches(first, limit)
        if first:
            return self._below_first(self._matches(first - 1, limit))
        rest = self._below_first(self._matches(0, None if limit is None else limit - 1))
        return Page(0, array("q", [self._first_id]) + rest.ids, array("q", [self._first_key]) + rest.keys)

    def after(self, key: int, first: int, limit: int) -> Page:
        if self._newest_first is None:
            return self.page(key + 1, limit)._replace(first=first)
        rest = Range(high=key) if self._newest_first else Range(low=key + 1)
        found = self.by_activity(0, limit, self._range.overlap(rest), newest_first=self._newest_first)
        return Page(first, *found)

    def before(self, key: int, first: int, limit: int) -> Page:
        if self._newest_first is None:
            start = max(0, key - limit)
            page = self.page(start, key - start)
            return page._replace(first=first - len(page.ids))
        rest = Range(low=key + 1) if self._newest_first else Range(high=key)
        ids, keys = self.by_activity(0, limit, self._range.overlap(rest), newest_first=not self._newest_first)
        if self._first_id is not None and key != self._first_key and len(ids) < limit:
            ids.append(self._first_id)
            keys.append(self._first_key)
        ids.reverse()
        keys.reverse()
        return Page(first - len(ids), ids, keys)

    def line(self, key: int) -> int:
        if self._newest_first is None:
            return key
        before = Range(low=key + 1) if self._newest_first else Range(high=key)
        is_first = self._first_id is not None and key != self._first_key
        return int(is_first) + self._count_in(self._range.overlap(before))

    def newest(self, range_: Range, limit: int | None) -> array[int]:
        return self.by_activity(0, limit, range_, newest_first=True)[0]

    def by_activity(
        self, skip: int, limit: int | None, range_: Range, *, newest_first: bool
    ) -> tuple[array[int], array[int]]:
        """Ids and docids in a range, after the first `skip`."""
        ids, docids = array("q"), array("q")
        for part in self._parts_in(range_, newest_first=newest_first):
            if skip and part is not None and (found := self._count_part(part, range_, None)) <= skip:
                skip -= found
                continue
            order = self._activity_order(part, newest_first=newest_first)
            more = self._lines(part, range_, order, None if limit is None else limit - len(ids), skip)
            ids += more[0]
            docids += more[1]
            skip = 0
            if limit is not None and len(ids) >= limit:
                break
        return ids, docids

    def count(self, cap: int | None = None) -> int:
        """How many lines there are, counted up to `cap`."""
        first = int(self._first_id is not None)
        return first + self._count_in(self._range, None if cap is None else cap - first)

    def id_list(self) -> str:
        lists = [] if self._first_id is None else [str(self._first_id)]
        for part in self._parts_in(self._range, newest_first=True):
            statement = self._compiled.select("json_group_array(c.id)", part, self._range)
            ((ids,),) = self._snapshot.all(statement.sql, statement.parameters)
            lists.append(ids[1:-1])
        return f"[{','.join(filter(None, lists))}]"

    # --- inside

    def _read_first_id(self) -> int | None:
        """The conversation that the query gives the number of, if it is stored."""
        number = self._listing.query.number
        if number is None:
            return None
        found = self._snapshot.all(
            "SELECT id FROM conversation WHERE id = ? AND docid IS NOT NULL", (number,)
        )
        return found[0][0] if found else None

    @property
    def _first_key(self) -> int:
        """The key of the conversation that comes first whatever its activity: before those of all others."""
        return EVERYTHING.high if self._newest_first else -1 if self._newest_first is not None else 0

    def _below_first(self, page: Page) -> Page:
        """Matches as lines below the conversation that comes first."""
        first = page.first + 1
        keys = page.keys if self._newest_first is not None else _line_numbers(first, page.ids)
        return Page(first, page.ids, keys)

    def _matches(self, first: int, limit: int | None) -> Page:
        if self._listing.query.sort is Sort.RELEVANCE:
            return self._ranked_page(first, limit)
        if self._newest_first is None:
            return self._sorted_page(first, limit)
        return Page(first, *self.by_activity(first, limit, self._range, newest_first=self._newest_first))

    @property
    def _is_ranked(self) -> bool:
        query = self._listing.query
        return query.sort is Sort.RELEVANCE and bool(query.terms) and self._compiled.match is not None

    @property
    def _newest_first(self) -> bool | None:
        """Whether the newest activity comes first, or last; None in another order."""
        return self._listing.is_newest_first if self._listing.is_by_activity else None

    def _parts_in(self, range_: Range, *, newest_first: bool) -> Iterator[Part | None]:
        range_ = range_.overlap(self._compiled.range)
        for part in reversed(self._parts) if newest_first else self._parts:
            if part is None or (part.low < range_.high and part.high >= range_.low):
                yield part

    def _activity_order(self, part: Part | None, *, newest_first: bool) -> str:
        if part is None or self._compiled.match is None:
            return f"ORDER BY c.docid {'DESC' if newest_first else 'ASC'}"
        return f"ORDER BY {part.table}.rowid {'ASC' if newest_first else 'DESC'}"

    def _lines(
        self, part: Part | None, range_: Range, order: str, limit: int | None, skip: int
    ) -> tuple[array[int], array[int]]:
        columns = "c.id AS id, c.docid AS docid"
        statement = self._compiled.select(columns, part, range_, order=f"{order} LIMIT ? OFFSET ?")
        return self._arrays(statement, limit, skip)

    def _count_part(self, part: Part | None, range_: Range, cap: int | None) -> int:
        if cap is None:
            statement = self._compiled.select("count(*)", part, range_)
            return int(self._snapshot.all(statement.sql, statement.parameters)[0][0])
        statement = self._compiled.select("1", part, range_, order="LIMIT ?")
        sql = f"SELECT count(*) FROM ({statement.sql})"
        return int(self._snapshot.all(sql, (*statement.parameters, cap))[0][0])

    def _count_in(self, range_: Range, cap: int | None = None) -> int:
        total = 0
        for part in self._parts_in(range_, newest_first=True):
            total += self._count_part(part, range_, None if cap is None else cap - total)
            if cap is not None and total >= cap:
                break
        return total

    def _sorted_page(self, first: int, limit: int | None) -> Page:
        """In an order that the index does not have: by what all matches have in their rows."""
        order = _ORDERS[self._listing.query.sort][self._listing.reverse]
        columns = "c.id AS id, c.docid AS docid, c.created_at AS created_at, c.waiting_since AS waiting_since"
        if self._listing.query.sort is Sort.DUE:
            columns += f", {_FOLLOW_UP}"
        parts = list(self._parts_in(self._range, newest_first=True))
        found = [self._compiled.select(columns, p, self._range, by_activity=False) for p in parts]
        sql = " UNION ALL ".join(statement.sql for statement in found)
        if not found:
            return Page(first, array("q"), array("q"))
        parameters = tuple(value for statement in found for value in statement.parameters)
        sql = f"SELECT id, docid FROM ({sql}) ORDER BY {order} LIMIT ? OFFSET ?"
        ids, _ = self._arrays(Statement(sql, parameters), limit, first)
        return Page(first, ids, _line_numbers(first, ids))

    def _ranked_page(self, first: int, limit: int | None) -> Page:
        if not self._listing.reverse:
            ids = self._ranked(first, limit)
            return Page(first, ids, _line_numbers(first, ids))
        end = max(0, self._count_in(self._range) - first)
        start = 0 if limit is None else max(0, end - limit)
        ids = self._ranked(start, end - start)
        ids.reverse()
        return Page(first, ids, _line_numbers(first, ids))

    def _ranked(self, first: int, limit: int | None) -> array[int]:
        """The newest matches by relevance, then the older ones by age."""
        scored: list[tuple[float, int, int]] = []
        for part in self._parts_in(self._range, newest_first=True) if self._is_ranked else ():
            if part is None:
                continue
            score = f"bm25({part.table}, {_WEIGHTS}), -c.docid, c.id"
            order = f"{self._activity_order(part, newest_first=True)} LIMIT ?"
            statement = self._compiled.select(score, part, self._range, order=order)
            scored += self._snapshot.all(statement.sql, (*statement.parameters, RANKED - len(scored)))
            if len(scored) >= RANKED:
                break
        end = None if limit is None else first + limit
        ids = array("q", [id_ for _, _, id_ in sorted(scored)[first:end]])
        if (not scored or len(scored) >= RANKED) and (limit is None or len(ids) < limit):
            older = self._range.overlap(
                Range(high=-max((key for _, key, _ in scored), default=-EVERYTHING.high))
            )
            rest = None if limit is None else limit - len(ids)
            ids += self.by_activity(max(0, first - len(scored)), rest, older, newest_first=True)[0]
        return ids

    def _arrays(self, statement: Statement, limit: int | None, skip: int) -> tuple[array[int], array[int]]:
        """Ids and docids, read as JSON texts: so many rows in Python, and the garbage collections that they
        cause, would block every other thread."""
        ((ids, docids),) = self._snapshot.all(
            f"SELECT json_group_array(id), json_group_array(docid) FROM ({statement.sql})",
            (*statement.parameters, -1 if limit is None else limit, skip),
        )
        return _array(ids), _array(docids)


def _array(text: str) -> array[int]:
    return array("q", msgspec.json.decode(text, type=list[int]))


def _line_numbers(first: int, ids: array[int]) -> array[int]:
    return array("q", range(first, first + len(ids)))
