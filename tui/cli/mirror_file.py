"""The mirror of the settings, for commands that make none: a file that is not there stays away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.store.database import Database


@contextmanager
def existing_mirror(path: Path, *, quiet: bool) -> Iterator[Database | None]:
    """The database, or None when there is no file. Raises a `StoreError` when it cannot be used."""
    from tui.cli.progress import rebuild_line
    from tui.store.database import Database

    if not path.exists():
        yield None
        return
    with rebuild_line(quiet=quiet) as on_rebuild:
        database = Database(path, on_rebuild)
    try:
        yield database
    finally:
        database.close()
