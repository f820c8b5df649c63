"""The database: one file, readable by its owner only, never reset, one connection a thread."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from peewee import BaseQuery, PeeweeException, SqliteDatabase
from playhouse.migrations import Runner

from tui.store.database_file import (
    APPLICATION_ID,
    BUSY_TIMEOUT,
    Identity,
    State,
    check_is_ours,
    create,
    identity,
    lock_free_state,
    make_private,
    may_write,
    read_only_uri,
    remove_stale,
    side_files,
)
from tui.store.errors import (
    CORRUPT,
    DatabaseBusy,
    DatabaseReadOnly,
    DatabaseTooNew,
    DatabaseUnwritable,
    FenceLost,
    StoreError,
    Superseded,
    explain,
    primary_code,
)
from tui.store.models import Setting
from tui.store.search_rebuild import OnRebuild, is_complete, rebuild

MIGRATIONS = Path(__file__).with_name("migrations")
CHECK_STEPS = 1000
"""Steps of SQLite between two looks at whether a check is to stop."""
READER_TIMEOUT = 1.0
"""Seconds to wait for readers of what is overwritten in the write-ahead log; writes of the user wait too."""
_PRAGMAS = {"foreign_keys": 1, "cache_size": -16_000, "temp_store": "memory"}
_WRITING_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "normal",
    "journal_size_limit": 64 * 1024 * 1024,
    "secure_delete": 1,
}
_SQLITE = SqliteDatabase(None)  # says how to write SQL; it is never opened
Row = tuple[Any, ...]
Parameters = Sequence[Any] | Mapping[str, Any]
T = TypeVar("T")

logger = logging.getLogger(__name__)


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

    def are_waiting(self) -> bool:
        """Whether a transaction of the user runs or is about to."""
        return self._count > 0

    def wait(self, seconds: float) -> None:
        """Return when no transaction of the user runs, after `seconds` at the latest."""
        with self._changed:
            self._changed.wait_for(lambda: not self._count, seconds)


@dataclass(slots=True)
class _OpenFile:
    """The file that was found at the path when it was opened."""

    peewee: SqliteDatabase
    """The connections of all threads."""
    identity: Identity | None
    beside: Mapping[Path, Identity]
    lock_free: State | None
    """The state of a file that is read without locks; None for all others."""
    anchor: Connection | None
    """The connection of the thread that opened the file. While it is open, so are the files beside."""

    def is_unchanged(self, path: Path) -> bool:
        """Whether what was read from it is right. Locks make sure of that, where there are any."""
        return self.lock_free is None or self.lock_free == lock_free_state(path)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment of a database."""

    connection: Connection
    is_superseded: Callable[[], bool]

    def all(self, query: BaseQuery | str, parameters: Parameters = ()) -> list[Row]:
        """Every row of a query. Raises `Superseded`."""
        if self.is_superseded():
            raise Superseded
        return _fetch(self.connection, query, parameters)


def _first(error: Exception) -> Exception:
    """What went wrong before Peewee could not roll back: SQLite does that itself when the disk is full."""
    while isinstance(error.__context__, (PeeweeException, sqlite3.Error)):
        error = error.__context__
    return error


