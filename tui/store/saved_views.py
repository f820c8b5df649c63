"""Saved views as rows, in the user's order."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from tui.store.database import Database
from tui.store.models import SavedView


class SavedRow(NamedTuple):
    """`sort` is the name of an order, or empty."""

    name: str
    query: str
    sort: str
    columns: tuple[str, ...]
    key: str


def read_saved(database: Database) -> list[SavedRow]:
    found = SavedView.select(
        SavedView.name, SavedView.query, SavedView.sort, SavedView.columns, SavedView.key
    ).order_by(SavedView.position)
    return [
        SavedRow(name, query, sort, msgspec.json.decode(columns, type=tuple[str, ...]), key)
        for name, query, sort, columns, key in database.all(found)
    ]


def write_saved(database: Database, rows: list[SavedRow]) -> None:
    """Replace all views by these, in this order, inside a transaction."""
    database.run(SavedView.delete())
    for position, row in enumerate(rows):
        columns = msgspec.json.encode(row.columns).decode()
        database.run(SavedView.insert({**row._asdict(), "columns": columns, "position": position}))
