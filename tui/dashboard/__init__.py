"""The terminal dashboard. Textual is imported when it is opened, not before."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from typing import TYPE_CHECKING

from tui.dashboard.terminal_size import SMALLEST

if TYPE_CHECKING:
    from tui.settings import Settings
    from tui.workspace import Workspace


def run_dashboard(workspace: Workspace) -> None:
    """Open the dashboard on `workspace` and return when the user leaves.

    Raises `SystemExit` with a one-line message where there is no terminal, or one that is too small;
    `SettingsError` for a key given to an action that does not exist; `KeyboardInterrupt` when a signal
    ended it.
    """
    refuse_bad_terminal()
    gc.disable()  # nothing made while the modules load is garbage; the dashboard enables it again
    from tui.dashboard.app import create_app
    from tui.dashboard.app_result import RestartWithToken, StartDemo
    from tui.dashboard.keymap import check_keymap

    check_keymap(workspace.settings)
    app = create_app(workspace, ask_for_token=lacks_token(workspace.settings))
    outcome = app.run()
    if app.was_ended:
        raise KeyboardInterrupt
    if isinstance(outcome, RestartWithToken):
        from tui.workspace import Workspace

        workspace.close()
        clock, zone = workspace.clock.local, workspace.tz
        with Workspace(outcome.settings, clock=clock, tz=zone, token=outcome.token) as with_token:
            run_dashboard(with_token)
    elif isinstance(outcome, StartDemo):
        workspace.close()
        # The demo brings its own database and server; this process has nothing left to do.
        os.execv(sys.executable, [sys.executable, "-m", "tui", "demo"])  # noqa: S606


def refuse_bad_terminal() -> None:
    """Raises `SystemExit` with the words for the user."""
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise SystemExit("the dashboard needs a terminal; without one use sync, search, show, export, status")
    size = shutil.get_terminal_size()
    if size.columns < SMALLEST[0] or size.lines < SMALLEST[1]:
        raise SystemExit(
            f"the terminal is too small for the dashboard: {size.columns}×{size.lines}, "
            f"it needs {SMALLEST[0]}×{SMALLEST[1]}"
        )


def lacks_token(settings: Settings) -> bool:
    """Whether no source has an access token, so that the user must be asked for one."""
    from tui.settings import resolve_token

    if settings.token is not None or settings.token_command:
        return False
    return resolve_token(settings) is None