class Database:
    """The SQLite file of one workspace.

    Reads may happen on any thread, each with its own connection. They take a Peewee query, or SQL, and return
    plain tuples. Writes happen inside `transaction()` (a sync's) or `user_transaction()`. Every method raises
    `StoreError`: `DatabaseTooNew`, `DatabaseCorrupt` or `DatabaseUnwritable` when the file cannot be used.

    The search index is made anew when this version defines it otherwise, which may take minutes: `on_rebuild`
    is given how many conversations it holds, and how many there are, and may stop it by raising.

    Several objects of one file are independent of each other, in one process or in several. A file that may
    not be written is opened for reading (`read_only`).
    """

    def __init__(self, path: Path, on_rebuild: OnRebuild | None = None) -> None:
        self.path = path
        self._on_rebuild = on_rebuild
        self.read_only = False
        """Whether the file, or the folder it is in, may not be written."""
        self._reading: set[sqlite3.Connection] = set()
        self._interrupts = 0
        self._guard = threading.Lock()
        self._opening = threading.Lock()
        self._fence: int | None = None
        self._fences = deque[int](maxlen=1000)
        """The last numbers: one that was read may be given back by the time it is looked at."""
        self._closed = False
        self._user_writes = UserWrites()
        self._in_transaction = threading.local()
        self._file = self._open()

    def _open(self) -> _OpenFile:
        create(self.path)
        check_is_ours(self.path)  # before anything of it is changed, even its mode
        self.read_only = not may_write(self.path)
        if not self.read_only:
            make_private(self.path)
        lock_free = lock_free_state(self.path) if self.read_only else None
        peewee = SqliteDatabase(
            read_only_uri(self.path) if self.read_only else str(self.path),
            uri=self.read_only,
            factory=Connection,
            timeout=BUSY_TIMEOUT,
            check_same_thread=False,
            lock_type="IMMEDIATE",
            pragmas=_PRAGMAS if self.read_only else _PRAGMAS | _WRITING_PRAGMAS,
        )
        try:
            self._bring_up_to_date(peewee)
            anchor: Connection = peewee.connection()
        except BaseException as error:
            peewee.close()
            if isinstance(error, (PeeweeException, sqlite3.Error)):
                raise explain(_first(error), self.path) from error
            raise
        return _OpenFile(peewee, identity(self.path), side_files(self.path), lock_free, anchor)

    def close(self) -> None:
        """Interrupt what other threads read, and close this thread's connection.

        Theirs close when they end: a connection closed under a thread that uses it crashes the process.
        """
        self._closed = True
        self.interrupt()
        self._file.anchor = None
        self._file.peewee.close()

    def reopen_if_replaced(self) -> None:
        """Open the file that is at the path now, when the one that was opened was deleted or replaced.

        A deleted one is made anew, empty. A transaction that another thread is in ends on the old file.
        """
        with self._opening:
            old = self._file
            if self._closed or identity(self.path) == old.identity:
                return
            logger.warning("%s was deleted or replaced; what is there now is used instead", self.path)
            remove_stale(old.beside)
            self._file = self._open()

    def release(self) -> None:
        """Close this thread's connection, because the thread ends; if it goes on, the next use opens another.

        A connection is part of a cycle of references: one that is left behind stays open until the garbage
        collector finds it.
        """
        self._file.peewee.close()

    def _connection(self) -> Connection:
        """The connection of this thread."""
        held: Connection | None = getattr(self._in_transaction, "connection", None)
        return held or self._connect(self._file)

    def _connect(self, file: _OpenFile) -> Connection:
        if self._closed:
            raise StoreError(f"{self.path} was closed")
        try:
            connection: Connection = file.peewee.connection()
        except PeeweeException as error:
            raise explain(error, self.path) from error
        return connection

    def _bring_up_to_date(self, peewee: SqliteDatabase) -> None:
        known = len(list(MIGRATIONS.glob("[0-9]*.py")))
        (found,) = peewee.execute_sql("PRAGMA user_version").fetchone()
        if found > known:
            raise DatabaseTooNew(self.path, found, known)
        connection: Connection = peewee.connection()
        if self.read_only and (found < known or not is_complete(connection)):
            raise StoreError(
                f"{self.path} can only be read, but must be brought up to date for this version: "
                "make it writable once"
            )
        if found < known:
            with peewee.atomic("IMMEDIATE"):
                Runner(peewee, directory=str(MIGRATIONS)).up()
                peewee.execute_sql(f"PRAGMA user_version = {known:d}")
                peewee.execute_sql(f"PRAGMA application_id = {APPLICATION_ID:d}")
        rebuild(connection, self._on_rebuild)

    @property
    def schema_version(self) -> int:
        return int(self.one("PRAGMA user_version")[0])

    def all(self, query: BaseQuery | str, parameters: Parameters = ()) -> list[Row]:
        """Every row of a query."""
        return self._read(lambda connection: _fetch(connection, query, parameters))

    def all_interruptible(self, query: BaseQuery | str, parameters: Parameters = ()) -> list[Row]:
        """Every row of a query that `interrupt()` may abort; it then raises `Superseded`."""
        return self.snapshot(lambda snapshot: snapshot.all(query, parameters))

    def snapshot(self, read: Callable[[Snapshot], T], *, interruptible: bool = True) -> T:
        """What `read` makes of one moment of the database; it may be called again.

        `interrupt()` may abort it, between two queries too; then it raises `Superseded`.
        """
        interrupts = self._interrupts

        def fetch(connection: Connection) -> T:
            if interruptible:
                with self._guard:
                    self._reading.add(connection)
            begins = not connection.in_transaction
            try:
                if begins:
                    connection.execute("BEGIN")
                return read(Snapshot(connection, lambda: interruptible and self._interrupts != interrupts))
            except sqlite3.OperationalError as error:
                if primary_code(error) == sqlite3.SQLITE_INTERRUPT:
                    raise Superseded from error
                raise
            finally:
                with self._guard:
                    self._reading.discard(connection)
                if begins and connection.in_transaction:
                    connection.execute("ROLLBACK")

        return self._read(fetch)

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

    def _read(self, fetch: Callable[[Connection], T]) -> T:
        """What `fetch` reads; once more when the file was changed while it was read without locks."""
        while True:
            file = self._file
            connection = self._connection()
            try:
                found = fetch(connection)
            except sqlite3.Error as error:
                if file.is_unchanged(self.path):
                    raise explain(error, self.path) from error
            else:
                if file.is_unchanged(self.path):
                    return found
            with self._opening:
                if self._file is file:
                    self._file = self._open()

    def interrupt(self) -> None:
        """Abort the interruptible reads that run now."""
        with self._guard:
            self._interrupts += 1
            for connection in self._reading:
                connection.interrupt()

    def check_health(self, stop: threading.Event | None = None) -> str | None:
        """What SQLite finds wrong with the file, in one line; None when it is sound.

        Reads the whole file, for seconds if it is large, on a connection of its own: nobody waits for it.
        Raises `Superseded` soon after `stop` is set.
        """
        return self._read(lambda _: quick_check(self.path, stop))

    def rewrite(self, stop: Callable[[], bool]) -> None:
        """Write the whole file anew and empty the write-ahead log: what was deleted is in neither any more.

        Takes seconds if the file is large, and twice its space. Reads go on meanwhile; writes of the user
        go first. Raises `Superseded` when one begins or `stop()` turns true: then nothing has changed.
        """
        self.require_writable()
        self._user_writes.wait(BUSY_TIMEOUT)
        try:
            # Its temporary file would be in memory on the other connections.
            with closing(
                sqlite3.connect(self.path, timeout=BUSY_TIMEOUT, isolation_level=None)
            ) as connection:
                connection.set_progress_handler(
                    lambda: stop() or self._user_writes.are_waiting(), CHECK_STEPS
                )
                connection.execute("VACUUM")
                connection.execute(f"PRAGMA busy_timeout = {int(READER_TIMEOUT * 1000)}")
                ((is_blocked, *_),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            if primary_code(error) == sqlite3.SQLITE_INTERRUPT:
                raise Superseded from error
            explained = explain(error, self.path)
            if isinstance(explained, DatabaseUnwritable):
                needed = "it takes its size again there, and in the folder for temporary files"
                raise DatabaseUnwritable(self.path, f"{error}; {needed}") from error
            raise explained from error
        if is_blocked:
            raise DatabaseBusy(self.path, "its write-ahead log is in use")

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
        self.require_writable()
        connection = self._connection()
        self._in_transaction.connection = connection
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
        finally:
            self._in_transaction.connection = None

    def require_writable(self) -> None:
        """Raises `DatabaseReadOnly` when the file may not be written."""
        if self.read_only:
            raise DatabaseReadOnly(self.path)

    def fence(self, number: int | None) -> None:
        """From now on every `transaction()` checks that the lease still carries `number` (None: no check)."""
        self._fence = number
        if number is not None:
            self._fences.append(number)

    def has_held(self, number: int) -> bool:
        """Whether a sync through this object holds the lease with this number, or did."""
        return number in self._fences

    def _check_fence(self, connection: Connection) -> None:
        if self._fence is None:
            return
        row = connection.run(Setting.select(Setting.value).where(Setting.key == "fence")).fetchone()
        if row is None or int(row[0]) != self._fence:
            raise FenceLost(self.path)


def quick_check(path: Path, stop: threading.Event | None) -> str | None:
    """See `Database.check_health`. Raises `Superseded`, and `sqlite3.Error` when the file cannot be read."""
    with closing(sqlite3.connect(read_only_uri(path), uri=True, timeout=BUSY_TIMEOUT)) as connection:
        if stop is not None:
            connection.set_progress_handler(stop.is_set, CHECK_STEPS)
        try:
            ((found,),) = connection.execute("PRAGMA quick_check(1)")
        except sqlite3.DatabaseError as error:
            if primary_code(error) == sqlite3.SQLITE_INTERRUPT:
                raise Superseded from error
            if primary_code(error) in CORRUPT:
                return str(error)
            raise
    return None if found == "ok" else " ".join(str(found).split())


def _fetch(connection: Connection, query: BaseQuery | str, parameters: Parameters) -> list[Row]:
    if isinstance(query, str):
        return connection.execute(query, parameters).fetchall()
    return connection.run(query).fetchall()
