"""Store jobs of the insights screen. They run on the store thread."""

from __future__ import annotations

from dataclasses import replace

from tui.dashboard.insights.messages import ReportFetched, ReportRefused, ReportRequest
from tui.query import QueryError, TimeTerm
from tui.workspace import Workspace


def fetch_report(workspace: Workspace, *, request: ReportRequest) -> ReportFetched | ReportRefused:
    """The requested report. It is refused if a name in the query, such as a tag, no longer exists."""
    try:
        query = workspace.parse(request.query)
        if request.days:
            query = workspace.parse(str(replace(query, times=(TimeTerm("since", f"{request.days}d"),))))
        return ReportFetched(request, workspace.insights.report(query))
    except QueryError as error:
        return ReportRefused(error.message)
