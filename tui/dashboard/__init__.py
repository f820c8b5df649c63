"""The terminal dashboard. Its functions import what they need, so that Textual is loaded when it opens,
not before."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from typing import TYPE_CHECKING

from tui.dashboard.terminal_size import SMALLEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.settings import Secret, Settings
    from tui.workspace import Workspace


WITHOUT_TERMINAL = "without one use sync, search, show, export, status"


def run_dashboard(
    workspace: Workspace,
    on_token: Callable[[Secret], object] = lambda _: None,
    *,
    is_demo: bool = False,
    problem: str = "",
) -> str | None:
    """Open the dashboard for `workspace` and return when the user leaves: the name of the profile to open
    next, or None when they quit.

    `on_token` is given the token that the user enters; `problem` is shown at the start. The programs that the
    dashboard starts, such as a browser, do not inherit INTERCOM_ACCESS_TOKEN: it is taken out of the
    environment of this process.

    Raises `SystemExit` with a one-line message if there is no terminal, or one that is too small;
    `SettingsError` if the keymap names an action that does not exist; `KeyboardInterrupt` if a signal ended
    the dashboard.
    """
    refuse_bad_terminal()
    gc.disable()  # start-up makes hardly any garbage; `FastIntercomApp.on_ready` enables it again
    from tui.dashboard.app import create_app
    from tui.dashboard.app_result import RestartWithToken, StartDemo, SwitchProfile
    from tui.dashboard.keymap import check_keymap

    check_keymap(workspace.settings)
    os.environ.pop("INTERCOM_ACCESS_TOKEN", None)
    request = token_request(workspace.settings)
    app = create_app(workspace, token_request=request, on_token=on_token, is_demo=is_demo, problem=problem)
    result = app.run()
    if app.ended_by_signal:
        raise KeyboardInterrupt
    if isinstance(result, RestartWithToken):
        from tui.workspace import Workspace

        workspace.close()
        on_token(result.token)
        clock, zone = workspace.clock.local, workspace.tz
        with Workspace(result.settings, clock=clock, tz=zone, token=result.token) as with_token:
            return run_dashboard(with_token, on_token)
    if isinstance(result, StartDemo):
        workspace.close()
        # The demo has its own database and server, so it replaces this process.
        os.execv(sys.executable, [sys.executable, "-m", "tui", "demo"])  # noqa: S606
    return result.name if isinstance(result, SwitchProfile) else None


def refuse_bad_terminal() -> None:
    """Raises `SystemExit` with one line that says why the dashboard cannot be shown."""
    if problem := terminal_problem():
        raise SystemExit(problem)


def terminal_problem() -> str | None:
    """Why the dashboard cannot be shown here; None if it can."""
    if any(stream.closed or not stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return f"the dashboard needs a terminal; {WITHOUT_TERMINAL}"
    term = os.environ.get("TERM", "")
    if term in {"", "dumb"} and sys.platform != "win32":
        return (
            f"the dashboard needs a terminal that can place text, and TERM is {term or 'not set'}: set it to"
            f" what yours is, such as xterm-256color; {WITHOUT_TERMINAL}"
        )
    size = shutil.get_terminal_size()
    if size.columns < SMALLEST[0] or size.lines < SMALLEST[1]:
        return (
            f"the terminal is too small for the dashboard: {size.columns}×{size.lines}, "
            f"it needs {SMALLEST[0]}×{SMALLEST[1]}"
        )
    return None


def token_request(settings: Settings) -> str | None:
    """Why the dashboard must ask for an access token, or "" if there is none; None if there is one."""
    from tui.settings import TokenForOtherHost, resolve_token

    if settings.token is not None or settings.token_command:
        return None
    try:
        return _no_token(settings) if resolve_token(settings) is None else None
    except TokenForOtherHost as error:
        return f"{error.reason}; correct that, or enter a token for {error.host} here"


def _no_token(settings: Settings) -> str:
    """What is said when there is no token yet: that of a new profile may be misspelt."""
    from tui.settings.profiles import alike, profile_exists

    name = settings.profile
    if not name or profile_exists(name):
        return ""
    return f"There is no profile “{name}” yet{alike(name)}; a token makes it."
