"""`fastintercom sync`: bring the mirror up to date, once or for as long as it runs."""

from __future__ import annotations

import contextlib
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from tui.cli.arguments import WholeNumber
from tui.cli.exits import ExitCode, ReaderGone
from tui.cli.options import Invocation, command
from tui.cli.output import flush, json_answer, narrate, write
from tui.cli.period import since_moment
from tui.cli.progress import duration

if TYPE_CHECKING:
    from tui.cli.syncing import AppResult
    from tui.workspace import Workspace

DEFAULT_WATCH = 60


@command("sync")
@click.option(
    "--since", metavar="WHEN", help="From when on: 90d, 2024-01-01, monday (default: as configured)."
)
@click.option(
    "--watch",
    is_flag=False,
    flag_value=DEFAULT_WATCH,
    type=WholeNumber(1, 86_400),
    metavar="[SECONDS]",
    help=f"Keep syncing, every so many seconds ({DEFAULT_WATCH} if none are given), until stopped.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object (with --watch, one for each sync)."
)
def sync_command(invocation: Invocation, since: str | None, watch: int | None, as_json: bool) -> int:
    """Bring the local mirror up to date with Intercom.

    An interrupted sync goes on where it was. Exit codes: 0 complete, 1 failed or partly failed, 4 not
    authorised, 75 try again later, 130 interrupted.
    """
    with invocation.workspace(invocation.require_token()) as workspace:
        start = since_moment(workspace, since) if since is not None else None
        if watch is not None:
            return _watch(invocation, workspace, start, watch, as_json)
        return _once(invocation, workspace, start, as_json)


def _once(invocation: Invocation, workspace: Workspace, start: datetime | None, as_json: bool) -> ExitCode:
    from tui.cli.syncing import sync_and_wait

    outcome = sync_and_wait(invocation, workspace, start)
    _report(invocation, workspace, outcome, as_json)
    return outcome.code


def _watch(
    invocation: Invocation, workspace: Workspace, start: datetime | None, seconds: int, as_json: bool
) -> ExitCode:
    """Sync again and again. Ends when told to stop, or when the token is refused."""
    from tui.cli.syncing import sync_and_wait
    from tui.sync.failures import retry_delay

    failures = 0
    while True:
        outcome = sync_and_wait(invocation, workspace, start)
        _report(invocation, workspace, outcome, as_json)
        if outcome.code in {ExitCode.INTERRUPTED, ExitCode.NOT_AUTHORISED}:
            return outcome.code
        if outcome.code is ExitCode.OK:
            start, failures = None, 0  # from here on, only what is new
            time.sleep(seconds)
        else:
            delay = retry_delay(failures, seconds)
            failures += 1
            invocation.tell(f"Trying again in {duration(delay)}.")
            time.sleep(delay)


def _report(invocation: Invocation, workspace: Workspace, outcome: AppResult, as_json: bool) -> None:
    """Tell how one sync went; a reader of stdout that is gone does not change its exit code."""
    from tui.cli.freshness_line import freshness_line
    from tui.sync.events import changes_in_words

    summary = outcome.summary
    if as_json:
        with contextlib.suppress(ReaderGone):
            write(json_answer(_shape(outcome)))
            flush()
    spent = f"in {duration(summary.duration)} with {summary.requests:,} requests"
    if outcome.error:
        narrate(f"fastintercom: {outcome.error}")
        invocation.tell(f"Stopped after {duration(summary.duration)}: {changes_in_words(summary)}.")
    else:
        invocation.tell(f"Synced: {changes_in_words(summary)} {spent}.")
    if outcome.code is not ExitCode.INTERRUPTED:  # which has closed the workspace
        invocation.tell(freshness_line(workspace, workspace.verdict()))


def _shape(outcome: AppResult) -> dict[str, Any]:
    from tui.answers import iso_spans

    summary = outcome.summary
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
        "coverage": iso_spans(outcome.coverage),
        "error": outcome.error or None,
    }
