"""The one error a query can raise."""

from __future__ import annotations

from tui.query.syntax import cells, visible


class QueryError(ValueError):
    """A query that cannot be understood: what is wrong, where, and what would be right.

    `start` and `end` are character offsets into `source` (0 ≤ start ≤ end ≤ len(source)).
    """

    def __init__(self, message: str, start: int, end: int, source: str) -> None:
        super().__init__(message, start, end, source)
        self.message = message
        self.start = start
        self.end = end
        self.source = source

    def __str__(self) -> str:
        return f"column {self.start + 1}: {self.message}"

    def pointer(self) -> str:
        """Two lines: the query, and carets under the place (counted in terminal cells)."""
        line = visible(self.source)
        before, place = line[: self.start], line[self.start : self.end]
        return f"{line}\n{' ' * cells(before)}{'^' * max(1, cells(place))}"
