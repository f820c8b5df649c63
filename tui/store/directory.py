"""Teammates, teams and tags as last seen, and single facts about the data."""

from __future__ import annotations

from collections.abc import Iterable

from peewee import Field, SqliteDatabase

from tui.domain import Directory, Name
from tui.store.database import Database
from tui.store.models import Admin, Setting, Tag, Team


def read_directory(database: Database) -> Directory:
    db = database.peewee
    admins = _names_of(db, Admin, Admin.email)
    me = read_setting(database, "me")
    return Directory(
        me=next((a for a in admins if me is not None and a.id == int(me)), None),
        admins=admins,
        teams=_names_of(db, Team),
        tags=_names_of(db, Tag),
    )


def _names_of(db: SqliteDatabase, model: type[Admin | Team | Tag], *more: Field) -> tuple[Name, ...]:
    """As plain tuples: model instances would take most of the time."""
    found = model.select(model.id, model.name, *more).order_by(model.name).bind(db).tuples()
    return tuple(Name(*row) for row in found.iterator())


def store_directory(
    database: Database,
    *,
    admins: Iterable[tuple[int, str, str]],
    teams: Iterable[tuple[int, str]],
    tags: Iterable[tuple[int, str]],
) -> None:
    """Inside a transaction: names as they are now. Those that are gone keep their last name, because old
    threads mention them."""
    for model, rows in ((Admin, list(admins)), (Team, list(teams)), (Tag, list(tags))):
        if rows:
            model.insert_many(rows).on_conflict_replace().bind(database.peewee).execute()


def read_setting(database: Database, key: str) -> str | None:
    found = database.all("SELECT value FROM setting WHERE key = ?", (key,))
    return str(found[0][0]) if found else None


def write_setting(database: Database, key: str, value: str) -> None:
    """Inside a transaction."""
    Setting.insert(key=key, value=value).on_conflict_replace().bind(database.peewee).execute()
