"""The workspace's macros (saved replies), as last read from Intercom."""

from __future__ import annotations

from collections.abc import Iterable

from tui.domain import MacroText
from tui.store.database import Database
from tui.store.models import Macro


def read_macros(database: Database) -> list[MacroText]:
    """All macros, by name."""
    found = database.all(Macro.select(Macro.id, Macro.name, Macro.text).order_by(Macro.name, Macro.id))
    return [MacroText(*row) for row in found]


def store_macros(database: Database, macros: Iterable[MacroText]) -> None:
    """Store the macros as they are now; others are gone. Inside a transaction."""
    rows = [{"id": m.id, "name": m.name, "text": m.text} for m in macros]
    database.run(Macro.delete())
    for row in rows:
        database.run(Macro.insert(row))
