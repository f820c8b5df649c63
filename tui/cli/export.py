"""`fastintercom export`: conversations as JSON Lines, CSV or Markdown."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli.arguments import query_argument
from tui.cli.exits import ExitCode, StdoutClosed
from tui.cli.options import Invocation, command, output_option
from tui.cli.period import print_freshness
from tui.cli.view_option import read_query, view_option
from tui.files import atomic_writer
from tui.formatting import counted, number

if TYPE_CHECKING:
    from tui.query import Query
    from tui.workspace import Workspace


@command("export")
@query_argument
@view_option
@output_option
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv", "markdown"]), default="jsonl", show_default=True
)
def export_command(
    invocation: Invocation, query: tuple[str, ...], view: str | None, output: Path | None, form: str
) -> int:
    """Write the conversations that match QUERY (default: all), with their threads.

    Only what is in the mirror is exported; completeness is printed to stderr.
    """
    from tui.cli.syncing import sync_demo

    with invocation.workspace() as workspace:
        sync_demo(invocation, workspace)
        parsed = read_query(workspace, view, query)
        verdict = workspace.verdict(parsed)
        if output is None or str(output) == "-":
            count, pending = _export(workspace, parsed, form, _to_stdout)
            place = ""
        else:
            with atomic_writer(output) as file:
                count, pending = _export(workspace, parsed, form, file.write)
            place = f" to {output}"
        invocation.info(f"Exported {counted(count, 'conversation')}{place}.")
        if pending:
            invocation.info(f"{number(pending)} of their threads are still to be fetched.")
        print_freshness(invocation, workspace, verdict)
    return ExitCode.OK


def _to_stdout(text: str) -> object:
    try:
        return sys.stdout.write(text)
    except BrokenPipeError:
        raise StdoutClosed from None


def _export(workspace: Workspace, query: Query, form: str, write: Callable[[str], object]) -> tuple[int, int]:
    """Returns how many conversations were written, and of how many the (newest) thread is still missing."""
    from tui.cli.writers import WRITERS

    writer = WRITERS[form]()
    write(writer.head())
    count = pending = 0
    for conversation_id in workspace.search_ids(query):
        thread = workspace.thread(conversation_id)
        if thread is None or thread.deleted_at is not None:
            continue  # deleted since the search
        write(writer.conversation(thread))
        count += 1
        pending += thread.conversation.thread_pending
    return count, pending
