"""The history of syncs."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from tui.clock import from_epoch
from tui.domain import RunRecord
from tui.store.database import Database


@dataclass(frozen=True, slots=True)
class RunCounts:
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    requests: int = 0
    rate_limited: int = 0
    retries: int = 0


def begin_run(connection: sqlite3.Connection, started_at: int) -> int:
    """Open a run. One still open belongs to a process that died: it is closed as interrupted."""
    connection.execute(
        "UPDATE sync_run SET outcome = 'interrupted', finished_at = ? WHERE finished_at IS NULL",
        (started_at,),
    )
    cursor = connection.execute(
        "INSERT INTO sync_run (started_at, outcome, new, updated, unchanged, deleted, requests, rate_limited,"
        " retries, error) VALUES (?, 'running', 0, 0, 0, 0, 0, 0, 0, '')",
        (started_at,),
    )
    run_id = cursor.lastrowid
    assert run_id is not None  # noqa: S101 - an INSERT always sets it
    return run_id


def finish_run(
    connection: sqlite3.Connection,
    run_id: int,
    *,
    finished_at: int,
    outcome: str,
    counts: RunCounts,
    error: str,
) -> None:
    connection.execute(
        "UPDATE sync_run SET finished_at = ?, outcome = ?, new = ?, updated = ?, unchanged = ?, deleted = ?,"
        " requests = ?, rate_limited = ?, retries = ?, error = ? WHERE id = ?",
        (
            finished_at,
            outcome,
            counts.new,
            counts.updated,
            counts.unchanged,
            counts.deleted,
            counts.requests,
            counts.rate_limited,
            counts.retries,
            error,
            run_id,
        ),
    )


def read_runs(database: Database, limit: int) -> list[RunRecord]:
    """The newest runs first."""
    return [
        RunRecord(run_id, from_epoch(start), from_epoch(end) if end is not None else None, *rest)
        for run_id, start, end, *rest in database.all(
            "SELECT id, started_at, finished_at, outcome, new, updated, unchanged, deleted, requests,"
            " rate_limited, retries, error FROM sync_run ORDER BY id DESC LIMIT ?",
            (limit,),
        )
    ]
