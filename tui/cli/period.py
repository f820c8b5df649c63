"""What the commands about a period of time share: parsing it, syncing it, judging the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import click

from tui.cli.exits import CommandError, ExitCode
from tui.cli.freshness_line import freshness_line, sync_command
from tui.cli.options import Invocation
from tui.cli.output import print_message
from tui.clock import from_epoch
from tui.freshness import SyncState
from tui.timeframe import TimeframeError, parse_moment

if TYPE_CHECKING:
    from tui.freshness import Verdict
    from tui.freshness_words import SyncOutlook
    from tui.query import Query
    from tui.workspace import Workspace

NO_SYNC = "not synced because of --no-sync"
no_sync_option = click.option(
    "--no-sync", is_flag=True, help="Do not use the network, even if the mirror is stale."
)
require_option = click.option(
    "--require",
    type=click.Choice(["fresh", "partial"]),
    help="Exit with 10 (partial) or 11 (stale) when the answer is less complete than this.",
)


def answer_with_sync(
    invocation: Invocation,
    workspace: Workspace,
    read: Callable[[], Query],
    answer: Callable[[Query, SyncOutlook], Verdict],
    *,
    no_sync: bool,
    require: str | None,
    wait: bool = True,
) -> ExitCode:
    """Answer a query; if nothing of its period is synced, sync that first (without `wait`: afterwards).

    The exit code is that of `require` if it is not met, else that of the sync.
    """
    query = read()
    verdict = workspace.verdict(query)
    if verdict.state is not SyncState.STALE:
        return required_code(answer(query, workspace.outlook()), require)
    if no_sync:
        return required_code(answer(query, workspace.outlook(reason=NO_SYNC)), require)
    outlook = workspace.outlook(starting=True)
    if wait:
        if outlook.syncing:
            invocation.info(freshness_line(workspace, verdict, outlook))
        failed = sync_window(invocation, workspace, verdict)
        # "since:1h" may be a later hour by now.
        return required_code(answer(read(), workspace.outlook()), require) or failed
    code = required_code(answer(query, outlook), require)
    failed = sync_window(invocation, workspace, verdict)
    return code or failed


def sync_window(invocation: Invocation, workspace: Workspace, verdict: Verdict) -> ExitCode:
    """Sync the window of a verdict and report an error, if any."""
    from tui.cli.syncing import sync_and_wait

    start, end = from_epoch(verdict.window.start), from_epoch(verdict.window.end)
    result = sync_and_wait(invocation, workspace, start, end, urgent=True)
    if result.code is ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if result.error:
        print_message(f"fastintercom: {result.error}")
    return result.code


def required_code(verdict: Verdict, require: str | None) -> ExitCode:
    """The exit code of an answer, depending on `--require` ("fresh", "partial" or None)."""
    if require is not None and verdict.state is SyncState.STALE:
        return ExitCode.STALE
    if require == "fresh" and verdict.state is SyncState.PARTIAL:
        return ExitCode.PARTIAL
    return ExitCode.OK


def print_freshness(
    invocation: Invocation, workspace: Workspace, verdict: Verdict, outlook: SyncOutlook | None = None
) -> None:
    """Print the freshness of an answer to stderr, with the command that syncs what is missing."""
    command = sync_command(verdict) if outlook is None or not outlook.syncing else None
    invocation.info(freshness_line(workspace, verdict, outlook) + (f" · run: {command}" if command else ""))


def since_moment(workspace: Workspace, since: str) -> datetime:
    """The moment that `--since` names. Raises `CommandError`."""
    now = workspace.clock()
    try:
        start, _ = parse_moment(since, now=now, tz=workspace.tz)
    except TimeframeError as error:
        raise CommandError(f"--since: {error}", ExitCode.USAGE) from None
    if start > now:
        raise CommandError(f"--since: {since} is in the future", ExitCode.USAGE)
    return start
