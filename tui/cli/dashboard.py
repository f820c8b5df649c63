"""Opening the dashboard: `fastintercom` without a command, and `fastintercom demo`."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.cli.exits import CommandError, ExitCode, explain
from tui.cli.options import Invocation
from tui.formatting import counted
from tui.text import one_line

if TYPE_CHECKING:
    from tui.workspace import Workspace

ANNOTATED = "is:starred OR is:done OR has:followup OR has:mynote"


def open_dashboard(invocation: Invocation) -> ExitCode:
    """Open the dashboard and wait until it is closed; another profile that is chosen there follows it.

    A profile that cannot be opened leads back to the one before, which says why. Raises `CommandError`
    (usage) without a terminal that can show it.
    """
    from tui.dashboard import run_dashboard, terminal_problem
    from tui.settings import DEFAULT_PROFILE

    if unusable := terminal_problem():
        raise CommandError(unusable, ExitCode.USAGE)
    before: Invocation | None = None
    known: dict[str, Invocation] = {}
    problem = ""
    while True:
        with ExitStack() as stack:
            try:
                workspace = stack.enter_context(_opened(invocation))
                known[workspace.settings.profile or DEFAULT_PROFILE] = invocation
                chosen = run_dashboard(
                    workspace, invocation.secrets.append, is_demo=invocation.demo, problem=problem
                )
            except Exception as error:
                explained = explain(error)
                if before is None or explained is None:
                    raise
                problem = _words(str(invocation.profile), explained[0])
                invocation, before = before, None
                continue
            if invocation.demo and (annotated := workspace.count(workspace.parse(ANNOTATED)).total):
                kept = f"your annotations on {counted(annotated, 'conversation')} are not kept"
                invocation.info(f"The demo is over: {kept}.")
        if chosen is None:
            return ExitCode.OK
        other = replace(invocation, profile=chosen, config=None, database=None)
        before, invocation, problem = invocation, known.get(chosen, other), ""
        gc.unfreeze()  # what was kept from the garbage collector is the dashboard that has ended
        gc.collect()


def _words(profile: str, message: str) -> str:
    """Why a profile cannot be opened, in one line. Its folder, which is known, would take the room."""
    from tui.settings.profiles import profile_settings_path

    reason = one_line(message).replace(f"{profile_settings_path(profile).parent}{os.sep}", "")
    return f"{profile} cannot be opened: {reason}"


@contextmanager
def _opened(invocation: Invocation) -> Iterator[Workspace]:
    """The workspace of the dashboard, which asks for a token where there is none."""
    from tui.settings import TokenForOtherHost

    settings = invocation.settings(may_be_new=True)
    try:
        token = invocation.token(settings)
    except TokenForOtherHost:  # the dashboard asks for one
        token = None
    with invocation.workspace(token, realistic=True, settings=settings) as workspace:
        yield workspace
