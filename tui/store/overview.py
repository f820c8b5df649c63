"""What a mirror says of itself, read without opening it for anything else."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from peewee import fn

from tui.clock import from_epoch
from tui.store.read_only import ReadOnlyDatabase, bind_models


@dataclass(frozen=True, slots=True)
class MirrorOverview:
    """Whose mirror it is, and how new."""

    workspace: str
    """Empty before the first sync."""
    region: str
    """Empty when that is not known."""
    last_sync: datetime | None
    """The end of what is covered (UTC)."""


def read_overview(path: Path) -> MirrorOverview:
    """Of a file as it is: an older one is not brought up to date. Raises a `StoreError`, also for a file that
    is no mirror."""
    with closing(ReadOnlyDatabase(path)) as database:
        models = bind_models(database)
        names = ("app", "app_name", "region")
        query = models.Setting.select(models.Setting.key, models.Setting.value)
        found = dict(query.where(models.Setting.key.in_(names)).tuples())
        last = models.CoverageInterval.select(fn.max(models.CoverageInterval.end)).scalar()
    workspace = found.get("app_name") or found.get("app") or ""
    return MirrorOverview(workspace, found.get("region", ""), None if last is None else from_epoch(int(last)))
