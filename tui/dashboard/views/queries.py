"""Store queries about views. Run on the store thread."""

from __future__ import annotations

from collections.abc import Callable

from tui.dashboard.views.messages import ViewRefused, ViewsChanged, ViewsCounted
from tui.query import QueryError
from tui.views import View, ViewError, ViewExists
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


def save_view(workspace: Workspace, *, view: View, replace: bool = False) -> ViewsChanged | ViewRefused:
    def save() -> object:
        return workspace.views.save(
            view.name, view.query, sort=view.sort, columns=view.columns, key=view.key, replace=replace
        )

    return _change(save, f"Saved the view “{view.name}”", view.name)


def rename_view(workspace: Workspace, *, name: str, new_name: str) -> ViewsChanged | ViewRefused:
    return _change(
        lambda: workspace.views.rename(name, new_name), f"Renamed “{name}” to “{new_name}”", new_name
    )


def move_view(workspace: Workspace, *, name: str, position: int) -> ViewsChanged | ViewRefused:
    return _change(lambda: workspace.views.move(name, position), "", name)


def delete_view(workspace: Workspace, *, name: str) -> ViewsChanged | ViewRefused:
    return _change(lambda: workspace.views.delete(name), f"Deleted the view “{name}”", "")


def _change(change: Callable[[], object], words: str, name: str) -> ViewsChanged | ViewRefused:
    """Make a change; `words` describe it, `name` is the name of the view afterwards."""
    try:
        change()
    except (ViewError, QueryError) as error:
        return ViewRefused(str(error), replaceable=isinstance(error, ViewExists) and error.replaceable)
    return ViewsChanged(words, name)
