"""Opening the dashboard: `fastintercom` without a command, and `fastintercom demo`."""

from __future__ import annotations

from tui.cli.exits import CommandError, ExitCode
from tui.cli.options import Invocation
from tui.formatting import counted

ANNOTATED = "is:starred OR is:done OR has:followup OR has:mynote"


def open_dashboard(invocation: Invocation) -> ExitCode:
    """Open the dashboard and wait until it is closed. Raises `CommandError` (usage) without a terminal
    that can show it."""
    from tui.dashboard import run_dashboard, terminal_problem

    if problem := terminal_problem():
        raise CommandError(problem, ExitCode.USAGE)
    from tui.settings import TokenForOtherHost

    settings = invocation.settings()
    try:
        token = invocation.token(settings)
    except TokenForOtherHost:  # the dashboard asks for one
        token = None
    with invocation.workspace(token, realistic=True, settings=settings) as workspace:
        run_dashboard(workspace, invocation.secrets.append, is_demo=invocation.demo)
        if invocation.demo and (annotated := workspace.count(workspace.parse(ANNOTATED)).total):
            kept = f"your annotations on {counted(annotated, 'conversation')} are not kept"
            invocation.info(f"The demo is over: {kept}.")
    return ExitCode.OK
