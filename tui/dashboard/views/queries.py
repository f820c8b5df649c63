"""Store queries about views. Run on the store thread."""

from __future__ import annotations

from collections.abc import Callable

from tui.dashboard.views.messages import ViewRefused, ViewsChanged, ViewsCounted
from tui.query import QueryError
from tui.views import ViewError
from tui.workspace import Workspace


def count_views(workspace: Workspace) -> ViewsCounted:
    views = workspace.views.all()
    spellings = {}
    for view in views:
        try:
            spellings[view.name] = str(workspace.parse(view.source))
        except QueryError:
            continue  # its count is None, which the tab shows
    return ViewsCounted(views, workspace.views.counts(), spellings)


def change_views(change: Callable[[], object], words: str, chosen: str) -> ViewsChanged | ViewRefused:
    """Do it; `words` say what was done, `chosen` names the view it was about."""
    try:
        change()
    except (ViewError, QueryError) as error:
        return ViewRefused(str(error), taken="exists already" in str(error) and "replace it" in str(error))
    return ViewsChanged(words, chosen)
