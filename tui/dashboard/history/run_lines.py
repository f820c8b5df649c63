"""Past syncs as lines of a `CellGrid`. Pure; times are shown in `zone` (None: the machine's)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from tui.cells import align, fit
from tui.dashboard.common.cell_grid import Cell, Line
from tui.domain import ConversationProblem, RunRecord
from tui.formatting import ago, counted, duration, moment
from tui.store.runs import MOST_PROBLEMS
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
DETAIL_INDENT = 2
"""Cells by which the details of a sync are narrower than the grid."""
SHOWN_PROBLEMS = 5
"""Conversations that could not be read, of those of one sync; one line each."""


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
                Cell(
                    f"{mark} {run.outcome:<{OUTCOME_WIDTH - 2}}",
                    style,
                    run_words(run, now, zone, width - DETAIL_INDENT),
                ),
                Cell(text),
                Cell("  " + align(error, room) if error and room > 8 else "", "error"),
            )
        )
    return lines


def run_duration(run: RunRecord, now: datetime) -> str:
    return duration(((run.finished_at or now) - run.started_at).total_seconds())


def run_words(run: RunRecord, now: datetime, zone: tzinfo | None, width: int) -> str:
    """All details of one sync: a paragraph, its error, and a line of `width` cells at most for each of the
    first conversations that it could not read."""
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
    lines = [" · ".join(words), one_line(run.error), *problem_lines(run.problems, width)]
    return "\n".join(line for line in lines if line)


def problem_lines(problems: Sequence[ConversationProblem], width: int) -> list[str]:
    lines = [fit(f"  {one_line(f'{name}: {problem}')}", width) for name, problem in problems[:SHOWN_PROBLEMS]]
    if (more := len(problems) - SHOWN_PROBLEMS) > 0:
        # Of a run with more than `MOST_PROBLEMS`, only so many are kept.
        lines.append(f"  and {more}{'+' if len(problems) >= MOST_PROBLEMS else ''} more")
    return lines
