"""`fastintercom search`: find conversations, and say how complete the answer is."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from tui.cli.exits import CommandError, ExitCode
from tui.cli.options import Invocation, command
from tui.cli.output import flush, is_terminal, json_answer, narrate, paint, terminal_width, write

if TYPE_CHECKING:
    from tui.domain import ConversationRow, Count
    from tui.freshness import Verdict
    from tui.query import Query
    from tui.workspace import Workspace


@command("search")
@click.argument("query", nargs=-1, required=True)
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

    with ExitStack() as stack:
        workspace = stack.enter_context(invocation.workspace())
        parsed = workspace.parse(" ".join(query))
        if no_sync or workspace.verdict(parsed).state is not SyncState.STALE:
            return _required(_answer(invocation, workspace, parsed, limit, as_json), require)
        if not wait:
            code = _required(_answer(invocation, workspace, parsed, limit, as_json), require)
            flush()
        workspace, failed = _sync(invocation, stack, workspace, parsed)
        if wait:
            code = _required(_answer(invocation, workspace, parsed, limit, as_json), require)
        return code or failed


def _sync(
    invocation: Invocation, stack: ExitStack, workspace: Workspace, query: Query
) -> tuple[Workspace, ExitCode]:
    """Sync the window of the query; returns the workspace to go on with and what became of it.

    Only now is the token looked up: that may be slow, and an answer that is not stale does not need it.
    """
    from tui.cli.freshness_line import freshness_line
    from tui.cli.syncing import sync_and_wait
    from tui.clock import from_epoch
    from tui.settings import TokenError

    try:
        token = invocation.require_token()
    except CommandError as error:
        narrate(f"fastintercom: {error}")
        return workspace, error.code
    except TokenError as error:
        narrate(f"fastintercom: {error}")
        return workspace, ExitCode.NOT_AUTHORISED
    if token is not None:
        stack.close()
        workspace = stack.enter_context(invocation.workspace(token))
    verdict = workspace.verdict(query)
    invocation.tell(freshness_line(workspace, verdict, syncing=True))
    start, end = from_epoch(verdict.window.start), from_epoch(verdict.window.end)
    outcome = sync_and_wait(invocation, workspace, start, end, urgent=True)
    if outcome.code is ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if outcome.error:
        narrate(f"fastintercom: {outcome.error}")
    return workspace, outcome.code


def _required(verdict: Verdict, require: str | None) -> ExitCode:
    from tui.freshness import SyncState

    if require is not None and verdict.state is SyncState.STALE:
        return ExitCode.STALE
    if require == "fresh" and verdict.state is SyncState.PARTIAL:
        return ExitCode.PARTIAL
    return ExitCode.OK


def _answer(invocation: Invocation, workspace: Workspace, query: Query, limit: int, as_json: bool) -> Verdict:
    """Print what the mirror has, with the verdict on it."""
    from tui.cli.freshness_line import fill_hint, freshness_line
    from tui.cli.shapes import found, sync_info

    verdict = workspace.verdict(query)
    rows = workspace.rows(workspace.search_ids(query, limit=limit), query)
    count = workspace.count(query)
    if as_json:
        answer = {
            "query": query.source,
            "total": count.total,
            "total_is_exact": count.exact,
            "conversations": [found(row) for row in rows],
            "sync_info": sync_info(verdict, workspace.message(verdict)),
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

    columns = [
        Column("ID", right=True),
        Column("STATE"),
        Column("CUSTOMER", 20),
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
    head, *lines = table(columns, cells, terminal_width() if is_terminal(sys.stdout) else None)
    return [paint(head, "1", sys.stdout), *lines]
