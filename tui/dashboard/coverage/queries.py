"""Store jobs of the coverage screen. They run on the store thread."""

from __future__ import annotations

from tui.dashboard.coverage.messages import DaysFetched
from tui.workspace import Workspace


def fetch_days(workspace: Workspace) -> DaysFetched:
    """The coverage of each day of the configured history, and how much is stored."""
    first, today = workspace.insights.horizon()
    return DaysFetched(tuple(workspace.insights.days(first, today)), workspace.total())
