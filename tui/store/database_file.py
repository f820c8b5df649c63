"""The file of a database and those beside it: whose they are, who may write them, whether they are the same.

An existing database is opened by SQLite alone, here too. When a process closes any descriptor of a file,
POSIX drops all its locks on that file, those of its SQLite connections among them. Another process then
deletes the write-ahead log that is still in use, and the next commit is lost.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import stat
import threading
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from tui.store.errors import DatabaseCorrupt, DatabaseUnwritable, StoreError, explain, primary_code

APPLICATION_ID = 0x66734963
"""`PRAGMA application_id`: tells our files from other SQLite databases."""
BUSY_TIMEOUT = 10
"""Seconds a writer waits for another writer; readers never wait."""

Identity = tuple[int, int]
"""Device and inode: two files that have had the same path differ in it, as long as both exist or are open."""
State = tuple[int, ...]
"""Differs whenever the content may differ."""

_creating = threading.Lock()


def identity(path: Path) -> Identity | None:
    """None when there is no such file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def side_files(path: Path) -> dict[Path, Identity]:
    """The write-ahead log and its index, if they are there."""
    real = path.resolve()
    beside = (real.with_name(f"{real.name}{suffix}") for suffix in ("-wal", "-shm"))
    return {file: found for file in beside if (found := identity(file))}


def remove_stale(files: Mapping[Path, Identity]) -> None:
    """Remove side files of a database that is no longer at its path, unless others have taken their place.

    SQLite would apply the log of the old database to the new one.
    """
    for file, known in files.items():
        if identity(file) == known:
            file.unlink(missing_ok=True)


def create(path: Path) -> None:
    """Make an empty file for its owner alone, unless there is a file. Raises `DatabaseUnwritable`."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _creating:  # until it is closed, no other thread may open the file
            if path.exists():
                return
            stale = side_files(path)
            with contextlib.suppress(FileExistsError):  # another process was faster
                os.close(os.open(path.resolve(), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
                remove_stale(stale)
    except OSError as error:
        raise DatabaseUnwritable(path, error.strerror or str(error)) from error


def check_is_ours(path: Path) -> None:
    """Raises a `StoreError` unless the file is empty or a database of fastintercom; nothing is changed."""
    if path.is_dir():
        raise DatabaseUnwritable(path, os.strerror(errno.EISDIR))
    if not path.is_file():
        raise DatabaseCorrupt(path, "it is no ordinary file")
    if not os.access(path, os.R_OK):
        raise StoreError(
            f"{path} may not be read: check its permissions, or choose another file with --database"
        )
    if path.stat().st_size == 0:
        return
    try:
        with closing(
            sqlite3.connect(read_only_uri(path), uri=True, timeout=BUSY_TIMEOUT, isolation_level=None)
        ) as connection:
            connection.execute("BEGIN")  # another process may commit a new schema between the two reads
            ((tables,),) = connection.execute("SELECT count(*) FROM sqlite_master")
            ((application,),) = connection.execute("PRAGMA application_id")
    except sqlite3.Error as error:
        if primary_code(error) == sqlite3.SQLITE_NOTADB:
            raise DatabaseCorrupt(path, "it is not an SQLite file") from error
        raise explain(error, path) from error
    if tables and application != APPLICATION_ID:
        raise DatabaseCorrupt(path, "it belongs to another program")


def may_write(path: Path) -> bool:
    """Whether this process may write the file, and the files that SQLite needs beside it."""
    return os.access(path, os.W_OK) and os.access(path.resolve().parent, os.W_OK)


def make_private(path: Path) -> None:
    """Close the file to everybody but its owner. Raises `DatabaseUnwritable`."""
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            path.chmod(0o600)
    except OSError as error:
        raise DatabaseUnwritable(path, error.strerror or str(error)) from error


def read_only_uri(path: Path) -> str:
    """The URI with which SQLite opens the file for reading, without creating anything beside it.

    Without a write-ahead log nobody has the database open for writing, so it is read as "immutable", which
    takes no locks: those need files beside the database. Whoever keeps such a connection compares
    `lock_free_state` before and after each read.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro"
    return uri if _has_log(path) else f"{uri}&immutable=1"


def lock_free_state(path: Path) -> State | None:
    """The state of a file that can be read without locks; None when it cannot, or is gone."""
    if _has_log(path):
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _has_log(path: Path) -> bool:
    """A log that is empty and has no index is the trace of a reader, and holds nothing."""
    real = path.resolve()
    try:
        size = real.with_name(f"{real.name}-wal").stat().st_size
    except OSError:
        return False
    return size > 0 or real.with_name(f"{real.name}-shm").exists()
