"""One sync at a time per database, across processes.

The right to sync is a kernel lock on a file beside the database: it is free the moment its holder dies. A
row in the database says who holds it and carries a number that grows with every holder; every write of a
sync checks that number, so that a holder which was suspended for long cannot write over its successor.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from tui.clock import from_epoch, to_epoch
from tui.store.database import Database
from tui.store.errors import FenceLost
from tui.store.settings_table import read_setting, write_setting


@dataclass(frozen=True, slots=True)
class LeaseOwner:
    pid: int
    host: str
    since: datetime

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.since.astimezone():%Y-%m-%d %H:%M}"


class LeaseHeld(Exception):
    """Another process is syncing this database."""

    def __init__(self, owner: LeaseOwner | None) -> None:
        super().__init__(f"another fastintercom is syncing this workspace ({owner or 'just starting'})")


class Lease:
    """The right to sync, as a context manager. Raises `LeaseHeld` on entry when another process has it."""

    def __init__(self, database: Database, now: datetime) -> None:
        self._database = database
        self._now = now
        self._lock = FileLock(lock_path(database.path), timeout=0, thread_local=False, mode=0o600)

    def __enter__(self) -> Lease:
        try:
            self._lock.acquire()
        except Timeout:
            raise LeaseHeld(read_owner(self._database)) from None
        try:
            with self._database.transaction():
                number = int(read_setting(self._database, "fence") or 0) + 1
                write_setting(self._database, "fence", str(number))
                owner = {"pid": os.getpid(), "host": socket.gethostname(), "since": to_epoch(self._now)}
                write_setting(self._database, "lease", json.dumps(owner))
            self._database.fence(number)
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            # Whoever took over has written an entry of its own.
            with contextlib.suppress(FenceLost), self._database.transaction():
                write_setting(self._database, "lease", "")
        finally:
            self._database.fence(None)
            self._lock.release()


def lock_path(database: Path) -> Path:
    return database.with_name(database.name + ".sync-lock")


def read_owner(database: Database) -> LeaseOwner | None:
    """Who syncs the database now; None when nobody does (a dead process' entry does not count)."""
    text = read_setting(database, "lease")
    if not text:
        return None
    entry = json.loads(text)
    owner = LeaseOwner(entry["pid"], entry["host"], from_epoch(entry["since"]))
    alive = _alive(owner.pid) if owner.host == socket.gethostname() else _is_locked(database.path)
    return owner if alive else None


def _is_locked(database: Path) -> bool:
    """Whether anybody holds the lock; the only way to know is to try."""
    lock = FileLock(lock_path(database), timeout=0, thread_local=False, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
