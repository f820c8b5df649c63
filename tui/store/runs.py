"""The history of syncs: the newest `KEPT_RUNS`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import cast

from peewee import SQL, fn

from tui.clock import from_epoch
from tui.domain import ConversationProblem, RunRecord
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


KEPT_RUNS = 1000
"""However often a sync is repeated: 17 hours of one a minute, 3 days of one every five minutes."""
MOST_PROBLEMS = 50
"""Problems kept by name of one run; its error says how many there were."""


def begin_run(database: Database, started_at: int) -> int:
    """Store a new run and return its id, inside a transaction.

    A run that is still open belongs to a process that died: it becomes "interrupted". Older runs than the
    newest `KEPT_RUNS` are forgotten.
    """
    open_runs = SyncRun.update(outcome="interrupted", finished_at=started_at)
    database.run(open_runs.where(SyncRun.finished_at.is_null()))
    run_id = cast(int, database.run(SyncRun.insert(started_at=started_at, outcome="running")).lastrowid)
    database.run(SyncRun.delete().where(SyncRun.id <= run_id - KEPT_RUNS))
    return run_id


def finish_run(
    database: Database,
    run_id: int,
    *,
    finished_at: int,
    outcome: str,
    counts: RunCounts,
    error: str,
    problems: Sequence[ConversationProblem] = (),
) -> None:
    """Store how a run ended, inside a transaction."""
    named = json.dumps(problems[:MOST_PROBLEMS]) if problems else ""
    run = SyncRun.update(
        finished_at=finished_at, outcome=outcome, error=error, problems=named, **asdict(counts)
    )
    database.run(run.where(SyncRun.id == run_id))


def read_finished(database: Database, outcomes: Sequence[str] = ("complete", "partial")) -> int | None:
    """When the newest run that came to its end did so (epoch seconds)."""
    ended = SyncRun.select(fn.max(SyncRun.finished_at)).where(SyncRun.outcome.in_(outcomes))
    return cast("int | None", database.one(ended)[0])


def read_runs(database: Database, limit: int) -> list[RunRecord]:
    """The newest runs first."""
    records = []
    for *fields, problems in database.all(_NEWEST, (limit,)):
        id_, started, finished, *rest = fields
        record = RunRecord(
            id_, from_epoch(started), None if finished is None else from_epoch(finished), *rest
        )
        named = tuple(ConversationProblem(*each) for each in json.loads(problems or "[]"))
        records.append(replace(record, problems=named))
    return records
