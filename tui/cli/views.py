"""`fastintercom views`: the built-in and the saved views, with their counts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli.arguments import TEXT
from tui.cli.completing import complete_column, complete_order, complete_query, complete_view
from tui.cli.exits import CommandError, ExitCode
from tui.cli.hangup import ending_at_hangup
from tui.cli.options import Invocation, command, global_options, output_option
from tui.cli.output import flush, in_one_line, json_answer, paint, text_width, write
from tui.cli.period import print_freshness
from tui.cli.table import TableColumn, table
from tui.files import atomic_writer
from tui.formatting import amount, counted

if TYPE_CHECKING:
    from tui.cli.json_shapes import ViewJson, ViewsJson
    from tui.domain import Count
    from tui.views import View
    from tui.workspace import Workspace


view_argument = click.argument("name", type=TEXT, shell_complete=complete_view)


@click.group("views", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def views_command(context: click.Context, as_json: bool) -> int:
    """List the views with their counts. Each can be searched: fastintercom search --view waiting"""
    if context.invoked_subcommand is not None:
        return ExitCode.OK
    from tui.cli.syncing import sync_demo

    invocation = context.ensure_object(Invocation)
    with invocation.workspace() as workspace:
        sync_demo(invocation, workspace)
        views, counts = workspace.views.all(), workspace.views.counts()
        if as_json:
            write(json_answer(_json(workspace, views, counts)))
        else:
            for line in _lines(views, counts):
                write(line)
        flush()
        for view in views:
            if counts[view.name] is None:
                invocation.info(f"{view.name}: {_problem(workspace, view)}")
        print_freshness(invocation, workspace, workspace.verdict())
    return ExitCode.OK


@command("save")
@click.argument("name", type=TEXT)
@click.argument("query", nargs=-1, required=True, type=TEXT, shell_complete=complete_query)
@click.option(
    "--sort",
    "order",
    default="",
    metavar="ORDER",
    shell_complete=complete_order,
    help="Sort order, such as waiting or created.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="COLUMN",
    shell_complete=complete_column,
    help="A column to show; repeatable.",
)
@click.option("--key", default="", metavar="KEY", help="Key that opens it in the dashboard, such as f2.")
@click.option("--replace", is_flag=True, help="Replace the saved view of that name.")
def save_command(
    invocation: Invocation,
    name: str,
    query: tuple[str, ...],
    order: str,
    columns: tuple[str, ...],
    key: str,
    replace: bool,
) -> int:
    """Save QUERY as a view."""
    from tui.views.model import check_sort

    with invocation.workspace() as workspace:
        view = workspace.views.save(
            name, " ".join(query), sort=check_sort(order), columns=columns, key=key, replace=replace
        )
        shown = f" · columns {', '.join(view.columns)}" if view.columns else ""
        invocation.info(f"Saved “{view.name}”: {view.source}{shown}")
    return ExitCode.OK


@command("rename")
@view_argument
@click.argument("new_name", type=TEXT)
def rename_command(invocation: Invocation, name: str, new_name: str) -> int:
    """Give a view another name. A built-in queue is found by its usual name too."""
    with invocation.workspace() as workspace:
        invocation.info(f"Renamed to “{workspace.views.rename(name, new_name).name}”.")
    return ExitCode.OK


@command("move")
@view_argument
@click.argument("place", type=click.IntRange(min=1))
def move_command(invocation: Invocation, name: str, place: int) -> int:
    """Put a view at a PLACE in the list; 1 is the first."""
    with invocation.workspace() as workspace:
        workspace.views.move(name, place - 1)
        invocation.info(f"Moved “{workspace.views.get(name).name}”.")
    return ExitCode.OK


@command("hide")
@view_argument
def hide_command(invocation: Invocation, name: str) -> int:
    """Hide the tab of a view in the dashboard."""
    with invocation.workspace() as workspace:
        invocation.info(f"Hid the tab of “{workspace.views.hide(name).name}”.")
    return ExitCode.OK


@command("show")
@view_argument
def show_command(invocation: Invocation, name: str) -> int:
    """Show the tab of a hidden view again."""
    with invocation.workspace() as workspace:
        view = workspace.views.hide(name, hidden=False)
        invocation.info(f"“{view.name}” has a tab in the dashboard.")
    return ExitCode.OK


@command("restore-queues")
def restore_queues_command(invocation: Invocation) -> int:
    """Give the built-in queues their usual names, order and tabs."""
    with invocation.workspace() as workspace:
        workspace.views.restore_queues()
        invocation.info("The built-in queues have their usual names, order and tabs again.")
    return ExitCode.OK


@command("delete")
@view_argument
def delete_command(invocation: Invocation, name: str) -> int:
    """Delete a saved view."""
    with invocation.workspace() as workspace:
        view = workspace.views.delete(name)
        invocation.info(f"Deleted “{view.name}”: {view.source}")
    return ExitCode.OK


@command("export")
@output_option
def export_command(invocation: Invocation, output: Path | None) -> int:
    """Write the saved views as TOML. How the built-in queues are arranged is not in it."""
    with invocation.workspace() as workspace:
        text = workspace.views.export_toml()
    if output is None or str(output) == "-":
        write(text.removesuffix("\n"))
    else:
        with ending_at_hangup(), atomic_writer(output) as file:
            file.write(text)
        invocation.info(f"Wrote the saved views to {in_one_line(output)}.")
    return ExitCode.OK


@command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Replace saved views of the same names.")
def import_command(invocation: Invocation, file: Path, replace: bool) -> int:
    """Import views from a TOML file (- for stdin). If one is invalid, none is saved."""
    from tui.views import ViewError

    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except UnicodeDecodeError:
        raise CommandError(f"{file}: not a UTF-8 text file", ExitCode.USAGE) from None
    with invocation.workspace() as workspace:
        try:
            views = workspace.views.import_toml(text, replace=replace)
        except ViewError as error:
            raise CommandError(f"{file}, {error}", ExitCode.USAGE) from None
    names = ", ".join(view.name for view in views)
    invocation.info(f"Saved {counted(len(views), 'view')}{': ' if names else ''}{names}.")
    return ExitCode.OK


views_command.params.extend(global_options(hidden=True))
for _command in (
    save_command,
    rename_command,
    move_command,
    hide_command,
    show_command,
    delete_command,
    restore_queues_command,
    export_command,
    import_command,
):
    views_command.add_command(_command)


def _json(workspace: Workspace, views: tuple[View, ...], counts: dict[str, Count | None]) -> ViewsJson:
    return {
        "views": [_view_json(workspace, view, counts[view.name]) for view in views],
        "sync_info": workspace.sync_info(workspace.verdict(), workspace.outlook()),
    }


def _view_json(workspace: Workspace, view: View, count: Count | None) -> ViewJson:
    return {
        "name": view.name,
        "query": view.query,
        "sort": view.sort.value if view.sort else None,
        "columns": list(view.columns),
        "key": view.key or None,
        "built_in": view.built_in,
        "hidden": view.hidden,
        "total": count.total if count else None,
        "total_is_exact": count.exact if count else None,
        "problem": None if count else _problem(workspace, view),
    }


def _problem(workspace: Workspace, view: View) -> str:
    from tui.query import QueryError

    try:
        workspace.parse(view.source)
    except QueryError as error:
        return str(error)
    return "the query cannot be parsed"


def _lines(views: tuple[View, ...], counts: dict[str, Count | None]) -> list[str]:
    columns = [
        TableColumn("VIEW"),
        TableColumn("TOTAL", right=True),
        TableColumn("KEY"),
        TableColumn("QUERY", flexible=True),
    ]
    cells = [[_shown_name(view), _total(counts[view.name]), view.key, view.source] for view in views]
    if any(view.columns for view in views):
        columns.append(TableColumn("COLUMNS", 80))
        cells = [[*line, ", ".join(view.columns)] for line, view in zip(cells, views, strict=True)]
    head, *lines = table(columns, cells, text_width())
    return [paint(head, "1", sys.stdout), *lines]


def _total(count: Count | None) -> str:
    return "?" if count is None else amount(count)


def _shown_name(view: View) -> str:
    return f"{view.name} (hidden)" if view.hidden else view.name
