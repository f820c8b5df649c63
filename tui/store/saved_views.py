"""Saved views, and built-in queues that were arranged otherwise, as rows in the user's order."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from tui.store.database import Database
from tui.store.models import SavedView


class SavedRow(NamedTuple):
    """`sort` is the name of an order, or empty; `queue` the usual name of a built-in queue, or empty."""

    name: str
    query: str
    sort: str
    columns: tuple[str, ...]
    key: str
    queue: str
    hidden: bool


def read_saved(database: Database) -> list[SavedRow]:
    view = SavedView
    found = view.select(
        view.name, view.query, view.sort, view.columns, view.key, view.queue, view.hidden
    ).order_by(view.position)
    return [
        SavedRow(name, query, sort, _decode(columns), key, queue, hidden=bool(hidden))
        for name, query, sort, columns, key, queue, hidden in database.all(found)
    ]


def write_saved(database: Database, rows: list[SavedRow]) -> None:
    """Replace all views by these, in this order, inside a transaction."""
    database.run(SavedView.delete())
    for position, row in enumerate(rows):
        columns = msgspec.json.encode(row.columns).decode()
        database.run(SavedView.insert({**row._asdict(), "columns": columns, "position": position}))


def _decode(columns: str) -> tuple[str, ...]:
    return msgspec.json.decode(columns, type=tuple[str, ...])
