"""The models for scripts: bound to one database, which they can read and not write."""

from __future__ import annotations

import sqlite3
import threading
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from peewee import PeeweeException, SqliteDatabase

from tui.store import models
from tui.store.database import Connection
from tui.store.database_file import BUSY_TIMEOUT, identity, lock_free_state, read_only_uri
from tui.store.errors import ReadOnly, explain, primary_code

_OPTIONS: dict[str, Any] = {
    "uri": True,
    "factory": Connection,
    "timeout": BUSY_TIMEOUT,
    "check_same_thread": False,
}


class ReadOnlyDatabase(SqliteDatabase):
    """A database file opened for reading only, with one connection a thread.

    Every attempt to write raises `ReadOnly`, every other failure a `StoreError` too. A file that takes the
    place of the one that was opened is read from then on.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened = threading.local()
        super().__init__(read_only_uri(path), pragmas={"query_only": 1}, **_OPTIONS)

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        self._renew()
        try:
            return SqliteDatabase.execute_sql(self, sql, params)
        except PeeweeException as error:
            if primary_code(error) == sqlite3.SQLITE_READONLY:
                raise ReadOnly(self._path) from error
            raise explain(error, self._path) from error

    def _renew(self) -> None:
        """Have this thread open the file anew if it is another one, or was changed while it is read without
        locks."""
        now = identity(self._path), lock_free_state(self._path)
        if getattr(self._opened, "state", None) == now or self.in_transaction():
            return
        self.init(read_only_uri(self._path), **_OPTIONS)
        self._opened.state = now


def bind_models(database: SqliteDatabase) -> ModuleType:
    """The module `tui.store.models` once more, its models bound to `database`.

    A Peewee model belongs to one database in the whole process, and foreign keys tie models to each other. So
    each database gets models of its own, by executing the module again.
    """
    spec = find_spec(models.__name__)
    if spec is None or spec.loader is None:
        raise ImportError(models.__name__)
    own = module_from_spec(spec)
    spec.loader.exec_module(own)
    database.bind(own.MODELS)
    return own
