"""Counts the changes of annotations and views, so that a program notices what another one changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from tui.store.database import Connection, Database
from tui.store.settings_table import read_setting, write_setting

_NUMBER = "user_changes"


def note_user_change(database: Database) -> None:
    """Have all programs notice a change that a sync made to what users do. Inside a transaction."""
    write_setting(database, _NUMBER, str(int(read_setting(database, _NUMBER) or 0) + 1))


class UserChanges:
    """Counts the changes of one workspace, and notices those that others made. May be used from any thread.

    A sync does not count, whatever it writes, and neither does what changes nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.Lock()
        self._steps = count(1)
        self._known = self._read()
        """The number after the newest change that this object made or reported."""

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction of the user; what it changes is noticed by all others."""
        with self._database.user_transaction() as connection:
            before, changed = self._read(), connection.total_changes
            yield connection
            if has_changed := connection.total_changes > changed:
                write_setting(self._database, _NUMBER, str(before + 1))
        with self._guard:
            if has_changed and self._known == before:  # else somebody's change is still to be reported
                self._known = before + 1

    def next_step(self) -> int:
        """A number for what is done now, by which what several objects did can be put in order."""
        return next(self._steps)

    def elsewhere(self) -> bool:
        """Whether others changed something since the last call, or since this object was made."""
        number = self._read()
        with self._guard:
            before, self._known = self._known, number
        return number != before

    def _read(self) -> int:
        return int(read_setting(self._database, _NUMBER) or 0)
