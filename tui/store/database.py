"""The database: one file, readable by its owner only, never reset, one connection a thread."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peewee import BaseQuery, PeeweeException, SqliteDatabase
from playhouse.migrations import Runner

from tui.store.errors import (
    DatabaseCorrupt,
    DatabaseTooNew,
    DatabaseUnwritable,
    FenceLost,
    StoreError,
    Superseded,
    explain,
    primary_code,
)
from tui.store.models import Setting

MIGRATIONS = Path(__file__).with_name("migrations")
APPLICATION_ID = 0x66734963
"""`PRAGMA application_id`: tells our files from other SQLite databases."""
BUSY_TIMEOUT = 10.0
"""Seconds a writer waits for another writer; readers never wait."""

_SQLITE = SqliteDatabase(None)  # says how to write SQL; it is never opened
Row = tuple[Any, ...]
Parameters = Sequence[Any] | Mapping[str, Any]


class Connection(sqlite3.Connection):
    """A connection that executes Peewee queries too, and closes when its thread ends and nobody holds it."""

    def run(self, query: BaseQuery) -> sqlite3.Cursor:
        """Execute a Peewee query."""
        return self.execute(*compiled(query))

    def __del__(self) -> None:
        self.close()


def compiled(query: BaseQuery) -> tuple[str, Sequence[Any]]:
    """The SQL of a Peewee query for SQLite, and its parameters."""
    sql, parameters = _SQLITE.get_sql_context().parse(query)
    return sql, parameters


class UserWrites:
    """The writes of the user, which go before those of a sync.

    SQLite has no queue: a sync that writes one transaction after the other would leave the user no gap.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0
        """Transactions of the user that run or are about to."""

    def __enter__(self) -> None:
        with self._changed:
            self._count += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def wait(self, seconds: float) -> None:
        """Return when no transaction of the user runs, after `seconds` at the latest."""
        with self._changed:
            self._changed.wait_for(lambda: not self._count, seconds)


