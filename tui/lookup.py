"""Quick reads while the user types: counts of queries, customers, a customer's conversations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import tzinfo
from functools import cache, partial

from tui.clock import Clock
from tui.domain import ContactDetails, Count, Customer
from tui.query import And, Node, Or, Query, QueryError, Text, parse
from tui.store.database import Database
from tui.store.directory import read_directory
from tui.store.names import resolve
from tui.store.people import conversations_of, find_customers, read_contact
from tui.store.search import Search
from tui.store.vocabulary import similar_word

MAX_WORDS = 10
"""Words of a query without results for which others are looked up: more were pasted, not mistyped."""


def check_limit(limit: int | None) -> None:
    """Raise `ValueError` for a limit that is no number of results (None: no limit)."""
    if limit is not None and limit < 1:
        raise ValueError(f"the limit must be 1 or more, not {limit}")


class Lookup:
    """Reads that take a few milliseconds at most. May be used from any thread."""

    def __init__(self, database: Database, search: Search, clock: Clock, tz: tzinfo | None) -> None:
        self._database = database
        self._search = search
        self._clock = clock
        self._tz = tz

    def counts(self, queries: Iterable[str]) -> dict[str, Count | None]:
        """How many conversations match each query; None for one that cannot be read. About 0.2 ms each."""
        directory, now = cache(partial(read_directory, self._database)), self._clock()
        counts: dict[str, Count | None] = {}
        for source in queries:
            try:
                query = parse(source, now=now, tz=self._tz)
                ids = resolve(query, directory)
            except QueryError:
                counts[source] = None
            else:
                counts[source] = self._search.count(query, ids, now, interruptible=False)
        return counts

    def suggestion(self, query: Query) -> str | None:
        """The query with other words for those that no conversation has, spelt almost like them.

        None when there is nothing to replace, or more than `MAX_WORDS` words. Takes some ten milliseconds a
        word: for a query without results.
        Raises `Superseded` when interrupted.
        """
        changed = False
        if len(query.terms) > MAX_WORDS:
            return None

        def replaced(node: Node) -> Node:
            nonlocal changed
            match node:
                case Text(phrase=False, field="any") if not self._is_anywhere(node):
                    other = similar_word(self._database, node.text)
                    changed = changed or other is not None
                    return node if other is None else replace(node, text=other, prefix=False)
                case And(operands) | Or(operands):
                    return replace(node, operands=tuple(map(replaced, operands)))
            return node

        expression = None if query.expression is None else replaced(query.expression)
        return str(replace(query, expression=expression)) if changed else None

    def _is_anywhere(self, node: Text) -> bool:
        return bool(self._search.ids(Query("", node), {}, self._clock(), 1))

    def customers(self, text: str = "", limit: int = 10) -> list[Customer]:
        """Customers whose name or address has words that begin with `text`, the recently active first.

        Raises `ValueError` for a limit below 1.
        """
        check_limit(limit)
        return find_customers(self._database, text, limit)

    def contact(self, contact_id: str) -> ContactDetails | None:
        """What Intercom said of a customer when it was asked; see `Workspace.request_contact`."""
        return read_contact(self._database, contact_id)

    def conversations_of(self, customer_id: str, limit: int = 50) -> tuple[list[int], int]:
        """Ids of a customer's newest conversations, and how many they have in all.

        Raises `ValueError` for a limit below 1.
        """
        check_limit(limit)
        return conversations_of(self._database, customer_id, limit)
