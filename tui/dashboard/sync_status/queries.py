"""Store queries about freshness and changes. Run on the store thread."""

from __future__ import annotations

from tui.clock import to_epoch
from tui.dashboard.sync_status.messages import FreshnessAssessed
from tui.dashboard.sync_status.state import QueryFreshness
from tui.freshness import Interval
from tui.query import Query
from tui.workspace import Workspace


def standing(workspace: Workspace, query: Query | None) -> QueryFreshness:
    verdict = workspace.verdict(query)
    now = to_epoch(workspace.clock())
    return QueryFreshness(
        verdict=verdict,
        message=workspace.message(verdict),
        total=workspace.total(),
        coverage=workspace.coverage(),
        horizon=Interval(now - workspace.settings.history_seconds, now),
    )


def assess(workspace: Workspace, query: Query | None) -> FreshnessAssessed:
    return FreshnessAssessed(query, standing(workspace, query))
