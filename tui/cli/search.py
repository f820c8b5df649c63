"""`fastintercom search`: find conversations, and say how complete the answer is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from tui.cli.arguments import WholeNumber, query_argument
from tui.cli.options import Invocation, command
from tui.cli.output import flush, json_answer, paint, text_width, write
from tui.cli.period import answer_with_sync, no_sync_option, print_freshness, require_option
from tui.cli.table import TableColumn, table
from tui.cli.view_option import read_query, require_query, view_option
from tui.formatting import amount, date_time, number
from tui.shown import shown_row
from tui.text import one_line

if TYPE_CHECKING:
    from tui.cli.json_shapes import SearchJson
    from tui.domain import ConversationRow, Count
    from tui.freshness import Verdict
    from tui.freshness_words import SyncOutlook
    from tui.query import Query
    from tui.workspace import Workspace

OMITTED = {"STATE": 110, "ASSIGNEE": 110, "UPDATED": 57}
"""Columns → the cells of a line without which the table omits them, rather than cut them."""
CUSTOMER = ((110, 20), (61, 14), (0, 10))
"""The cells of a line → the longest customer in it."""


@command("search")
@query_argument
@view_option
@click.option("--limit", type=WholeNumber(1, 100_000), default=50, show_default=True)
@no_sync_option
@click.option(
    "--wait/--no-wait",
    default=True,
    help="If stale, sync before answering (default), or answer first and sync afterwards.",
)
@require_option
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

    A conversation's number, or a link to it in Intercom, finds that conversation first.
    If nothing of the period is synced, a sync runs first. Completeness is printed to stderr, and is in
    "sync_info" of --json.
    """
    require_query(view, query)
    with invocation.workspace() as workspace:
        return answer_with_sync(
            invocation,
            workspace,
            lambda: read_query(workspace, view, query),
            lambda parsed, outlook: _answer(invocation, workspace, parsed, limit, as_json, outlook),
            no_sync=no_sync,
            require=require,
            wait=wait,
        )


def _answer(
    invocation: Invocation,
    workspace: Workspace,
    query: Query,
    limit: int,
    as_json: bool,
    outlook: SyncOutlook,
) -> Verdict:
    """Print what the mirror has, with the verdict on it."""
    from tui.answers import found_conversation

    verdict = workspace.verdict(query)
    rows = workspace.rows(workspace.search_ids(query, limit=limit), query)
    count = workspace.count(query)
    if as_json:
        answer: SearchJson = {
            "query": query.source,
            "total": count.total,
            "total_is_exact": count.exact,
            "conversations": [found_conversation(row) for row in rows],
            "sync_info": workspace.sync_info(verdict, outlook),
        }
        write(json_answer(answer))
    elif rows:
        for line in _lines(rows):
            write(line)
        invocation.info(_total(count, len(rows)))
    else:
        other = workspace.lookup.suggestion(query)
        hint = "" if other is None else f" Did you mean: {other}"
        invocation.info(f"No matching conversations in the mirror.{hint}")
    flush()
    print_freshness(invocation, workspace, verdict, outlook)
    return verdict


def _total(count: Count, shown: int) -> str:
    total = f"{amount(count)} conversation{'' if count.total == 1 else 's'}"
    return total if count.exact and shown >= count.total else f"{total}, showing the first {number(shown)}"


def _lines(rows: list[ConversationRow]) -> list[str]:
    space = text_width()
    room = sys.maxsize if space is None else space
    columns = [
        TableColumn("ID", right=True),
        TableColumn("STATE"),
        TableColumn("CUSTOMER", next(longest for least, longest in CUSTOMER if room >= least)),
        TableColumn("CONVERSATION", flexible=True),
        TableColumn("ASSIGNEE", 14),
        TableColumn("UPDATED"),
    ]
    cells = []
    for row in map(shown_row, rows):
        subject, snippet = one_line(row.subject), one_line(row.snippet.text)
        text = f"{subject} · {snippet}" if subject and snippet else subject or snippet
        customer, assignee = one_line(row.customer.name), one_line(row.assignee)
        cells.append([str(row.id), row.state, customer, text, assignee or "-", date_time(row.updated_at)])
    kept = [i for i, column in enumerate(columns) if room >= OMITTED.get(column.title, 0)]
    columns, cells = [columns[i] for i in kept], [[line[i] for i in kept] for line in cells]
    if space is None:  # last, so that one long text widens no other line
        order = sorted(range(len(columns)), key=lambda i: columns[i].flexible)
        columns, cells = [columns[i] for i in order], [[line[i] for i in order] for line in cells]
    head, *lines = table(columns, cells, space)
    return [paint(head, "1", sys.stdout), *lines]
