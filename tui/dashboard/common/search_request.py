"""What the dashboard searches for: the text of the search line, with the chosen sort order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui.query import Query, Sort
from tui.workspace import Workspace


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """The text of a search, and how its results are sorted."""

    text: str
    typing: bool = False
    """The text is still being typed: an incomplete term at its end is not an error."""
    sort: Sort | None = None
    """The order chosen with a heading or a key; a `sort:` term in the text takes precedence."""
    reverse: bool = False

    def parse(self, workspace: Workspace) -> Query:
        """The query of the text, in the chosen order. Raises `QueryError`."""
        query = workspace.parse(self.text, typing=self.typing)
        if self.sort is None or query.sort is not Sort.UPDATED:
            return query
        return replace(query, sort=self.sort)
