"""`fastintercom search`: find conversations, and say how complete the answer is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from tui.cli.exits import ExitCode
from tui.cli.options import Invocation, command
from tui.cli.output import flush, is_terminal, json_answer, narrate, paint, terminal_width, write
from tui.cli.viewing import need_query, read_query, view_option

if TYPE_CHECKING:
    from tui.domain import ConversationRow, Count
    from tui.freshness import Verdict
    from tui.query import Query
    from tui.workspace import Workspace

ROOMY = 90
"""Cells; on a narrower terminal the table leaves out state and assignee."""


@command("search")
@click.argument("query", nargs=-1)
@view_option
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@click.option("--no-sync", is_flag=True, help="Never touch the network, however stale the mirror is.")
@click.option(
    "--wait/--no-wait",
    default=True,
    help="When stale: sync first and answer then (default), or answer at once and sync then.",
)
@click.option(
    "--require",
    type=click.Choice(["fresh", "partial"]),
    help="Exit with 10 (partial) or 11 (stale) when the answer is less complete than this.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def search_command(
    invocation: Invocation,
    query: tuple[str, ...],
    view: str | None,
    limit: int,
    no_sync: bool,
    wait: bool,
    require: str | None,
    as_json: bool,
) -> int:
    """Search the mirror, newest first, for example: refund is:open since:7d

    When nothing of the period asked about is synced, a sync runs first. How complete the answer is stands
    on stderr, and in "sync_info" of --json.
    """
    from tui.freshness import SyncState

    need_query(view, query)

    def answer() -> ExitCode:
        verdict = _answer(invocation, workspace, parsed, limit, as_json, no_sync)
        return _required(verdict, require)

    with invocation.workspace() as workspace:
        parsed = read_query(workspace, view, query)
        if no_sync or workspace.verdict(parsed).state is not SyncState.STALE:
            return answer()
        if wait:
            failed = _sync(invocation, workspace, parsed)
            parsed = read_query(workspace, view, query)  # "since:1h" may mean a later hour by now
            return answer() or failed
        return answer() or _sync(invocation, workspace, parsed)


def _sync(invocation: Invocation, workspace: Workspace, query: Query) -> ExitCode:
    """Sync the window of the query and tell what went wrong, if anything did."""
    from tui.cli.freshness_line import freshness_line
    from tui.cli.syncing import sync_and_wait
    from tui.clock import from_epoch

    verdict = workspace.verdict(query)
    invocation.tell(freshness_line(workspace, verdict, syncing=True))
    start, end = from_epoch(verdict.window.start), from_epoch(verdict.window.end)
    outcome = sync_and_wait(invocation, workspace, start, end, urgent=True)
    if outcome.code is ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if outcome.error:
        narrate(f"fastintercom: {outcome.error}")
    return outcome.code


def _required(verdict: Verdict, require: str | None) -> ExitCode:
    from tui.freshness import SyncState

    if require is not None and verdict.state is SyncState.STALE:
        return ExitCode.STALE
    if require == "fresh" and verdict.state is SyncState.PARTIAL:
        return ExitCode.PARTIAL
    return ExitCode.OK


def _answer(
    invocation: Invocation, workspace: Workspace, query: Query, limit: int, as_json: bool, no_sync: bool
) -> Verdict:
    """Print what the mirror has, with the verdict on it."""
    from tui.answers import found_conversation, sync_info
    from tui.cli.freshness_line import fill_hint, freshness_line
    from tui.freshness import SyncState

    verdict = workspace.verdict(query)
    rows = workspace.rows(workspace.search_ids(query, limit=limit), query)
    count = workspace.count(query)
    if as_json:
        reason = workspace.get_sync_status()["last_error"]
        if no_sync and verdict.state is SyncState.STALE:
            reason = "not syncing, as --no-sync asks"
        answer = {
            "query": query.source,
            "total": count.total,
            "total_is_exact": count.exact,
            "conversations": [found_conversation(row) for row in rows],
            "sync_info": sync_info(verdict, workspace.message(verdict), reason),
        }
        write(json_answer(answer))
    elif rows:
        for line in _lines(rows):
            write(line)
        invocation.tell(_total(count, len(rows)))
    else:
        invocation.tell("No conversation in the mirror matches.")
    flush()
    hint = fill_hint(verdict)
    invocation.tell(freshness_line(workspace, verdict) + (f" · fill it with: {hint}" if hint else ""))
    return verdict


def _total(count: Count, shown: int) -> str:
    total = f"{count.total:,}{'' if count.exact else '+'} conversation{'' if count.total == 1 else 's'}"
    return total if count.exact and shown >= count.total else f"{total}, the first {shown:,} shown"


def _lines(rows: list[ConversationRow]) -> list[str]:
    from tui.cli.output import local
    from tui.cli.table import Column, table
    from tui.text import one_line

    space = terminal_width() if is_terminal(sys.stdout) else None
    columns = [
        Column("ID", right=True),
        Column("STATE"),
        Column("CUSTOMER", 20 if space is None or space >= ROOMY else 14),
        Column("CONVERSATION", flexible=True),
        Column("ASSIGNEE", 14),
        Column("UPDATED"),
    ]
    cells = []
    for row in rows:
        subject, snippet = one_line(row.subject), one_line(row.snippet.text)
        text = f"{subject} · {snippet}" if subject and snippet else subject or snippet
        customer, assignee = one_line(row.customer.name), one_line(row.assignee)
        cells.append([str(row.id), row.state, customer, text, assignee or "-", local(row.updated_at)])
    if space is not None and space < ROOMY:
        kept = [i for i, column in enumerate(columns) if column.title not in {"STATE", "ASSIGNEE"}]
        columns, cells = [columns[i] for i in kept], [[line[i] for i in kept] for line in cells]
    head, *lines = table(columns, cells, space)
    return [paint(head, "1", sys.stdout), *lines]
