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
    found = SavedView.select().order_by(SavedView.position).bind(database.peewee)
    return [
        SavedRow(v.name, v.query, v.sort, msgspec.json.decode(v.columns, type=tuple[str, ...]), v.key)
        for v in found
    ]


def write_saved(database: Database, rows: list[SavedRow]) -> None:
    """Inside a transaction: these views, in this order, instead of all that were there."""
    database.peewee.execute_sql("DELETE FROM saved_view")
    if rows:
        SavedView.insert_many(
            [
                {**row._asdict(), "columns": msgspec.json.encode(row.columns).decode(), "position": position}
                for position, row in enumerate(rows)
            ]
        ).bind(database.peewee).execute()
