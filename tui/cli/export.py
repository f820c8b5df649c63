"""`fastintercom export`: conversations as JSON Lines, CSV or Markdown."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli.arguments import TEXT, query_argument
from tui.cli.exits import CommandError, ExitCode, StdoutClosed
from tui.cli.hangup import ending_at_hangup
from tui.cli.options import Invocation, command, output_option
from tui.cli.output import in_one_line
from tui.cli.period import print_freshness
from tui.cli.view_option import read_query, view_option
from tui.files import atomic_writer
from tui.formatting import counted, number
from tui.text import hint, one_line

if TYPE_CHECKING:
    from tui.cli.writers import Writer
    from tui.query import Query
    from tui.workspace import Workspace

ENDINGS = {".csv": "csv", ".md": "markdown"}
"""Of file names → format."""
DELIMITERS = {",": ",", ";": ";", "tab": "\t"}


@command("export")
@query_argument
@view_option
@output_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "markdown"]),
    help="Default: csv for a file that ends in .csv, markdown for .md, else jsonl (JSON Lines).",
)
@click.option(
    "--fields",
    type=TEXT,
    metavar="A,B,C",
    help="Only these fields, in this order (default: all, which `fastintercom schema export` describes).",
)
@click.option("--delimiter", type=click.Choice([*DELIMITERS]), help="Between the cells of CSV (default: ,).")
@click.option(
    "--bom/--no-bom",
    default=None,
    help="Begin CSV with a byte order mark, which Excel needs (default: for a file that ends in .csv).",
)
def export_command(
    invocation: Invocation,
    query: tuple[str, ...],
    view: str | None,
    output: Path | None,
    form: str | None,
    fields: str | None,
    delimiter: str | None,
    bom: bool | None,
) -> int:
    """Write the conversations that match QUERY (default: all), with their threads.

    Only what is in the mirror is exported; completeness is printed to stderr. In CSV, whatever a spreadsheet
    could read as a formula has a ' before it (in JSON, an escape), and no cell is longer than Excel allows.
    """
    from tui.cli.syncing import sync_demo

    writer = _writer(output, form, fields, delimiter, bom)
    with invocation.workspace() as workspace:
        sync_demo(invocation, workspace)
        parsed = read_query(workspace, view, query)
        verdict = workspace.verdict(parsed)
        if output is None or str(output) == "-":
            count, pending = _export(workspace, parsed, writer, _to_stdout)
            place = ""
        else:
            with ending_at_hangup(), atomic_writer(output) as file:
                count, pending = _export(workspace, parsed, writer, file.write)
            place = f" to {in_one_line(output)}"
        invocation.info(f"Exported {counted(count, 'conversation')}{place}.")
        if remark := writer.remark():
            invocation.info(remark)
        if pending:
            invocation.info(f"{number(pending)} of their threads are still to be fetched.")
        print_freshness(invocation, workspace, verdict)
    return ExitCode.OK


def _writer(
    output: Path | None, form: str | None, fields: str | None, delimiter: str | None, bom: bool | None
) -> Writer:
    """The writer that the options describe. Raises `CommandError` for options that exclude each other."""
    from tui.cli.writers import Csv, JsonLines, Markdown
    from tui.conversation_json import FIELDS

    ending = "" if output is None else output.suffix.lower()
    form = form or ENDINGS.get(ending, "jsonl")
    if form != "csv":
        for name, given in (("--delimiter", delimiter is not None), ("--bom", bom is not None)):
            if given:
                raise CommandError(f"{name} is for CSV; add --format csv", ExitCode.USAGE)
    if form == "markdown":
        if fields is not None:
            raise CommandError("--fields is for JSON Lines and CSV; Markdown has no fields", ExitCode.USAGE)
        return Markdown()
    chosen = FIELDS if fields is None else _read_fields(fields, FIELDS)
    if form == "jsonl":
        return JsonLines(chosen)
    return Csv(chosen, DELIMITERS[delimiter or ","], bom=ending == ".csv" if bom is None else bom)


def _read_fields(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The names of a list with commas. Raises `CommandError` for one that is unknown or there twice."""
    names = tuple(name.strip() for name in text.split(","))
    for index, name in enumerate(names):
        if name not in known:
            why = f"there is no field “{one_line(name)}”; {hint(name, known)}"
        elif name in names[:index]:
            why = f"“{name}” is given twice"
        else:
            continue
        raise CommandError(f"--fields: {why}", ExitCode.USAGE)
    return names


def _to_stdout(text: str) -> object:
    try:
        return sys.stdout.write(text)
    except BrokenPipeError:
        raise StdoutClosed from None


def _export(
    workspace: Workspace, query: Query, writer: Writer, write: Callable[[str], object]
) -> tuple[int, int]:
    """Returns how many conversations were written, and of how many the (newest) thread is still missing."""
    write(writer.head())
    count = pending = 0
    for conversation_id in workspace.search_ids(query):
        thread = workspace.thread(conversation_id)
        if thread is None or thread.deleted_at is not None:
            continue  # deleted since the search
        contact = workspace.lookup.contact(thread.conversation.customer.id)
        write(writer.conversation(thread, contact))
        count += 1
        pending += thread.conversation.thread_pending
    return count, pending
