"""Store queries of the coverage screen. Run on the store thread."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from tui.clock import to_epoch
from tui.dashboard.coverage.messages import DaysFetched
from tui.dashboard.history.messages import LogFetched, RunsFetched
from tui.dashboard.history.queries import LOG_TAIL, RUNS
from tui.dashboard.insights.messages import ReportFetched, ReportRefused, ReportRequest
from tui.dashboard.sync_status.messages import ChangesCounted
from tui.query import QueryError, TimeTerm
from tui.text import clean
from tui.workspace import Workspace


def fetch_days(workspace: Workspace) -> DaysFetched:
    first, today = workspace.insights.horizon()
    return DaysFetched(tuple(workspace.insights.days(first, today)))


def fetch_report(workspace: Workspace, ask: ReportRequest) -> ReportFetched | ReportRefused:
    """The numbers about a period; a tag of the query, say, may be gone since it was asked."""
    try:
        query = workspace.parse(ask.query)
        if ask.days:
            query = workspace.parse(str(replace(query, times=(TimeTerm("since", f"{ask.days}d"),))))
        return ReportFetched(ask, workspace.insights.report(query))
    except QueryError as error:
        return ReportRefused(error.message)


def fetch_runs(workspace: Workspace) -> RunsFetched:
    return RunsFetched(tuple(workspace.runs(RUNS)))


def count_changes(workspace: Workspace) -> ChangesCounted:
    """What changed since this was asked last; how long is too long to wait is the settings' say."""
    now, waited = to_epoch(workspace.clock()), workspace.settings.waiting_warm_seconds
    return ChangesCounted(workspace.changes.look(now, waited))


def read_log_tail(path: Path) -> LogFetched:
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
