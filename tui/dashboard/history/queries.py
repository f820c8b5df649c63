"""Store jobs of the sync history and the log. They run on the store thread."""

from __future__ import annotations

import os

from tui.dashboard.history.messages import LogFetched, RunsFetched
from tui.text import clean
from tui.workspace import Workspace

RUNS = 200
"""Syncs shown at most."""
LOG_TAIL = 65_536
"""Bytes read from the end of the log."""


def fetch_runs(workspace: Workspace) -> RunsFetched:
    """The newest syncs, newest first."""
    return RunsFetched(tuple(workspace.runs(RUNS)))


def read_log_tail(workspace: Workspace) -> LogFetched:
    """The last lines of the log file, without control characters."""
    path = workspace.settings.log_path
    if path.exists() and not path.is_file():  # a pipe would be waited for
        return LogFetched(path, (), "The log cannot be read (it is no ordinary file).")
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
        lines = lines[1:]  # the first one may be cut
    return LogFetched(path, tuple(lines), "" if lines else "The log is empty.")
