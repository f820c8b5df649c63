"""Past syncs as lines of a `CellGrid`. Pure; times are shown in `zone` (None: the machine's)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from tui.cells import align
from tui.dashboard.common.cell_grid import Cell, Line
from tui.domain import RunRecord
from tui.formatting import ago, counted, duration, moment
from tui.text import one_line

OUTCOME_MARKS = {
    "complete": ("✓", "good"),
    "partial": ("◐", "warning"),
    "failed": ("✗", "error"),
    "interrupted": ("■", "warning"),
    "running": ("↻", "number"),
}
"""Outcome of a sync → its mark, which can be read without colour, and its style."""

COLUMNS: tuple[tuple[str, int, int], ...] = (
    ("Started", 16, 0),
    ("", 16, 112),
    ("Duration", 9, 0),
    ("New", 7, 0),
    ("Updated", 8, 0),
    ("Unchanged", 10, 90),
    ("Deleted", 8, 112),
    ("Requests", 9, 76),
    ("Waits", 6, 90),
    ("Retries", 8, 112),
)
"""Heading, cells, and the width of the grid from which on the column is shown."""
OUTCOME_WIDTH = 15


def run_lines(runs: Sequence[RunRecord], now: datetime, zone: tzinfo | None, width: int) -> list[Line]:
    """A heading, and a line for each sync."""
    shown = [column for column in COLUMNS if width >= column[2]]
    heading = "".join(
        f"{name:<{cells}}" if name in {"Started", ""} else f"{name:>{cells}}" for name, cells, _ in shown
    )
    lines: list[Line] = [(Cell(f"  {'Result':<{OUTCOME_WIDTH - 2}}{heading}", "muted"),)]
    for run in runs:
        mark, style = OUTCOME_MARKS[run.outcome]
        values = {
            "Started": moment(run.started_at, now, zone),
            "": ago((now - run.started_at).total_seconds()),
            "Duration": run_duration(run, now),
            "New": f"{run.new:,}",
            "Updated": f"{run.updated:,}",
            "Unchanged": f"{run.unchanged:,}",
            "Deleted": f"{run.deleted:,}",
            "Requests": f"{run.requests:,}",
            "Waits": f"{run.rate_limited:,}",
            "Retries": f"{run.retries:,}",
        }
        text = "".join(
            align(values[name], cells - 1) + " " if name in {"Started", ""} else f"{values[name]:>{cells}}"
            for name, cells, _ in shown
        )
        room = max(0, width - OUTCOME_WIDTH - len(text) - 4)
        error = one_line(run.error)
        lines.append(
            (
                Cell(f"{mark} {run.outcome:<{OUTCOME_WIDTH - 2}}", style, run_words(run, now, zone)),
                Cell(text),
                Cell("  " + align(error, room) if error and room > 8 else "", "error"),
            )
        )
    return lines


def run_duration(run: RunRecord, now: datetime) -> str:
    return duration(((run.finished_at or now) - run.started_at).total_seconds())


def run_words(run: RunRecord, now: datetime, zone: tzinfo | None) -> str:
    """All details of one sync."""
    local = run.started_at.astimezone(zone)
    words = [
        f"{local:%a} {local.day} {local:%b %Y %H:%M:%S}",
        f"{run.outcome} after {run_duration(run, now)}"
        if run.finished_at
        else f"running for {run_duration(run, now)}",
        f"{run.new:,} new, {run.updated:,} updated, {run.unchanged:,} unchanged, {run.deleted:,} deleted",
        counted(run.requests, "request"),
        f"{counted(run.rate_limited, 'wait')} for the rate limit",
        counted(run.retries, "retry", "retries"),
    ]
    text = " · ".join(words)
    return f"{text}\n{one_line(run.error)}" if run.error else text
