"""`fastintercom demo`: the dashboard on an invented workspace."""

from __future__ import annotations

from tui.cli.dashboard import open_dashboard
from tui.cli.exits import ExitCode
from tui.cli.options import Invocation, command


@command("demo")
def demo_command(invocation: Invocation) -> ExitCode:
    """Open the dashboard on an invented workspace that changes while you watch.

    It runs inside this process, needs no token and no network, and is gone when you quit.
    """
    invocation.demo = True
    return open_dashboard(invocation)
