"""Store queries of the coverage screen. Run on the store thread."""

from __future__ import annotations

from tui.dashboard.coverage.messages import DaysFetched
from tui.workspace import Workspace


def fetch_days(workspace: Workspace) -> DaysFetched:
    first, today = workspace.insights.horizon()
    return DaysFetched(tuple(workspace.insights.days(first, today)))
