"""Opening the dashboard: `fastintercom` without a command, and `fastintercom demo`."""

from __future__ import annotations

import sys

from tui.cli.exits import CommandError, ExitCode
from tui.cli.options import Invocation
from tui.cli.output import is_terminal


def open_dashboard(invocation: Invocation) -> ExitCode:
    """Open the dashboard and wait until it is closed. Raises `CommandError` (usage) without a terminal."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise CommandError(
            "the dashboard needs a terminal; without one use sync, search, show, export, status",
            ExitCode.USAGE,
        )
    from tui.dashboard import run_dashboard

    with invocation.workspace(invocation.token(), realistic=True) as workspace:
        run_dashboard(workspace)
    return ExitCode.OK
