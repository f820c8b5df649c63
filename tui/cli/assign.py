"""`fastintercom assign`: give conversations to a teammate, a team or nobody."""

from __future__ import annotations

import click

from tui.cli.arguments import TEXT
from tui.cli.bulk import Chosen, act_on, in_bulk
from tui.cli.completing import complete_assignee
from tui.cli.directory_arguments import assignment
from tui.cli.options import Invocation, command


@command("assign")
@click.option(
    "--to",
    required=True,
    type=TEXT,
    shell_complete=complete_assignee,
    metavar="WHOM",
    help="A teammate (name, address, number or me), team:NAME, or nobody.",
)
@in_bulk
def assign_command(invocation: Invocation, chosen: Chosen, to: str) -> int:
    """Assign conversations in Intercom to a teammate, a team or nobody.

    Closed ones are left out, because Intercom opens what is assigned. --to team:nobody takes the team away.
    More than one are asked about first, by their number; without a terminal --yes N agrees. Off until the
    settings say writes = true.

    Exit codes: 0 done, 1 failed, 3 held, 4 not allowed, 75 not sent yet.
    """
    return act_on(invocation, chosen, lambda workspace: assignment(workspace, to))
