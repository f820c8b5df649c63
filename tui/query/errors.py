"""The error that a query raises."""

from __future__ import annotations

from tui.cells import cell_width
from tui.query.syntax import visible

_LONGEST_LINE = 120
_BEFORE = 40


class QueryError(ValueError):
    """A query that cannot be parsed: what is wrong, where, and what would be right.

    `start` and `end` are character offsets into `source` (0 ≤ start ≤ end ≤ len(source)). `suggestion` is the
    text that should probably stand there instead; None if nothing is close.
    """

    def __init__(
        self, message: str, start: int, end: int, source: str, suggestion: str | None = None
    ) -> None:
        super().__init__(message, start, end, source, suggestion)
        self.message = message
        self.start = start
        self.end = end
        self.source = source
        self.suggestion = suggestion

    def __str__(self) -> str:
        return f"column {self.start + 1}: {self.message}"

    def pointer(self) -> str:
        """Two lines: the query, and carets under the place (counted in terminal cells).

        Of a query longer than 120 characters, the part around the place.
        """
        line, start, end = visible(self.source), self.start, self.end
        if len(line) > _LONGEST_LINE:
            first = max(0, start - _BEFORE)
            lead = "…" if first else ""
            tail = "…" if first + _LONGEST_LINE < len(line) else ""
            line = f"{lead}{line[first : first + _LONGEST_LINE]}{tail}"
            start, end = start - first + len(lead), end - first + len(lead)
        return f"{line}\n{' ' * cell_width(line[:start])}{'^' * max(1, cell_width(line[start:end]))}"


class IncompleteQuery(QueryError):
    """While a query is typed: nothing in it can be searched for yet, and this is what it needs."""
