"""`fastintercom` without a command, and `demo`: open the dashboard."""

from __future__ import annotations

import sys

from tui.cli.exits import CommandError, ExitCode
from tui.cli.options import Invocation
from tui.cli.output import is_terminal


def open_dashboard(invocation: Invocation) -> ExitCode:
    """Raises `CommandError` (usage) where there is no terminal to draw on."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise CommandError(
            "the dashboard needs a terminal; without one use sync, search, show, export, status",
            ExitCode.USAGE,
        )
    from tui.dashboard import run_dashboard

    with invocation.workspace(invocation.token(), lifelike=True) as workspace:
        run_dashboard(workspace)
    return ExitCode.OK
