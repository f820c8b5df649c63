"""Teammates, teams and tags as last seen, and single facts about the data."""

from __future__ import annotations

from collections.abc import Iterable

from tui.domain import Directory, Name
from tui.store.database import Database
from tui.store.models import Admin, Setting, Tag, Team


def read_directory(database: Database) -> Directory:
    db = database.peewee
    admins = tuple(Name(a.id, a.name, a.email) for a in Admin.select().order_by(Admin.name).bind(db))
    me = read_setting(database, "me")
    return Directory(
        me=next((a for a in admins if me is not None and a.id == int(me)), None),
        admins=admins,
        teams=tuple(Name(t.id, t.name) for t in Team.select().order_by(Team.name).bind(db)),
        tags=tuple(Name(t.id, t.name) for t in Tag.select().order_by(Tag.name).bind(db)),
    )


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
    found = Setting.select().where(Setting.key == key).bind(database.peewee).first()
    return None if found is None else str(found.value)


def write_setting(database: Database, key: str, value: str) -> None:
    """Inside a transaction."""
    Setting.insert(key=key, value=value).on_conflict_replace().bind(database.peewee).execute()
