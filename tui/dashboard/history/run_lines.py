"""The history of syncs as lines of a sheet. Pure; times are shown on the reader's clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from tui.dashboard.common.cell_grid import Cell, Line, fit
from tui.dashboard.formatting import ago, duration, moment
from tui.domain import RunRecord
from tui.formatting import counted
from tui.text import one_line

OUTCOMES = {
    "complete": ("✓", "good"),
    "partial": ("◐", "warning"),
    "failed": ("✗", "error"),
    "interrupted": ("■", "warning"),
    "running": ("↻", "number"),
}
"""Outcome of a sync → its mark, which differs without colour, and its style."""

COLUMNS: tuple[tuple[str, int, int], ...] = (
    ("Started", 16, 0),
    ("", 16, 100),
    ("Took", 9, 0),
    ("New", 7, 0),
    ("Updated", 8, 0),
    ("Same", 7, 90),
    ("Deleted", 8, 100),
    ("Requests", 9, 76),
    ("429", 5, 90),
    ("Retries", 8, 100),
)
"""Heading, cells, and the width of the sheet from which on the column is shown."""
OUTCOME = 15


def run_lines(runs: Sequence[RunRecord], now: datetime, zone: tzinfo | None, width: int) -> list[Line]:
    """A heading, and a line for each sync, the newest first."""
    shown = [column for column in COLUMNS if width >= column[2]]
    heading = "".join(
        f"{name:<{cells}}" if name in {"Started", ""} else f"{name:>{cells}}" for name, cells, _ in shown
    )
    lines: list[Line] = [(Cell(f"  {'Outcome':<{OUTCOME - 2}}{heading}", "muted"),)]
    for run in runs:
        mark, style = OUTCOMES[run.outcome]
        values = {
            "Started": moment(run.started_at, now, zone),
            "": ago((now - run.started_at).total_seconds()),
            "Took": took(run, now),
            "New": f"{run.new:,}",
            "Updated": f"{run.updated:,}",
            "Same": f"{run.unchanged:,}",
            "Deleted": f"{run.deleted:,}",
            "Requests": f"{run.requests:,}",
            "429": f"{run.rate_limited:,}",
            "Retries": f"{run.retries:,}",
        }
        text = "".join(
            fit(values[name], cells - 1) + " " if name in {"Started", ""} else f"{values[name]:>{cells}}"
            for name, cells, _ in shown
        )
        room = max(0, width - OUTCOME - len(text) - 4)
        error = one_line(run.error)
        lines.append(
            (
                Cell(f"{mark} {run.outcome:<{OUTCOME - 2}}", style, run_words(run, now, zone)),
                Cell(text),
                Cell("  " + fit(error, room) if error and room > 8 else "", "error"),
            )
        )
    return lines


def took(run: RunRecord, now: datetime) -> str:
    return duration(((run.finished_at or now) - run.started_at).total_seconds())


def run_words(run: RunRecord, now: datetime, zone: tzinfo | None) -> str:
    """Everything about one sync."""
    local = run.started_at.astimezone(zone)
    words = [
        f"{local:%a} {local.day} {local:%b %Y %H:%M:%S}",
        f"{run.outcome} after {took(run, now)}" if run.finished_at else f"running for {took(run, now)}",
        f"{run.new:,} new, {run.updated:,} updated, {run.unchanged:,} unchanged, {run.deleted:,} deleted",
        counted(run.requests, "request"),
        f"{counted(run.rate_limited, 'wait')} for the rate limit",
        counted(run.retries, "retry", "retries"),
    ]
    text = " · ".join(words)
    return f"{text}\n{one_line(run.error)}" if run.error else text
