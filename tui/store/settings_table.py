"""What an interface remembers from one start to the next, such as the last search: small texts by name."""

from __future__ import annotations

from collections.abc import Mapping

from tui.store.database import Database
from tui.store.directory import write_setting
from tui.store.models import Setting

PREFIX = "remembered."


class Memory:
    """Kept in the database, so that each mirror has its own. May be used from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self) -> dict[str, str]:
        """Everything that is remembered. Raises `StoreError`."""
        found = Setting.select().where(Setting.key.startswith(PREFIX)).bind(self._database.peewee)
        return {str(entry.key).removeprefix(PREFIX): str(entry.value) for entry in found}

    def write(self, values: Mapping[str, str]) -> None:
        """Remember these too, in one short transaction. Raises `StoreError`."""
        with self._database.transaction(fenced=False):
            for name, value in values.items():
                write_setting(self._database, PREFIX + name, value)
