"""One sync of `fastintercom sync`: where it begins, and what is printed of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from tui.cli.exits import ExitCode, StdoutClosed
from tui.cli.freshness_line import freshness_line
from tui.cli.options import Invocation
from tui.cli.output import flush, json_answer, print_message, write
from tui.cli.period import since_moment
from tui.clock import to_epoch
from tui.formatting import counted, date_time, elapsed

if TYPE_CHECKING:
    from tui.cli.json_shapes import SyncJson
    from tui.cli.syncing import SyncResult
    from tui.workspace import Workspace


def start_of(invocation: Invocation, workspace: Workspace, since: str | None) -> datetime | None:
    """Where to begin; what a purge has put off limits is synced again if it is asked for."""
    from tui.freshness_words import not_kept_words

    if since is None:
        return None
    start = since_moment(workspace, since)
    if workspace.keep_from(start):
        invocation.info(f"What was purged before is kept again, from {date_time(start)} on.")
    kept_since = workspace.kept_since()
    if kept_since is not None and to_epoch(start) < kept_since.second:
        words = not_kept_words(kept_since, workspace.tz)
        invocation.info(f"Conversations {words}; those after it are synced.")
    return start


def sync_once(
    invocation: Invocation,
    workspace: Workspace,
    start: datetime | None,
    as_json: bool,
    while_waiting: Callable[[], None] = lambda: None,
) -> SyncResult:
    """Sync and report it. `while_waiting` is called again and again meanwhile, on this thread."""
    from tui.cli.syncing import sync_and_wait

    result = sync_and_wait(invocation, workspace, start, while_waiting=while_waiting)
    _report(invocation, workspace, result, as_json)
    return result


def _report(invocation: Invocation, workspace: Workspace, result: SyncResult, as_json: bool) -> None:
    """Print how one sync went; a closed stdout does not change its exit code."""
    from tui.sync.events import changes_in_words

    summary = result.summary
    if as_json:
        with contextlib.suppress(StdoutClosed):
            write(json_answer(_json(result)))
            flush()
    if invocation.verbose:
        for name, problem in summary.problems:
            print_message(f"Conversation {name} could not be read: {problem}")
    changed = changes_in_words(summary)
    took = elapsed(summary.duration)
    if result.error:
        print_message(f"fastintercom: {result.error}")
        invocation.info(f"Stopped after {took}: {changed}.")
    else:
        invocation.info(f"Synced: {changed} in {took} with {counted(summary.requests, 'request')}.")
    if result.code is not ExitCode.INTERRUPTED:  # after which the workspace is closed
        invocation.info(freshness_line(workspace, workspace.verdict()))
        if stuck := sum(entry.has_ended for entry in workspace.outbox.open()):
            invocation.info(f"{counted(stuck, 'change')} held or failed: see fastintercom outbox")


def _json(result: SyncResult) -> SyncJson:
    from tui.answers import problem_infos, spans

    summary = result.summary
    return {
        "outcome": summary.outcome,
        "conversations": {
            "new": summary.new,
            "updated": summary.updated,
            "unchanged": summary.unchanged,
            "deleted": summary.deleted,
        },
        "requests": summary.requests,
        "rate_limited": summary.rate_limited,
        "retries": summary.retries,
        "duration_seconds": round(summary.duration, 3),
        "coverage": spans(result.coverage),
        "problems": problem_infos(summary.problems),
        "notices": list(summary.notices),
        "error": result.error or None,
    }
