"""The data of the results table: the lines around those in view, and a cache of rows."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from itertools import chain

from textual.cache import LRUCache

from tui.dashboard.results.messages import ResultLine
from tui.dashboard.results.window import Window
from tui.store.listing_pages import Page

ROWS_KEPT = 4096
"""Rows in the cache, about 4 MB."""


class ResultsModel:
    """The known lines of the list, and a cache of the rows of conversations. Not thread-safe."""

    def __init__(self) -> None:
        self.window = Window()
        self.generation = 0
        """The number of the query, by which results of an earlier one are recognised."""
        self._rows: LRUCache[int, ResultLine] = LRUCache(ROWS_KEPT)
        self._gone: set[int] = set()
        self._requested: set[int] = set()

    def __len__(self) -> int:
        return self.window.total

    @property
    def ids(self) -> array[int]:
        """The conversations of the known lines: of a short list all, of a long one those around the view."""
        return self.window.ids

    def show(
        self, generation: int, page: Page, total: int, lines: Iterable[ResultLine], *, is_counted: bool
    ) -> None:
        """Replace the list. Rows of another generation are dropped: their snippets mark other words."""
        if generation != self.generation:
            self._rows.clear()
            self._gone.clear()
        self._requested.clear()
        self.generation = generation
        self.window.show(page, total, is_counted=is_counted)
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

    def row(self, conversation_id: int) -> ResultLine | None:
        """The row of a conversation, or None if it is not cached (or no longer stored)."""
        return self._rows.get(conversation_id)

    def line(self, number: int) -> ResultLine | None:
        """The row at a line, or None if the line is not known, or its row not cached or no longer stored."""
        place = self.window.place(number)
        return None if place is None else self.row(place.id)

    def is_gone(self, conversation_id: int) -> bool:
        """Whether the conversation is no longer stored."""
        return conversation_id in self._gone

    def request(self, first: int, last: int) -> list[int]:
        """The ids of lines `first` up to `last` whose rows must be fetched and were not requested yet."""
        missing = [
            id_
            for id_ in self.window.between(first, last)
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
        if len(ids) > ROWS_KEPT:  # an action on a large selection: only ids that this model knows matter
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
