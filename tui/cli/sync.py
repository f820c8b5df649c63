"""`fastintercom sync`: bring the mirror up to date, once or repeatedly."""

from __future__ import annotations

import contextlib
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from tui.cli.arguments import WholeNumber
from tui.cli.exits import ExitCode, StdoutClosed
from tui.cli.freshness_line import freshness_line
from tui.cli.options import Invocation, command
from tui.cli.output import flush, json_answer, print_message, write
from tui.cli.period import since_moment
from tui.formatting import counted, duration, elapsed

if TYPE_CHECKING:
    from tui.cli.syncing import SyncResult
    from tui.workspace import Workspace

DEFAULT_WATCH = 60


@command("sync")
@click.option(
    "--since",
    metavar="WHEN",
    help="How far back, such as 90d, 2024-01-01 or monday (default: the configured history).",
)
@click.option(
    "--watch",
    is_flag=False,
    flag_value=DEFAULT_WATCH,
    type=WholeNumber(1, 86_400),
    metavar="[SECONDS]",
    help=f"Sync every SECONDS (default {DEFAULT_WATCH}) until stopped.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object (with --watch, one per sync).")
def sync_command(invocation: Invocation, since: str | None, watch: int | None, as_json: bool) -> int:
    """Bring the local mirror up to date with Intercom.

    An interrupted sync resumes where it stopped. Exit codes: 0 complete, 1 failed or partly failed, 4 not
    authorised, 75 try again later, 130 interrupted.
    """
    with invocation.workspace(invocation.require_token()) as workspace:
        start = since_moment(workspace, since) if since is not None else None
        if watch is not None:
            return _watch(invocation, workspace, start, watch, as_json)
        return _once(invocation, workspace, start, as_json)


def _once(invocation: Invocation, workspace: Workspace, start: datetime | None, as_json: bool) -> ExitCode:
    from tui.cli.syncing import sync_and_wait

    result = sync_and_wait(invocation, workspace, start)
    _report(invocation, workspace, result, as_json)
    return result.code


def _watch(
    invocation: Invocation, workspace: Workspace, start: datetime | None, seconds: int, as_json: bool
) -> ExitCode:
    """Sync repeatedly, until interrupted or until the token is refused."""
    from tui.cli.syncing import sync_and_wait
    from tui.sync.failures import retry_delay

    failures = 0
    while True:
        result = sync_and_wait(invocation, workspace, start)
        _report(invocation, workspace, result, as_json)
        if result.code in {ExitCode.INTERRUPTED, ExitCode.NOT_AUTHORISED}:
            return result.code
        if result.code is ExitCode.OK:
            start, failures = None, 0  # from now on, only what is new
            time.sleep(seconds)
        else:
            delay = retry_delay(failures, seconds)
            failures += 1
            invocation.info(f"Trying again in {duration(delay)}.")
            time.sleep(delay)


def _report(invocation: Invocation, workspace: Workspace, result: SyncResult, as_json: bool) -> None:
    """Print how one sync went; a closed stdout does not change its exit code."""
    from tui.sync.events import changes_in_words

    summary = result.summary
    if as_json:
        with contextlib.suppress(StdoutClosed):
            write(json_answer(_json(result)))
            flush()
    changed = changes_in_words(summary)
    took = elapsed(summary.duration)
    if result.error:
        print_message(f"fastintercom: {result.error}")
        invocation.info(f"Stopped after {took}: {changed}.")
    else:
        invocation.info(f"Synced: {changed} in {took} with {counted(summary.requests, 'request')}.")
    if result.code is not ExitCode.INTERRUPTED:  # after which the workspace is closed
        invocation.info(freshness_line(workspace, workspace.verdict()))


def _json(result: SyncResult) -> dict[str, Any]:
    from tui.answers import spans

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
        "error": result.error or None,
    }
