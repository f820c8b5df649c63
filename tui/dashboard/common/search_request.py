"""A search as the dashboard asks for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui.query import Query, Sort
from tui.workspace import Workspace


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What the search pane and the headings ask for."""

    text: str
    typing: bool = False
    """The text is still being written: its end may be unfinished."""
    sort: Sort | None = None
    """The order chosen by a heading or a key; a `sort:` in the text wins over it."""
    reverse: bool = False

    def parse(self, workspace: Workspace) -> Query:
        query = workspace.parse(self.text, typing=self.typing)
        if self.sort is None or query.sort is not Sort.UPDATED:
            return query
        return replace(query, sort=self.sort)
