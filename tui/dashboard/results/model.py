"""The list behind the results table: every id, and the rows of those that were looked at."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from itertools import chain

from textual.cache import LRUCache

from tui.dashboard.results.messages import ResultLine

ROWS_KEPT = 4096
"""Rows kept in memory, about 4 MB; the ids of 100,000 conversations take 0.8 MB."""


class ResultsModel:
    """Conversation ids in the order shown, with a cache of rows by id. Touched by the event loop only."""

    def __init__(self) -> None:
        self.ids: array[int] = array("q")
        self.generation = 0
        """Grows with every query, so that late answers to an older one are told apart."""
        self._rows: LRUCache[int, ResultLine] = LRUCache(ROWS_KEPT)
        self._gone: set[int] = set()
        self._asked: set[int] = set()

    def __len__(self) -> int:
        return len(self.ids)

    def show(self, generation: int, ids: array[int], lines: Iterable[ResultLine]) -> None:
        """Show another list. Rows of another generation are forgotten: their snippets mark other words."""
        if generation != self.generation:
            self._rows.clear()
            self._gone.clear()
        self._asked.clear()
        self.generation = generation
        self.ids = ids
        self.put(lines)

    def put(self, lines: Iterable[ResultLine], missing: Iterable[int] = ()) -> None:
        for line in lines:
            self._rows.discard(line.row.id)  # the cache keeps a value it has, rather than take a newer one
            self._rows[line.row.id] = line
            self._asked.discard(line.row.id)
            self._gone.discard(line.row.id)
        for gone in missing:
            self._asked.discard(gone)
            self._gone.add(gone)
            self._rows.discard(gone)

    def line(self, index: int) -> ResultLine | None:
        """The row at `index`, or None while it is not in memory (or no longer stored)."""
        return self._rows.get(self.ids[index])

    def is_gone(self, index: int) -> bool:
        return self.ids[index] in self._gone

    def ask(self, first: int, last: int) -> list[int]:
        """The ids of lines `first` up to `last` that must be fetched; each is named once until it is here."""
        wanted = [
            id_
            for id_ in self.ids[max(0, first) : last]
            if id_ not in self._rows and id_ not in self._asked and id_ not in self._gone
        ]
        self._asked.update(wanted)
        return wanted

    def asked_in_vain(self) -> None:
        """Reading failed; what was asked for may be asked for again."""
        self._asked.clear()

    @property
    def known(self) -> list[int]:
        """The ids whose rows are in memory."""
        return list(self._rows.keys())

    def changed(self, ids: Collection[int], visible: Sequence[int]) -> list[int]:
        """`ids` changed in the store: forget those out of view, return those in view to be read again."""
        in_view = set(visible)
        if len(ids) > ROWS_KEPT:  # a step on the whole list: only what is known of it matters
            ids = set(ids).intersection(chain(self.known, self._asked, self._gone))
        again = []
        for id_ in ids:
            self._gone.discard(id_)
            if id_ in in_view:
                again.append(id_)
            else:
                self._rows.discard(id_)
                self._asked.discard(id_)
        return again

    def index_of(self, conversation_id: int | None) -> int | None:
        if conversation_id is None:
            return None
        try:
            return self.ids.index(conversation_id)
        except ValueError:
            return None
