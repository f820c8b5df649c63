"""`fastintercom snooze`: let conversations sleep until a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.cli.arguments import TEXT
from tui.cli.bulk import Chosen, act_on, in_bulk
from tui.cli.exits import CommandError, ExitCode
from tui.cli.options import Invocation, command
from tui.clock import to_epoch
from tui.writes import Snooze

if TYPE_CHECKING:
    from tui.workspace import Workspace


@command("snooze")
@click.option(
    "--until",
    required=True,
    type=TEXT,
    metavar="WHEN",
    help="Such as 2h, eod, tomorrow at 9, mon 14:00 or 2024-12-20.",
)
@in_bulk
def snooze_command(invocation: Invocation, chosen: Chosen, until: str) -> int:
    """Snooze conversations in Intercom until a time; then they open by themselves.

    Each is read before, and held if somebody wrote meanwhile. More than one are asked about first, by their
    number; without a terminal --yes N agrees. Off until the settings say writes = true.

    Exit codes: 0 done, 1 failed, 3 held, 4 not allowed, 75 not sent yet.
    """
    return act_on(invocation, chosen, lambda workspace: _snooze(workspace, until))


def _snooze(workspace: Workspace, until: str) -> Snooze:
    from tui.future_time import parse_later
    from tui.timeframe import TimeframeError

    try:
        return Snooze(to_epoch(parse_later(until, now=workspace.clock(), tz=workspace.tz)))
    except TimeframeError as error:
        raise CommandError(f"--until: {error}", ExitCode.USAGE) from None
