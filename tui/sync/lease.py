"""One sync at a time per database, across processes.

The right to sync is a kernel lock on a file beside the database: it is free the moment its holder dies. A
row in the database says who holds it and carries a fencing number that grows with every holder; every write
of a sync checks that number, so that a holder which was suspended for long cannot overwrite its successor.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType

import msgspec
from filelock import FileLock, Timeout

from tui.clock import from_epoch, to_epoch
from tui.store.database import Database
from tui.store.errors import FenceLost
from tui.store.settings_table import read_setting, write_setting
from tui.sync.events import SyncProgress

ACQUIRE_TIMEOUT = 0.25
"""Seconds: `is_locked` in another process or thread holds the lock for less than a millisecond."""
PROGRESS = "lease_progress"
"""Setting: how far the holder is, as JSON of a `SyncProgress`, or empty."""


@dataclass(frozen=True, slots=True)
class LeaseOwner:
    """The process that syncs a database, and since when (UTC)."""

    pid: int
    host: str
    since: datetime
    number: int = field(default=0, compare=False)
    """The fencing number; 0 when an older version does not say."""

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.since.astimezone():%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class OtherSync:
    """Somebody else who syncs a database, and how far that is."""

    owner: LeaseOwner
    progress: SyncProgress | None
    """None before the first second of it is over."""

    @property
    def name(self) -> str:
        """ "another fastintercom (pid 812)", or "support-1 (pid 812)" on another host."""
        is_here = self.owner.host == socket.gethostname()
        return f"{'another fastintercom' if is_here else self.owner.host} (pid {self.owner.pid})"


class LeaseHeld(Exception):
    """Another process is syncing this database."""

    def __init__(self, owner: LeaseOwner | None) -> None:
        super().__init__(f"another fastintercom is syncing this workspace ({owner or 'just starting'})")
        self.owner = owner


class Lease:
    """The right to sync, as a context manager; `now` is when it begins.

    Raises `LeaseHeld` on entry when another process has it, and `StoreError` when the row cannot be written.
    """

    def __init__(self, database: Database, now: datetime) -> None:
        self._database = database
        self._now = now
        self._lock = _file_lock(database.path)

    def __enter__(self) -> Lease:
        self._database.reopen_if_replaced()
        self._database.require_writable()
        try:
            self._lock.acquire(timeout=ACQUIRE_TIMEOUT, poll_interval=0.01)
        except Timeout:
            raise LeaseHeld(read_owner(self._database)) from None
        try:
            with self._database.transaction():
                number = int(read_setting(self._database, "fence") or 0) + 1
                write_setting(self._database, "fence", str(number))
                owner = {"pid": os.getpid(), "host": socket.gethostname(), "since": to_epoch(self._now)}
                write_setting(self._database, "lease", json.dumps(owner | {"number": number}))
                write_setting(self._database, PROGRESS, "")
                # Before others see the entry, or this object would take itself for somebody else.
                self._database.fence(number)
        except BaseException:
            self._database.fence(None)
            self._lock.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            # A successor has written an entry of its own.
            with contextlib.suppress(FenceLost), self._database.transaction():
                write_setting(self._database, "lease", "")
        finally:
            self._database.fence(None)
            self._lock.release()


def lock_path(database: Path) -> Path:
    """The lock file of a database file."""
    return database.with_name(database.name + ".sync-lock")


def read_owner(database: Database) -> LeaseOwner | None:
    """Who syncs the database now; None when nobody does (the entry of a process that died does not count), or
    when this process may not look at the lock."""
    text = read_setting(database, "lease")
    if not text or not is_locked(database.path):
        return None
    entry = json.loads(text)
    return LeaseOwner(entry["pid"], entry["host"], from_epoch(entry["since"]), entry.get("number", 0))


def publish_progress(database: Database, progress: SyncProgress) -> None:
    """Let other processes see how far the sync of this one is; for the holder of the lease."""
    with database.transaction():
        write_setting(database, PROGRESS, msgspec.json.encode(progress).decode())


def read_other_sync(database: Database) -> OtherSync | None:
    """Who else syncs the database now; None when nobody does, or when it is synced through this object."""
    owner = read_owner(database)
    if owner is None or database.has_held(owner.number):
        return None
    text = read_setting(database, PROGRESS)
    try:
        progress = msgspec.json.decode(text, type=SyncProgress) if text else None
    except msgspec.DecodeError:  # of another version of this program
        progress = None
    return OtherSync(owner, progress)


def is_locked(database: Path) -> bool:
    """Whether any process holds the lease of a database file; False also where that cannot be found out.

    The only portable way to know is to try: a lock that is free is held for an instant. `Lease` waits longer
    than that, so this never keeps anybody from acquiring it.
    """
    if not lock_path(database).exists():
        return False
    lock = _file_lock(database)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return True
    except OSError:  # this process may not open the lock file: then it may not sync either
        return False
    lock.release()
    return False


def _file_lock(database: Path) -> FileLock:
    """A lock object of its own for each caller: two of them exclude one another in the same process too."""
    return FileLock(lock_path(database), thread_local=False, mode=0o600)
