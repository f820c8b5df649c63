"""`fastintercom demo`: the dashboard with a demo workspace."""

from __future__ import annotations

from tui.cli.dashboard import open_dashboard
from tui.cli.exits import ExitCode
from tui.cli.options import Invocation, command


@command("demo")
def demo_command(invocation: Invocation) -> ExitCode:
    """Open the dashboard with a demo workspace whose conversations change while you watch.

    It needs no token and no network, and nothing of it is kept.
    """
    invocation.demo = True
    return open_dashboard(invocation)
