"""A copy of the database in one file, made while others read and write it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tui.files import create_private, part_of
from tui.freshness import Coverage
from tui.store.coverage import read_coverage
from tui.store.database import Database
from tui.store.database_file import BUSY_TIMEOUT, read_only_uri, side_files
from tui.store.errors import DatabaseCorrupt, DatabaseUnwritable, StoreError, explain
from tui.store.models import Setting
from tui.store.stats import count_conversations

PAGES = 2000
"""Pages that are copied between two calls of `on_progress`: some 8 MB."""
LEFT_OUT = ("lease", "clock", "clock_offset", "listed_until")
"""Settings that are true only of the database in use: who syncs it, what the clock of this machine is."""

OnProgress = Callable[[int, int], None]
"""Is given the number of pages copied, and of all pages."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What the copy holds."""

    conversations: int
    coverage: Coverage
    size: int
    """Bytes."""


def back_up(database: Database, target: Path, on_progress: OnProgress, *, replace: bool = False) -> Backup:
    """Copy the database as it is at one moment to `target`, readable by its owner only.

    `target` appears only when the copy is complete and was checked. Raises `StoreError` also when there is
    such a file already, unless it is to be replaced; a database in use is never replaced.
    """
    target = target.resolve()
    _refuse_to_harm(database, target, replace=replace)
    temporary = part_of(target)
    try:
        os.close(create_private(temporary))
        _copy(database.path, temporary, on_progress)
        made = _finish(temporary)
        _write_to_disk(temporary)
        temporary.replace(target)
    except OSError as error:
        raise DatabaseUnwritable(target, error.strerror or str(error)) from error
    finally:
        for file in (temporary, *side_files(temporary)):
            file.unlink(missing_ok=True)
    return made


def _refuse_to_harm(database: Database, target: Path, *, replace: bool) -> None:
    if not target.parent.is_dir():
        raise StoreError(f"{target.parent} is no folder")
    if not target.exists():
        return
    if not target.is_file():
        raise StoreError(f"{target} is no ordinary file")
    if target.samefile(database.path):
        raise StoreError(f"{target} is the database itself; name another file")
    if not replace:
        raise StoreError(f"{target} exists already; replace it with --force, or name another file")
    if side_files(target):
        raise StoreError(f"{target} is a database in use ({target.name}-wal is beside it); name another file")


def _copy(source: Path, target: Path, on_progress: OnProgress) -> None:
    try:
        with (
            closing(_connect(read_only_uri(source))) as read,
            closing(_connect(target.as_uri())) as written,
        ):
            written.execute("PRAGMA synchronous = off")  # the whole file is written to disk at the end
            read.execute("BEGIN")
            # From the first read on, the transaction sees one moment. Without it, each write of a sync
            # would make the copy start again.
            read.execute("SELECT count(*) FROM sqlite_master").fetchone()
            read.backup(
                written, pages=PAGES, progress=lambda _, left, total: on_progress(total - left, total)
            )
    except sqlite3.Error as error:
        raise explain(error, target) from error


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT, isolation_level=None)


def _finish(copy: Path) -> Backup:
    """Take out what is true only of the original, check the copy, and fold its log into it."""
    with closing(Database(copy)) as database:
        with database.transaction():
            database.run(Setting.delete().where(Setting.key.in_(LEFT_OUT)))
        problem = database.check_health()
        if problem is not None:
            raise DatabaseCorrupt(copy, problem)
        conversations, coverage = count_conversations(database), read_coverage(database)
        database.one("PRAGMA journal_mode = delete")
    return Backup(conversations, coverage, copy.stat().st_size)


def _write_to_disk(file: Path) -> None:
    with file.open("rb+") as written:
        os.fsync(written.fileno())
