"""The data of the results table: the id of every conversation, and a cache of rows."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from itertools import chain

from textual.cache import LRUCache

from tui.dashboard.results.messages import ResultLine

ROWS_KEPT = 4096
"""Rows in the cache, about 4 MB; the ids of 100,000 conversations take 0.8 MB."""


class ResultsModel:
    """Conversation ids in the order shown, with a cache of their rows. Not thread-safe."""

    def __init__(self) -> None:
        self.ids: array[int] = array("q")
        self.generation = 0
        """The number of the query, by which results of an earlier one are recognised."""
        self._rows: LRUCache[int, ResultLine] = LRUCache(ROWS_KEPT)
        self._gone: set[int] = set()
        self._requested: set[int] = set()

    def __len__(self) -> int:
        return len(self.ids)

    def show(self, generation: int, ids: array[int], lines: Iterable[ResultLine]) -> None:
        """Replace the list. Rows of another generation are dropped: their snippets mark other words."""
        if generation != self.generation:
            self._rows.clear()
            self._gone.clear()
        self._requested.clear()
        self.generation = generation
        self.ids = ids
        self.put(lines)

    def put(self, lines: Iterable[ResultLine], missing: Iterable[int] = ()) -> None:
        """Cache these rows; the ids `missing` are no longer stored."""
        for line in lines:
            self._rows.discard(line.row.id)  # LRUCache.set ignores the value of a key that it has
            self._rows[line.row.id] = line
            self._requested.discard(line.row.id)
            self._gone.discard(line.row.id)
        for gone in missing:
            self._requested.discard(gone)
            self._gone.add(gone)
            self._rows.discard(gone)

    def line(self, index: int) -> ResultLine | None:
        """The row at `index`, or None if it is not cached (or no longer stored)."""
        return self._rows.get(self.ids[index])

    def is_gone(self, index: int) -> bool:
        """Whether the conversation at `index` is no longer stored."""
        return self.ids[index] in self._gone

    def request(self, first: int, last: int) -> list[int]:
        """The ids of lines `first` up to `last` whose rows must be fetched and were not requested yet."""
        missing = [
            id_
            for id_ in self.ids[max(0, first) : last]
            if id_ not in self._rows and id_ not in self._requested and id_ not in self._gone
        ]
        self._requested.update(missing)
        return missing

    def forget_requests(self) -> None:
        """Allow rows to be requested again after reading them failed."""
        self._requested.clear()

    @property
    def cached_ids(self) -> list[int]:
        """The ids whose rows are in the cache."""
        return list(self._rows.keys())

    def changed(self, ids: Collection[int], visible: Sequence[int]) -> list[int]:
        """Drop the rows of `ids`, which changed in the store. Returns those of them that are in view."""
        in_view = set(visible)
        if len(ids) > ROWS_KEPT:  # an action on the whole list: only ids that this model knows matter
            ids = set(ids).intersection(chain(self.cached_ids, self._requested, self._gone))
        to_read = []
        for id_ in ids:
            self._gone.discard(id_)
            if id_ in in_view:
                to_read.append(id_)
            else:
                self._rows.discard(id_)
                self._requested.discard(id_)
        return to_read

    def index_of(self, conversation_id: int | None) -> int | None:
        """The line of a conversation; None if it is not in the list."""
        if conversation_id is None:
            return None
        try:
            return self.ids.index(conversation_id)
        except ValueError:
            return None
