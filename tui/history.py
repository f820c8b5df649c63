"""The searches made before, kept in the database."""

from __future__ import annotations

from tui.store.database import Database
from tui.store.remembered_searches import read_history, write_history
from tui.text import one_line

KEPT = 200
"""Searches; older ones are dropped."""


class SearchHistory:
    """The last searches. May be used from any thread. Raises a `StoreError` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[str, ...]:
        """Every search once, the newest first."""
        return read_history(self._database)

    def remember(self, text: str) -> None:
        """Put a search at the front; an empty one is not kept, nor any if the database can only be read."""
        text = one_line(text)
        if not text or self._database.read_only:
            return
        with self._database.user_transaction():
            others = [known for known in self.all() if known != text]
            write_history(self._database, [text, *others][:KEPT])

    def clear(self) -> None:
        with self._database.user_transaction():
            write_history(self._database, ())
