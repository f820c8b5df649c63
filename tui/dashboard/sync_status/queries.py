"""Store queries about freshness and changes. They run on the store thread."""

from __future__ import annotations

from tui.clock import to_epoch
from tui.dashboard.sync_status.messages import ChangesCounted, FreshnessAssessed, OtherSyncRead
from tui.dashboard.sync_status.state import QueryFreshness
from tui.freshness import Interval
from tui.query import Query
from tui.workspace import Workspace


def query_freshness(workspace: Workspace, query: Query | None) -> QueryFreshness:
    verdict = workspace.verdict(query)
    now, synced_at = to_epoch(workspace.clock()), workspace.synced_at()
    return QueryFreshness(
        verdict=verdict,
        total=workspace.total(),
        coverage=workspace.coverage(),
        horizon=Interval(min(to_epoch(workspace.history_start()), now), now),
        synced_at=None if synced_at is None else to_epoch(synced_at),
    )


def assess_freshness(workspace: Workspace, *, query: Query | None) -> FreshnessAssessed:
    return FreshnessAssessed(query, query_freshness(workspace, query))


def read_other_sync(workspace: Workspace) -> OtherSyncRead:
    return OtherSyncRead(workspace.other_sync())


def count_changes(workspace: Workspace) -> ChangesCounted:
    """Count the changes since the last call; the settings say which waiting times are long."""
    now, waited = to_epoch(workspace.clock()), workspace.settings.waiting_warm_seconds
    return ChangesCounted(workspace.changes.check(now, waited))
