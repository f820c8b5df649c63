"""The errors of the store, each with a message for the user, made from SQLite's result codes."""

from __future__ import annotations

import sqlite3
from pathlib import Path


class StoreError(Exception):
    """Something is wrong with the database; `str()` is one line that says what and what to do."""


class DatabaseTooNew(StoreError):
    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"{path} was written by a newer fastintercom (schema {found}, this one knows {known}): "
            "upgrade fastintercom, or choose another file with --database"
        )


class DatabaseCorrupt(StoreError):
    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(
            f"{path} cannot be read as a fastintercom database ({detail}): "
            "move it away to sync afresh, or choose another file with --database"
        )


class DatabaseUnwritable(StoreError):
    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(
            f"cannot write to {path} ({detail}): check its permissions and the free space, "
            "or choose another file with --database"
        )


class DatabaseBusy(StoreError):
    """Another program has held the write lock for longer than anybody waits."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(f"{path} is held by another program ({detail}); try again in a moment")


class DatabaseReadOnly(StoreError):
    """A write to a file that may only be read, or that is in a folder nobody may write to."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} can only be read: nothing is remembered or synced; check its permissions")


class ReadOnly(StoreError):
    """A write was tried where only reads are allowed."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"the models of a workspace are for reading; nothing was written to {path}")


class FenceLost(StoreError):
    """Another process took over the sync; this one must stop writing."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"another fastintercom took over the sync of {path}; this one stopped")


class SearchIndexChanged(StoreError):
    """A version of fastintercom, or of Python, that folds text differently rebuilt the search index."""

    def __init__(self) -> None:
        super().__init__(
            "another version of fastintercom or Python rebuilt the search index: start this program again"
        )


class Superseded(Exception):
    """A read was aborted by `interrupt()` because a newer one makes it pointless."""


_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_UNWRITABLE = {
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOLFS,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}


def primary_code(error: BaseException) -> int | None:
    """SQLite's primary result code (`sqlite3.SQLITE_…`); None when the error does not come from SQLite."""
    origin: object = error
    while hasattr(origin, "orig"):  # Peewee wraps what SQLite raised, twice if it happens on connecting
        origin = origin.orig
    code = getattr(origin, "sqlite_errorcode", None)
    return None if code is None else int(code) & 0xFF  # an extended code keeps the primary one below


def explain(error: Exception, path: Path) -> StoreError:
    """The `StoreError` for an error of SQLite or Peewee."""
    text, code = str(error), primary_code(error)
    if code in _BUSY:
        return DatabaseBusy(path, text)
    if code in _UNWRITABLE:
        return DatabaseUnwritable(path, text)
    if code in CORRUPT:
        return DatabaseCorrupt(path, text)
    return StoreError(
        f"a fault of fastintercom, or a change that another program made to {path} ({text}); please report it"
    )
