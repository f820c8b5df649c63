"""What stands in place of an empty list: why it is empty, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from tui.cells import fit
from tui.dashboard.sync_status.state import QueryFreshness, SyncActivity
from tui.dashboard.sync_status.sync_words import RETRIED, TOKEN_WORDS, failure_details, missing_words
from tui.freshness import SyncState
from tui.freshness_words import not_kept_words
from tui.query import Query, describe
from tui.sync.events import Reason

LONGEST_QUERY = 200
"""Cells of a query that are repeated in words."""


def empty_words(
    query: Query,
    view: str,
    freshness: QueryFreshness,
    activity: SyncActivity,
    *,
    now: float,
    key: Callable[[str], str],
    zone: tzinfo | None,
) -> str:
    """`view` is the name of the view whose query is shown, or empty; `key` returns the key of an action."""
    words = fit(describe(query, zone), LONGEST_QUERY)
    if freshness.state is not SyncState.FRESH:
        return f"Nothing found yet for: {words}\n{_help(freshness, activity, now, key, zone)}"
    if view:
        return (
            f"Nothing is left in {view}.\n"
            f"{key('search')} searches all conversations · {key('refresh')} looks for new ones"
        )
    return (
        f"No conversation matches: {words}\n"
        f"{key('search')} changes the search · {key('recall')} shows earlier ones"
    )


def _help(
    freshness: QueryFreshness,
    activity: SyncActivity,
    now: float,
    key: Callable[[str], str],
    zone: tzinfo | None,
) -> str:
    """What brings the missing days; that a sync does is said only where it does."""
    failure, verdict = activity.obstacle, freshness.verdict
    if activity.running or activity.other is not None:
        return "Syncing…"
    if failure is not None and failure.reason in TOKEN_WORDS:
        return f"{TOKEN_WORDS[failure.reason]}: {key('enter_token')} takes a new one."
    if verdict.kept_since is not None and verdict.lacks_only_unkept:
        since = not_kept_words(verdict.kept_since, zone)
        return f"Conversations {since}.\n{key('search')} changes the search"
    if failure is not None:
        words = failure_details(failure, activity.failing_since, zone)[-1]
        tries = failure.reason in RETRIED | {Reason.INTERRUPTED}
        hint = f"; {key('fill_gap')} tries now" if tries else ""
        return f"{words[:1].upper()}{words[1:]}{hint}."
    if verdict.sync_helps or verdict.outdated is not None or freshness.state is SyncState.STALE:
        return f"Some days are not synced; {key('fill_gap')} syncs them."
    words = missing_words(verdict, now, zone)[0]
    return f"{words[:1].upper()}{words[1:]}: the next syncs bring what is missing."
