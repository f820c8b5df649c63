"""The names that a shell completes, read from a mirror without opening it for anything else.

A file is neither made nor brought up to date for that. In SQL, because a shell waits: importing Peewee takes
longer than everything else here.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tui.store.database_file import read_only_uri

PATIENCE = 0.2
"""Seconds for another process that changes the file."""
_STATEMENTS = {
    "teammate": "SELECT name, email FROM admin ORDER BY name",
    "team": "SELECT name, '' FROM team ORDER BY name",
    "tag": "SELECT name, '' FROM tag ORDER BY name",
    "view": "SELECT name, queue FROM saved_view ORDER BY position",
}


class KnownName(NamedTuple):
    name: str
    more: str
    """Of a teammate the address; of a view the usual name of the built-in queue that it is; else empty."""


def read_known_names(path: Path, kind: str) -> list[KnownName]:
    """All names of a kind ("teammate", "team", "tag", "view"). Raises `sqlite3.Error` and `OSError`."""
    with closing(sqlite3.connect(read_only_uri(path), uri=True, timeout=PATIENCE)) as connection:
        return [KnownName(*row) for row in connection.execute(_STATEMENTS[kind])]
