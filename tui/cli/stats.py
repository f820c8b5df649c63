"""`fastintercom stats`: numbers about a period, and how complete they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from tui.cli.exits import CommandError, ExitCode
from tui.cli.options import Invocation, command
from tui.cli.output import flush, json_answer, write

if TYPE_CHECKING:
    from tui.query import Query
    from tui.workspace import Workspace

DEFAULT = "30d"


@command("stats")
@click.argument("query", nargs=-1)
@click.option(
    "--since",
    metavar="WHEN",
    help=f"From when on: 7d, 2024-01-01, monday (default: {DEFAULT}, unless the query says it).",
)
@click.option("--no-sync", is_flag=True, help="Never touch the network, however stale the mirror is.")
@click.option(
    "--require",
    type=click.Choice(["fresh", "partial"]),
    help="Exit with 10 (partial) or 11 (stale) when the period is less complete than this.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def stats_command(
    invocation: Invocation,
    query: tuple[str, ...],
    since: str | None,
    no_sync: bool,
    require: str | None,
    as_json: bool,
) -> int:
    """Numbers about a period, of all conversations or of those a query finds: tag:refund since:7d

    When nothing of the period is synced, a sync runs first. How complete the numbers are stands on stderr,
    and in "sync_info" of --json.
    """
    from tui.freshness import SyncState

    source = " ".join(query)
    with invocation.workspace() as workspace:
        asked = _ask(workspace, source, since)
        verdict = workspace.verdict(asked)
        failed = ExitCode.OK
        if verdict.state is SyncState.STALE and not no_sync:
            from tui.cli.period import sync_window

            failed = sync_window(invocation, workspace, verdict)
            asked = _ask(workspace, source, since)  # "1h" may mean a later hour by now
        return _answer(invocation, workspace, asked, as_json, no_sync, require) or failed


def _ask(workspace: Workspace, source: str, since: str | None) -> Query:
    """The query with its period. Raises `QueryError` and `CommandError`."""
    from tui.query import QueryError, TimeTerm

    query = workspace.parse(source)
    if query.times:
        if since is not None:
            raise CommandError(
                f"--since: the query has a time already ({query.times[0]}); give one of them", ExitCode.USAGE
            )
        return query
    try:
        return workspace.parse(str(replace(query, times=(TimeTerm("since", since or DEFAULT),))))
    except QueryError as error:
        raise CommandError(f"--since: {error.message.removeprefix('since: ')}", ExitCode.USAGE) from None


def _answer(
    invocation: Invocation,
    workspace: Workspace,
    query: Query,
    as_json: bool,
    no_sync: bool,
    require: str | None,
) -> ExitCode:
    """Print the numbers, and their freshness on stderr."""
    from tui.cli.freshness_line import freshness_line
    from tui.cli.period import required_code, tell_freshness
    from tui.freshness import SyncState

    report = workspace.insights.report(query)
    if as_json:
        from tui.cli.stats_json import shape

        reason = workspace.get_sync_status()["last_error"]
        if no_sync and report.verdict.state is SyncState.STALE:
            reason = "not syncing, as --no-sync asks"
        write(json_answer(shape(report, reason)))
    else:
        from tui.cli.stats_text import lines

        for line in lines(report, workspace.tz):
            write(line)
    flush()
    tell_freshness(invocation, workspace, report.verdict)
    if report.verdict_now.state is not SyncState.FRESH and report.verdict_now.gaps != report.verdict.gaps:
        invocation.tell(f"Open and waiting now: {freshness_line(workspace, report.verdict_now)}")
    return required_code(report.verdict, require)
