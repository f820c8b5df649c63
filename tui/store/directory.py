"""Teammates, teams and tags; facts about the data; who holds the sync lease."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from tui.domain import Directory, Name
from tui.store.database import Database


def read_directory(database: Database) -> Directory:
    admins = [Name(*row) for row in database.all("SELECT id, name, email FROM admin ORDER BY name")]
    me = read_setting(database, "me")
    return Directory(
        me=next((a for a in admins if me and a.id == int(me)), None),
        admins=tuple(admins),
        teams=tuple(Name(*row) for row in database.all("SELECT id, name FROM team ORDER BY name")),
        tags=tuple(Name(*row) for row in database.all("SELECT id, name FROM tag ORDER BY name")),
    )


def store_directory(
    connection: sqlite3.Connection,
    *,
    admins: Iterable[tuple[int, str, str]],
    teams: Iterable[tuple[int, str]],
    tags: Iterable[tuple[int, str]],
) -> None:
    """Names as they are now. Those that are gone keep their last name: old threads mention them."""
    connection.executemany("INSERT OR REPLACE INTO admin (id, name, email) VALUES (?, ?, ?)", list(admins))
    connection.executemany("INSERT OR REPLACE INTO team (id, name) VALUES (?, ?)", list(teams))
    connection.executemany("INSERT OR REPLACE INTO tag (id, name) VALUES (?, ?)", list(tags))


def read_setting(database: Database, key: str) -> str | None:
    rows = database.all("SELECT value FROM setting WHERE key = ?", (key,))
    return str(rows[0][0]) if rows else None


def write_setting(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", (key, value))
