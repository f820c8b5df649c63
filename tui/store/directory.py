"""Teammates, teams and tags as last seen."""

from __future__ import annotations

from collections.abc import Iterable

from peewee import Field

from tui.domain import Directory, Name
from tui.store.database import Database
from tui.store.models import Admin, Tag, Team
from tui.store.settings_table import read_setting


def read_directory(database: Database) -> Directory:
    admins = _names_of(database, Admin, Admin.email, Admin.has_inbox_seat)
    me = read_setting(database, "me")
    return Directory(
        me=next((a for a in admins if me is not None and a.id == int(me)), None),
        admins=admins,
        teams=_names_of(database, Team),
        tags=_names_of(database, Tag),
    )


def _names_of(database: Database, model: type[Admin | Team | Tag], *more: Field) -> tuple[Name, ...]:
    found = database.all(model.select(model.id, model.name, *more).order_by(model.name))
    return tuple(Name(*row) for row in found)


def store_directory(
    database: Database,
    *,
    admins: Iterable[tuple[int, str, str, bool | None]],
    teams: Iterable[tuple[int, str]],
    tags: Iterable[tuple[int, str]],
) -> None:
    """Store the names as they are now, inside a transaction.

    Those that are gone keep their last name, because old threads mention them.
    """
    for model, rows in ((Admin, list(admins)), (Team, list(teams)), (Tag, list(tags))):
        if rows:
            database.run(model.insert_many(rows).on_conflict_replace())
