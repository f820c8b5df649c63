"""Store queries about views. Run on the store thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

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
    return ViewsCounted(views, workspace.views.counts(), spellings, workspace.views.count_due())


def save_view(workspace: Workspace, *, view: View, overwrite: bool = False) -> ViewsChanged | ViewRefused:
    return _change(
        lambda: _save(workspace, view, overwrite=overwrite), lambda name: f"Saved the view “{name}”"
    )


def restore_view(workspace: Workspace, *, view: View, position: int) -> ViewsChanged | ViewRefused:
    """Save a view that was deleted again, at its old position."""

    def restore() -> View:
        restored = _save(workspace, view)
        workspace.views.move(restored.name, position)
        return restored

    return _change(restore, lambda name: f"Restored “{name}”")


def rename_view(workspace: Workspace, *, name: str, new_name: str) -> ViewsChanged | ViewRefused:
    return _change(lambda: workspace.views.rename(name, new_name), lambda new: f"Renamed “{name}” to “{new}”")


def move_view(workspace: Workspace, *, name: str, position: int) -> ViewsChanged | ViewRefused:
    def move() -> View:
        workspace.views.move(name, position)
        return workspace.views.get(name)

    return _change(move, lambda name: f"Moved “{name}”")


def hide_view(workspace: Workspace, *, name: str, hidden: bool) -> ViewsChanged | ViewRefused:
    words = "has no tab now" if hidden else "has a tab again"
    return _change(lambda: workspace.views.hide(name, hidden), lambda name: f"“{name}” {words}")


def delete_view(workspace: Workspace, *, name: str) -> ViewsChanged | ViewRefused:
    changed = _change(lambda: workspace.views.delete(name), lambda name: f"Deleted “{name}”")
    return replace(changed, name="") if isinstance(changed, ViewsChanged) else changed


def restore_queues(workspace: Workspace, *, name: str) -> ViewsChanged | ViewRefused:
    """Arrange the built-in queues as usual; `name` is the view under the cursor."""

    def restore() -> View:
        view = workspace.views.get(name)
        workspace.views.restore_queues()
        return workspace.views.get(view.queue or view.name)

    return _change(restore, lambda _: "The built-in queues have their usual names, order and tabs again")


def _save(workspace: Workspace, view: View, *, overwrite: bool = False) -> View:
    return workspace.views.save(
        view.name,
        view.query,
        sort=view.sort,
        columns=view.columns,
        key=view.key,
        hidden=view.hidden,
        replace=overwrite,
    )


def _change(change: Callable[[], View], words: Callable[[str], str]) -> ViewsChanged | ViewRefused:
    """Make a change, which returns a view; `words` describe it with the name of that."""
    try:
        view = change()
    except (ViewError, QueryError) as error:
        return ViewRefused(str(error), replaceable=isinstance(error, ViewExists) and error.replaceable)
    return ViewsChanged(words(view.name), view.name)
