"""Small texts by name that belong to the data: whose mirror it is, the lease, an interface's state."""

from __future__ import annotations

from collections.abc import Mapping

from peewee import SQL

from tui.store.database import Database, compiled
from tui.store.models import Setting

UI_PREFIX = "remembered."
_READ, _ = compiled(Setting.select(Setting.value).where(Setting.key == SQL("?")))
"""Compiled once, because every page of rows reads two settings: compiling takes longer than reading."""


def read_setting(database: Database, key: str) -> str | None:
    """None when there is no setting of that name."""
    found = database.all(_READ, (key,))
    return str(found[0][0]) if found else None


def write_setting(database: Database, key: str, value: str) -> None:
    """Inside a transaction."""
    database.run(Setting.insert(key=key, value=value).on_conflict_replace())


class StoredUiState:
    """What an interface keeps from one start to the next, such as the last search, for each database.

    May be used from any thread. Raises a `StoreError` when the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self) -> dict[str, str]:
        """Everything that was written, by name."""
        found = self._database.all(
            Setting.select(Setting.key, Setting.value).where(Setting.key.startswith(UI_PREFIX))
        )
        return {key.removeprefix(UI_PREFIX): value for key, value in found}

    def write(self, values: Mapping[str, str]) -> None:
        """Write these too, in one short transaction; nothing is kept in a database that can only be read."""
        if self._database.read_only:
            return
        with self._database.user_transaction():
            for name, value in values.items():
                write_setting(self._database, UI_PREFIX + name, value)
