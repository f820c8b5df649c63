"""Mirrors from earlier tests of this process: an equal world is not synced again in the same way.

Each test gets its own SQLite file, copied page by page from one that a real sync has written.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tui.simulator.world import World

CONTENT = ("conversations", "deleted", "contacts", "companies", "admins", "teams", "tags", "me", "options")
"""The attributes of a simulated workspace that its answers are made of."""


class Mirrors:
    """Keeps mirrors by a fingerprint of all that they depend on."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._known: dict[str, Path] = {}

    def bring(self, key: str, database: Path) -> bool:
        """Fill an empty database, which may be open. Returns False when there is no such mirror."""
        if (known := self._known.get(key)) is None:
            return False
        _copy(known, database)
        return True

    def keep(self, key: str, database: Path) -> None:
        if self._folder is None:
            self._folder = Path(mkdtemp(prefix="fastintercom-mirrors-"))
            atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        self._known[key] = self._folder / f"{len(self._known)}.db"
        _copy(database, self._known[key])


def fingerprint(world: World, *others: Any) -> str:
    """Equal for equal worlds."""
    content = [getattr(world, name) for name in CONTENT]
    return hashlib.sha256(repr((content, others)).encode()).hexdigest()


def marks(database: Path) -> list[tuple[int, int]]:
    """Size and time of the file and its log, which differ as soon as anything is written."""
    files = [database, database.with_name(database.name + "-wal")]
    return [(found.st_size, found.st_mtime_ns) for found in (file.stat() for file in files if file.exists())]


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)
