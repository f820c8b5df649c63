"""`--view`: a saved or built-in view in the place of a query, or narrowed down by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.cli.arguments import TEXT

if TYPE_CHECKING:
    from tui.query import Query
    from tui.workspace import Workspace

view_option = click.option(
    "--view",
    metavar="NAME",
    type=TEXT,
    help="Take a view (see `fastintercom views`); QUERY, if any, narrows it down.",
)


def read_query(workspace: Workspace, view: str | None, words: tuple[str, ...]) -> Query:
    """The query of the words, of the view, or of both. Raises `ViewError` or `QueryError`."""
    text = " ".join(words)
    return workspace.parse(text) if view is None else workspace.views.query(view, text)


def need_query(view: str | None, words: tuple[str, ...]) -> None:
    """Raises a usage error when there is neither a view nor a query."""
    if view is None and not words:
        raise click.UsageError("Missing argument 'QUERY...'", click.get_current_context())
