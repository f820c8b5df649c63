"""The reads of these screens: each takes the workspace and returns a message. Run on the reader's thread."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from tui.clock import to_epoch
from tui.dashboard.seeing.messages import (
    DaysFetched,
    LogFetched,
    ReportAsk,
    ReportFetched,
    ReportRefused,
    RunsFetched,
    TallyTaken,
)
from tui.query import QueryError, TimeTerm
from tui.text import clean
from tui.workspace import Workspace

RUNS = 200
"""Syncs shown at most."""
LOG_TAIL = 65_536
"""Bytes read from the end of the log."""


def days(workspace: Workspace) -> DaysFetched:
    first, today = workspace.insights.horizon()
    return DaysFetched(tuple(workspace.insights.days(first, today)))


def report(workspace: Workspace, ask: ReportAsk) -> ReportFetched | ReportRefused:
    """The numbers about a period; a tag of the query, say, may be gone since it was asked."""
    try:
        query = workspace.parse(ask.query)
        if ask.days:
            query = workspace.parse(str(replace(query, times=(TimeTerm("since", f"{ask.days}d"),))))
        return ReportFetched(ask, workspace.insights.report(query))
    except QueryError as error:
        return ReportRefused(error.message)


def runs(workspace: Workspace) -> RunsFetched:
    return RunsFetched(tuple(workspace.runs(RUNS)))


def tally(workspace: Workspace) -> TallyTaken:
    """What changed since this was asked last; how long is too long to wait is the settings' say."""
    now, waited = to_epoch(workspace.clock()), workspace.settings.waiting_warm_seconds
    return TallyTaken(workspace.changes.look(now, waited))


def log_tail(path: Path) -> LogFetched:
    """The last lines of the log. What does not belong on a terminal is taken out."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - LOG_TAIL))
            text = file.read(LOG_TAIL).decode("utf-8", "replace")
    except FileNotFoundError:
        return LogFetched(path, (), "Nothing has been logged yet.")
    except OSError as error:
        return LogFetched(path, (), f"The log cannot be read ({error.strerror}).")
    lines = clean(text).splitlines()
    if size > LOG_TAIL:
        lines = lines[1:]  # cut in the middle
    return LogFetched(path, tuple(lines), "" if lines else "The log is empty.")
