"""Freshness as one line for people: a glyph, the state, and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.clock import from_epoch
from tui.formatting import ago
from tui.freshness import SyncState, Verdict

if TYPE_CHECKING:
    from tui.freshness_words import SyncOutlook
    from tui.workspace import Workspace


def freshness_line(workspace: Workspace, verdict: Verdict, outlook: SyncOutlook | None = None) -> str:
    """ "🟢 Fresh · last synced 12 s ago", "🟡 Partial · Analysis includes conversations up to …"

    `outlook` is by default that of a command that requests no sync.
    """
    outlook = outlook or workspace.outlook()
    head = f"{verdict.state.glyph} {verdict.state.value.capitalize()} · "
    if verdict.state is SyncState.STALE and not outlook.syncing:
        return head + f"{outlook.why_stale} ({_age(workspace, verdict)})"
    return head + (workspace.message(verdict, outlook) or _age(workspace, verdict))


def sync_command(verdict: Verdict) -> str | None:
    """The command line that syncs what is missing; None if nothing is, or if it is too new for any sync."""
    if not verdict.sync_helps:
        return "fastintercom sync" if verdict.outdated is not None else None
    if verdict.last_sync is None or verdict.unsynced[0].start > verdict.last_sync:
        return "fastintercom sync"
    return f"fastintercom sync --since {from_epoch(verdict.unsynced[0].start).astimezone():%Y-%m-%d}"


def _age(workspace: Workspace, verdict: Verdict) -> str:
    if verdict.last_sync is None:
        return "never synced"
    age = workspace.clock() - (workspace.synced_at() or from_epoch(verdict.last_sync))
    return f"last synced {ago(age.total_seconds())}"
