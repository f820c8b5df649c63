"""The history of syncs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import cast

from tui.clock import from_epoch
from tui.domain import RunOutcome, RunRecord
from tui.store.database import Database
from tui.store.models import SyncRun


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
    """Inside a transaction: open a run. One still open belongs to a process that died: it was interrupted."""
    open_runs = SyncRun.update(outcome="interrupted", finished_at=started_at)
    open_runs.where(SyncRun.finished_at.is_null()).bind(database.peewee).execute()
    run = SyncRun.insert(started_at=started_at, outcome="running", **asdict(RunCounts()), error="")
    return int(run.bind(database.peewee).execute())


def finish_run(
    database: Database, run_id: int, *, finished_at: int, outcome: str, counts: RunCounts, error: str
) -> None:
    """Inside a transaction."""
    run = SyncRun.update(finished_at=finished_at, outcome=outcome, error=error, **asdict(counts))
    run.where(SyncRun.id == run_id).bind(database.peewee).execute()


def read_runs(database: Database, limit: int) -> list[RunRecord]:
    """The newest runs first."""
    return [
        RunRecord(
            id=run.id,
            started_at=from_epoch(run.started_at),
            finished_at=None if run.finished_at is None else from_epoch(run.finished_at),
            outcome=cast(RunOutcome, run.outcome),
            new=run.new,
            updated=run.updated,
            unchanged=run.unchanged,
            deleted=run.deleted,
            requests=run.requests,
            rate_limited=run.rate_limited,
            retries=run.retries,
            error=run.error,
        )
        for run in SyncRun.select().order_by(SyncRun.id.desc()).limit(limit).bind(database.peewee)
    ]
