"""Whether something may be done, and what the user agrees to. Run on the store thread."""

from __future__ import annotations

from tui.dashboard.permission.messages import PermissionGiven, PermissionRead
from tui.settings import SettingsError, change_settings
from tui.workspace import Workspace


def read_permission(workspace: Workspace, *, kind: str) -> PermissionRead:
    outbox, settings = workspace.outbox, workspace.settings
    return PermissionRead(
        outbox.refusal(kind),
        is_switched_off=not (settings.writes or settings.read_only or workspace.read_only),
        obstacle=outbox.obstacle(kind),
        identity=outbox.identity(),
        unconfirmed=outbox.unconfirmed(),
        undo_window=settings.undo_window_of(kind),
    )


def turn_on(workspace: Workspace) -> PermissionGiven:
    """Allow changes, in the settings file and here."""
    try:
        settings = change_settings(workspace.settings.config_path, {"writes": True})
    except SettingsError as error:
        return PermissionGiven(str(error))
    workspace.adopt(settings, ("writes",))
    return PermissionGiven()


def confirm(workspace: Workspace, *, admin_id: int) -> PermissionGiven:
    """Agree to use the name of another teammate."""
    workspace.outbox.confirm_act_as(admin_id)
    return PermissionGiven()
