"""Opening the database: one file, readable by its owner only, never reset, one connection a thread."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peewee import DatabaseError, OperationalError, SqliteDatabase
from playhouse.migrations import Runner

from tui.store.errors import (
    DatabaseCorrupt,
    DatabaseTooNew,
    DatabaseUnwritable,
    FenceLost,
    StoreError,
    Superseded,
)

MIGRATIONS = Path(__file__).with_name("migrations")
APPLICATION_ID = 0x66734963
"""`PRAGMA application_id`: tells our files from other SQLite databases."""
BUSY_TIMEOUT = 10.0
"""Seconds a writer waits for another writer; readers never wait."""

Row = tuple[Any, ...]


class _Connection(sqlite3.Connection):
    """Closes itself when its thread ends and nobody holds it any more."""

    def __del__(self) -> None:
        self.close()


class Database:
    """The SQLite file of one workspace.

    Reads may happen on any thread, each with its own connection; writes go through `transaction()`.
    Raises `DatabaseTooNew`, `DatabaseCorrupt` or `DatabaseUnwritable` when the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reading: set[sqlite3.Connection] = set()
        self._guard = threading.Lock()
        self._fence: int | None = None
        self._closed = False
        self._turn = threading.Condition()
        self._in_hurry = 0
        """Writes of the person at the keyboard that wait for their turn, or have it."""
        _prepare_file(path)
        self.peewee = SqliteDatabase(
            str(path),
            factory=_Connection,
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
            if isinstance(error, (DatabaseError, sqlite3.DatabaseError)):
                raise explain(error, path) from error
            raise

    def close(self) -> None:
        """Break off what other threads read, and close this thread's connection.

        Theirs close with them: a connection closed under a thread that uses it takes the process down.
        """
        self._closed = True
        self.interrupt()
        self.peewee.close()

    def _connection(self) -> sqlite3.Connection:
        if self._closed:
            raise StoreError(f"{self.path} was closed")
        connection: sqlite3.Connection = self.peewee.connection()
        return connection

    def _migrate(self) -> None:
        known = len(list(MIGRATIONS.glob("[0-9]*.py")))
        # Tables first: another process may commit a fresh schema, marks and all, between two of these.
        (tables,) = self.one("SELECT count(*) FROM sqlite_master")
        (application,) = self.one("PRAGMA application_id")
        (found,) = self.one("PRAGMA user_version")
        if tables and application != APPLICATION_ID:
            raise DatabaseCorrupt(self.path, "it belongs to another program")
        if found > known:
            raise DatabaseTooNew(self.path, found, known)
        if found < known:
            with self.peewee.atomic("IMMEDIATE"):
                Runner(self.peewee, directory=str(MIGRATIONS)).up()
                self.peewee.execute_sql(f"PRAGMA user_version = {known:d}")
                self.peewee.execute_sql(f"PRAGMA application_id = {APPLICATION_ID:d}")

    @property
    def schema_version(self) -> int:
        return int(self.one("PRAGMA user_version")[0])

    def all(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """Every row of a query."""
        connection = self._connection()
        try:
            return connection.execute(sql, parameters).fetchall()
        except sqlite3.DatabaseError as error:
            raise explain(error, self.path) from error

    def all_interruptible(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """Every row of a query that `interrupt()` may abort; it then raises `Superseded`."""
        connection = self._connection()
        with self._guard:
            self._reading.add(connection)
        try:
            return connection.execute(sql, parameters).fetchall()
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise Superseded from error
            raise explain(error, self.path) from error
        except sqlite3.DatabaseError as error:
            raise explain(error, self.path) from error
        finally:
            with self._guard:
                self._reading.discard(connection)

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> Row:
        """The first row of a query that always has one."""
        return self.all(sql, parameters)[0]

    def interrupt(self) -> None:
        """Abort the interruptible reads that run now."""
        with self._guard:
            for connection in self._reading:
                connection.interrupt()

    @contextmanager
    def transaction(self, *, fenced: bool = True) -> Iterator[sqlite3.Connection]:
        """A short write transaction on this thread's connection; rolled back on any exception.

        Raises `FenceLost` when this process held the sync lease and another one took it, unless not
        `fenced`: what the person at the keyboard writes is no part of a sync, and goes before it. SQLite has
        no queue: a sync that writes one transaction after the other would leave it no gap.
        """
        with self._turn:
            if fenced:
                self._turn.wait_for(lambda: not self._in_hurry, BUSY_TIMEOUT)
            else:
                self._in_hurry += 1
        try:
            with self._begun(fenced=fenced) as connection:
                yield connection
        finally:
            if not fenced:
                with self._turn:
                    self._in_hurry -= 1
                    self._turn.notify_all()

    @contextmanager
    def _begun(self, *, fenced: bool) -> Iterator[sqlite3.Connection]:
        connection = self._connection()
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                if fenced and self._fence is not None:
                    self._check_fence(connection)
                yield connection
            except BaseException:
                if connection.in_transaction:  # SQLite itself rolls back when the disk is full
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        except (sqlite3.DatabaseError, DatabaseError) as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise explain(error, self.path) from error

    def fence(self, number: int | None) -> None:
        """From now on every write checks that the lease still carries `number` (None: no check)."""
        self._fence = number

    def _check_fence(self, connection: sqlite3.Connection) -> None:
        row = connection.execute("SELECT value FROM setting WHERE key = 'fence'").fetchone()
        if row is None or int(row[0]) != self._fence:
            raise FenceLost(self.path)


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


def explain(error: Exception, path: Path) -> StoreError:
    """The `StoreError` for an error of SQLite."""
    text = str(error)
    if text.startswith("no such column") or "syntax error" in text:
        return StoreError(f"a fault of fastintercom ({text}); {path} is not affected")
    if "locked" in text or "busy" in text:
        return StoreError(f"{path} is held by another program ({text}); try again in a moment")
    if isinstance(error, (OperationalError, sqlite3.OperationalError)) and not text.startswith("no such"):
        return DatabaseUnwritable(path, text)
    return DatabaseCorrupt(path, text)
