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

from tui.files import create_private, make_private_folder
from tui.store.errors import DatabaseCorrupt, DatabaseUnwritable, StoreError, explain, primary_code

APPLICATION_ID = 0x66734963
"""`PRAGMA application_id`: tells our files from other SQLite databases."""
BUSY_TIMEOUT = 10
"""Seconds a writer waits for another writer; readers never wait."""

_LOG_HEAD, _FRAME_HEAD = 32, 24
"""Bytes at the start of SQLite's write-ahead log, and before each page in it."""
_PAGE_SIZES = {512 << power for power in range(8)}
_LEAF = 13
"""The type of a page of a table that has no pages below it."""

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
        make_private_folder(path.parent)
        with _creating:  # until it is closed, no other thread may open the file
            if path.exists():
                return
            stale = side_files(path)
            with contextlib.suppress(FileExistsError):  # another process was faster
                os.close(create_private(path.resolve()))
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
    if path.stat().st_size > 0 and not _is_ours(path):
        raise DatabaseCorrupt(path, "it belongs to another program")


def _is_ours(path: Path) -> bool:
    """Whether a file that is not empty is a database of fastintercom, or one without tables."""
    failure: sqlite3.Error | None = None
    for _ in range(2):
        try:
            application, is_new = _read_application(path)
        except sqlite3.Error as error:
            if primary_code(error) == sqlite3.SQLITE_NOTADB:
                raise DatabaseCorrupt(path, "it is not an SQLite file") from error
            # Another process may be moving its log into the file, or has just finished that.
            in_log = _read_log(path)
            if in_log is not None and in_log[0] == APPLICATION_ID:
                return True
            failure = error
        else:
            if is_new:  # until the log is moved into the file, only the log has the tables
                application, is_new = _read_log(path) or (0, True)
            return is_new or application == APPLICATION_ID
    assert failure is not None  # noqa: S101 - the loop ends without a result only after a failure
    raise explain(failure, path) from failure


def _read_application(path: Path) -> tuple[int, bool]:
    """The application id in the database file, and whether nothing is in it yet. Raises `sqlite3.Error`.

    Without locks ("immutable"), for which SQLite would make and change files beside one of another program.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
        ((application,),) = connection.execute("PRAGMA application_id")
        if application:
            return application, False
        ((version,),) = connection.execute("PRAGMA user_version")
        ((tables,),) = connection.execute("SELECT count(*) FROM sqlite_master")
        return application, not version and not tables


def _read_log(path: Path) -> tuple[int, bool] | None:
    """What `_read_application` reads, from the newest first page in the write-ahead log; None without one.

    SQLite takes no locks on the log, so that it may be opened here.
    """
    real = path.resolve()
    file = real.with_name(f"{real.name}-wal")
    if not file.is_file():
        return None
    try:
        with file.open("rb") as log:
            head = log.read(_LOG_HEAD)
            size = int.from_bytes(head[8:12], "big")
            newest = None
            while size in _PAGE_SIZES and len(frame := log.read(_FRAME_HEAD)) == _FRAME_HEAD:
                page = int.from_bytes(frame[:4], "big")
                if frame[8:16] != head[16:24]:  # the rest is of an earlier use of the log
                    break
                if page == 1:
                    newest = log.read(size)
                else:
                    log.seek(size, os.SEEK_CUR)
    except OSError:
        return None
    if newest is None or len(newest) < size:
        return None
    application, version = int.from_bytes(newest[68:72], "big"), int.from_bytes(newest[60:64], "big")
    is_empty = newest[100] == _LEAF and not any(newest[103:105])
    return application, not application and not version and is_empty


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
