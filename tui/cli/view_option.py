"""`--view`: a saved or built-in view instead of a query, or narrowed by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.cli.arguments import TEXT
from tui.cli.completing import complete_view

if TYPE_CHECKING:
    from tui.query import Query
    from tui.workspace import Workspace

view_option = click.option(
    "--view",
    metavar="NAME",
    type=TEXT,
    shell_complete=complete_view,
    help="Search in a view (see `fastintercom views`); QUERY narrows it.",
)


def read_query(workspace: Workspace, view: str | None, words: tuple[str, ...]) -> Query:
    """The query of the words, of the view, or of both. Raises `ViewError` or `QueryError`."""
    text = " ".join(words)
    return workspace.parse(text) if view is None else workspace.views.query(view, text)


def require_query(view: str | None, words: tuple[str, ...]) -> None:
    """Raises a usage error if there is neither a view nor a query."""
    if view is None and not words:
        raise click.UsageError("Missing argument 'QUERY...'", click.get_current_context())
