"""Searches that are kept for the next start, and may name a person."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tui.store.database import Database
from tui.store.settings_table import UI_PREFIX, read_setting, write_setting

HISTORY = "search_history"
"""Setting: the searches made before, a JSON list."""
LAST_SEARCH = f"{UI_PREFIX}query"
"""Setting: what the dashboard searched for last."""


def read_history(database: Database) -> tuple[str, ...]:
    """Every search once, the newest first."""
    stored = read_setting(database, HISTORY)
    return msgspec.json.decode(stored, type=tuple[str, ...]) if stored else ()


def write_history(database: Database, searches: Iterable[str]) -> None:
    """Inside a transaction."""
    write_setting(database, HISTORY, msgspec.json.encode(list(searches)).decode())


def forget_searches(database: Database, words: Iterable[str]) -> None:
    """Forget the searches that contain one of these, in any case of letters. Inside a transaction."""
    wanted = [word.casefold() for word in words if word]

    def names(search: str) -> bool:
        return any(word in search.casefold() for word in wanted)

    before = read_history(database)
    kept = [search for search in before if not names(search)]
    if len(kept) < len(before):
        write_history(database, kept)
    if names(read_setting(database, LAST_SEARCH) or ""):
        write_setting(database, LAST_SEARCH, "")
