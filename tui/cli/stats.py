"""`fastintercom stats`: statistics of a period, and how complete they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from tui.cli.arguments import query_argument
from tui.cli.exits import CommandError, ExitCode
from tui.cli.freshness_line import freshness_line
from tui.cli.options import Invocation, command
from tui.cli.output import flush, json_answer, write
from tui.cli.period import (
    answer_with_sync,
    no_sync_option,
    print_freshness,
    require_option,
    since_moment,
)
from tui.freshness import SyncState

if TYPE_CHECKING:
    from tui.freshness import Verdict
    from tui.freshness_words import SyncOutlook
    from tui.query import Query
    from tui.workspace import Workspace

DEFAULT = "30d"


@command("stats")
@query_argument
@click.option(
    "--since",
    metavar="WHEN",
    help=f"Start of the period, such as 7d, 2024-01-01 or monday (default: {DEFAULT}, or the query's).",
)
@no_sync_option
@require_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def stats_command(
    invocation: Invocation,
    query: tuple[str, ...],
    since: str | None,
    no_sync: bool,
    require: str | None,
    as_json: bool,
) -> int:
    """Show statistics of a period, for all conversations or those of a query: tag:refund since:7d

    If nothing of the period is synced, a sync runs first. Completeness is printed to stderr, and is in
    "sync_info" of --json.
    """
    with invocation.workspace() as workspace:
        return answer_with_sync(
            invocation,
            workspace,
            lambda: _read_query(workspace, " ".join(query), since),
            lambda parsed, outlook: _answer(invocation, workspace, parsed, as_json, outlook),
            no_sync=no_sync,
            require=require,
        )


def _read_query(workspace: Workspace, source: str, since: str | None) -> Query:
    """The query with its period. Raises `QueryError` and `CommandError`."""
    from tui.query import TimeTerm

    query = workspace.parse(source)
    if query.times:
        if since is not None:
            raise CommandError(
                f"--since: the query already has a time ({query.times[0]}); use one of them",
                ExitCode.USAGE,
            )
        return query
    if since is not None:
        since_moment(workspace, since)
    return workspace.parse(str(replace(query, times=(TimeTerm("since", since or DEFAULT),))))


def _answer(
    invocation: Invocation, workspace: Workspace, query: Query, as_json: bool, outlook: SyncOutlook
) -> Verdict:
    """Print the statistics, and their freshness to stderr."""
    report = workspace.insights.report(query)
    if as_json:
        from tui.cli.stats_json import report_json

        write(json_answer(report_json(report, lambda verdict: workspace.sync_info(verdict, outlook))))
    else:
        from tui.cli.stats_text import lines

        for line in lines(report, workspace.tz):
            write(line)
    flush()
    print_freshness(invocation, workspace, report.verdict, outlook)
    if report.verdict_now.state is not SyncState.FRESH and report.verdict_now.gaps != report.verdict.gaps:
        invocation.info(f"Open and waiting now: {freshness_line(workspace, report.verdict_now, outlook)}")
    return report.verdict
