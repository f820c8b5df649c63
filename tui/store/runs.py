"""The history of syncs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import cast

from peewee import SQL

from tui.clock import from_epoch
from tui.domain import RunRecord
from tui.store.database import Database, compiled
from tui.store.models import SyncRun

_NEWEST, _ = compiled(SyncRun.select().order_by(SyncRun.id.desc()).limit(SQL("?")))
"""Compiled once, because every answer of the API reads a run: compiling takes longer than reading."""


@dataclass(frozen=True, slots=True)
class RunCounts:
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    requests: int = 0
    rate_limited: int = 0
    retries: int = 0


def begin_run(database: Database, started_at: int) -> int:
    """Store a new run and return its id, inside a transaction.

    A run that is still open belongs to a process that died: it becomes "interrupted".
    """
    open_runs = SyncRun.update(outcome="interrupted", finished_at=started_at)
    database.run(open_runs.where(SyncRun.finished_at.is_null()))
    return cast(int, database.run(SyncRun.insert(started_at=started_at, outcome="running")).lastrowid)


def finish_run(
    database: Database, run_id: int, *, finished_at: int, outcome: str, counts: RunCounts, error: str
) -> None:
    """Store how a run ended, inside a transaction."""
    run = SyncRun.update(finished_at=finished_at, outcome=outcome, error=error, **asdict(counts))
    database.run(run.where(SyncRun.id == run_id))


def read_runs(database: Database, limit: int) -> list[RunRecord]:
    """The newest runs first."""
    return [
        RunRecord(id_, from_epoch(started), None if finished is None else from_epoch(finished), *rest)
        for id_, started, finished, *rest in database.all(_NEWEST, (limit,))
    ]
