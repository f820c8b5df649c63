"""Store queries about freshness and changes. They run on the store thread."""

from __future__ import annotations

from tui.clock import to_epoch
from tui.dashboard.sync_status.messages import ChangesCounted, FreshnessAssessed
from tui.dashboard.sync_status.state import QueryFreshness
from tui.freshness import Interval
from tui.query import Query
from tui.workspace import Workspace


def query_freshness(workspace: Workspace, query: Query | None) -> QueryFreshness:
    verdict = workspace.verdict(query)
    now = to_epoch(workspace.clock())
    return QueryFreshness(
        verdict=verdict,
        total=workspace.total(),
        coverage=workspace.coverage(),
        horizon=Interval(now - workspace.settings.history_seconds, now),
    )


def assess_freshness(workspace: Workspace, *, query: Query | None) -> FreshnessAssessed:
    return FreshnessAssessed(query, query_freshness(workspace, query))


def count_changes(workspace: Workspace) -> ChangesCounted:
    """Count the changes since the last call; the settings say which waiting times are long."""
    now, waited = to_epoch(workspace.clock()), workspace.settings.waiting_warm_seconds
    return ChangesCounted(workspace.changes.check(now, waited))
