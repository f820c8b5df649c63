"""What can be wrong with the database file, in words for people."""

from __future__ import annotations

from pathlib import Path


class StoreError(Exception):
    """Something is wrong with the database; `str()` is one line that says what and what to do."""


class DatabaseTooNew(StoreError):
    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"{path} was written by a newer fastintercom (schema {found}, this one knows {known}): "
            "upgrade fastintercom, or choose another file with --database"
        )


class DatabaseCorrupt(StoreError):
    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(
            f"{path} cannot be read as a fastintercom database ({detail}): "
            "move it away to sync afresh, or choose another file with --database"
        )


class DatabaseUnwritable(StoreError):
    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(
            f"cannot write to {path} ({detail}): check its permissions and the free space, "
            "or choose another file with --database"
        )


class FenceLost(StoreError):
    """Another process took over the sync; this one must stop writing."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"another fastintercom took over the sync of {path}; this one stopped")


class Superseded(Exception):
    """A read was aborted by `interrupt()` because a newer one makes it pointless."""
