"""The models for scripts: bound to one database, which they can read and not write."""

from __future__ import annotations

import sqlite3
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from peewee import PeeweeException, SqliteDatabase

from tui.store import models
from tui.store.database import BUSY_TIMEOUT, Connection
from tui.store.errors import ReadOnly, explain, primary_code


class ReadOnlyDatabase(SqliteDatabase):
    """A database file opened for reading only, with one connection a thread.

    Every attempt to write raises `ReadOnly`, every other failure a `StoreError` too.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path.absolute().as_uri()}?mode=ro",
            uri=True,
            factory=Connection,
            timeout=BUSY_TIMEOUT,
            check_same_thread=False,
            pragmas={"query_only": 1},
        )
        self._path = path

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        try:
            return super().execute_sql(sql, params)  # type: ignore[no-untyped-call]
        except PeeweeException as error:
            if primary_code(error) == sqlite3.SQLITE_READONLY:
                raise ReadOnly(self._path) from error
            raise explain(error, self._path) from error


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
