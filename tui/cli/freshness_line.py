"""Freshness in words, as the commands narrate it: a glyph, a word, and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import humanize

from tui.clock import from_epoch
from tui.freshness import SyncState, Verdict

if TYPE_CHECKING:
    from tui.workspace import Workspace


def freshness_line(workspace: Workspace, verdict: Verdict, *, syncing: bool = False) -> str:
    """ "🟢 Fresh · synced 12 seconds ago", "🟡 Partial · Analysis includes conversations up to …"

    The stale message announces a sync, so it is used only while one is under way (`syncing`).
    """
    head = f"{verdict.state.glyph} {verdict.state.value.capitalize()} · "
    if verdict.state is SyncState.STALE and not syncing:
        return head + f"nothing of this period is synced ({_age(workspace, verdict)})"
    message = workspace.message(verdict)
    return head + (message or _age(workspace, verdict))


def fill_hint(verdict: Verdict) -> str | None:
    """The command that fills the gaps; None when there are none."""
    if not verdict.gaps:
        return None
    if verdict.last_sync is None or verdict.gaps[0].start > verdict.last_sync:
        return "fastintercom sync"
    return f"fastintercom sync --since {from_epoch(verdict.gaps[0].start).astimezone():%Y-%m-%d}"


def _age(workspace: Workspace, verdict: Verdict) -> str:
    if verdict.last_sync is None:
        return "never synced"
    age = workspace.clock() - from_epoch(verdict.last_sync)
    return f"last synced {humanize.naturaldelta(age)} ago"