class Database:
    """The SQLite file of one workspace.

    Reads may happen on any thread, each with its own connection. They take a Peewee query, or SQL, and return
    plain tuples. Writes happen inside `transaction()` (a sync's) or `user_transaction()`. Every method raises
    `StoreError`: `DatabaseTooNew`, `DatabaseCorrupt` or `DatabaseUnwritable` when the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reading: set[sqlite3.Connection] = set()
        self._guard = threading.Lock()
        self._fence: int | None = None
        self._closed = False
        self._user_writes = UserWrites()
        _prepare_file(path)
        self._peewee = SqliteDatabase(
            str(path),
            factory=Connection,
            timeout=BUSY_TIMEOUT,
            check_same_thread=False,
            lock_type="IMMEDIATE",
            pragmas={
                "journal_mode": "wal",
                "synchronous": "normal",
                "foreign_keys": 1,
                "cache_size": -16_000,
                "temp_store": "memory",
                "journal_size_limit": 64 * 1024 * 1024,
            },
        )
        try:
            self._migrate()
        except BaseException as error:
            self.close()
            if isinstance(error, (PeeweeException, sqlite3.Error)):
                raise explain(error, path) from error
            raise

    def close(self) -> None:
        """Interrupt what other threads read, and close this thread's connection.

        Theirs close when they end: a connection closed under a thread that uses it crashes the process.
        """
        self._closed = True
        self.interrupt()
        self._peewee.close()

    def release(self) -> None:
        """Close this thread's connection, because the thread ends; if it goes on, the next use opens another.

        A connection is part of a cycle of references: one that is left behind stays open until the garbage
        collector finds it.
        """
        self._peewee.close()

    def _connection(self) -> Connection:
        if self._closed:
            raise StoreError(f"{self.path} was closed")
        connection: Connection = self._peewee.connection()
        return connection

    def _migrate(self) -> None:
        known = len(list(MIGRATIONS.glob("[0-9]*.py")))
        # Tables first: another process may commit a new schema between two of these.
        (tables,) = self.one("SELECT count(*) FROM sqlite_master")
        (application,) = self.one("PRAGMA application_id")
        (found,) = self.one("PRAGMA user_version")
        if tables and application != APPLICATION_ID:
            raise DatabaseCorrupt(self.path, "it belongs to another program")
        if found > known:
            raise DatabaseTooNew(self.path, found, known)
        if found < known:
            with self._peewee.atomic("IMMEDIATE"):
                Runner(self._peewee, directory=str(MIGRATIONS)).up()
                self._peewee.execute_sql(f"PRAGMA user_version = {known:d}")
                self._peewee.execute_sql(f"PRAGMA application_id = {APPLICATION_ID:d}")

    @property
    def schema_version(self) -> int:
        return int(self.one("PRAGMA user_version")[0])

    def all(self, query: BaseQuery | str, parameters: Parameters = ()) -> list[Row]:
        """Every row of a query."""
        connection = self._connection()
        try:
            return _fetch(connection, query, parameters)
        except sqlite3.Error as error:
            raise explain(error, self.path) from error

    def all_interruptible(self, query: BaseQuery | str, parameters: Parameters = ()) -> list[Row]:
        """Every row of a query that `interrupt()` may abort; it then raises `Superseded`."""
        connection = self._connection()
        with self._guard:
            self._reading.add(connection)
        try:
            return _fetch(connection, query, parameters)
        except sqlite3.Error as error:
            if primary_code(error) == sqlite3.SQLITE_INTERRUPT:
                raise Superseded from error
            raise explain(error, self.path) from error
        finally:
            with self._guard:
                self._reading.discard(connection)

    def one(self, query: BaseQuery | str, parameters: Parameters = ()) -> Row:
        """The first row of a query that always has one."""
        return self.all(query, parameters)[0]

    def run(self, query: BaseQuery) -> sqlite3.Cursor:
        """Execute a Peewee query that writes, inside the transaction of this thread."""
        connection = self._connection()
        try:
            return connection.run(query)
        except sqlite3.Error as error:
            raise explain(error, self.path) from error

    def interrupt(self) -> None:
        """Abort the interruptible reads that run now."""
        with self._guard:
            for connection in self._reading:
                connection.interrupt()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A short write transaction of a sync, which lets those of the user go first.

        Raises `FenceLost` when this process held the sync lease and another one took it.
        """
        self._user_writes.wait(BUSY_TIMEOUT)
        with self._atomic() as connection:
            self._check_fence(connection)
            yield connection

    @contextmanager
    def user_transaction(self) -> Iterator[Connection]:
        """A short write transaction for what the user does; no part of a sync, so never fenced."""
        with self._user_writes, self._atomic() as connection:
            yield connection

    @contextmanager
    def _atomic(self) -> Iterator[Connection]:
        """A write transaction on this thread's connection; rolled back on any exception."""
        connection = self._connection()
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:  # SQLite itself rolls back when the disk is full
                    connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise explain(error, self.path) from error

    def fence(self, number: int | None) -> None:
        """From now on every `transaction()` checks that the lease still carries `number` (None: no check)."""
        self._fence = number

    def _check_fence(self, connection: Connection) -> None:
        if self._fence is None:
            return
        row = connection.run(Setting.select(Setting.value).where(Setting.key == "fence")).fetchone()
        if row is None or int(row[0]) != self._fence:
            raise FenceLost(self.path)


def _fetch(connection: Connection, query: BaseQuery | str, parameters: Parameters) -> list[Row]:
    if isinstance(query, str):
        return connection.execute(query, parameters).fetchall()
    return connection.run(query).fetchall()


def _prepare_file(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            path.chmod(0o600)
    except OSError as error:
        raise DatabaseUnwritable(path, error.strerror or str(error)) from error
    with path.open("rb") as file:
        head = file.read(16)
    if head and head != b"SQLite format 3\0":
        raise DatabaseCorrupt(path, "it is not an SQLite file")
