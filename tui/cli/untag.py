"""`fastintercom untag`: take a tag from conversations."""

from __future__ import annotations

import click

from tui.cli.arguments import TEXT
from tui.cli.bulk import Chosen, act_on, in_bulk
from tui.cli.completing import complete_tag
from tui.cli.directory_arguments import tag_to_remove
from tui.cli.options import Invocation, command


@command("untag")
@click.argument("tag", type=TEXT, shell_complete=complete_tag)
@in_bulk
def untag_command(invocation: Invocation, chosen: Chosen, tag: str) -> int:
    """Take TAG, a tag's name or number, from conversations in Intercom.

    More than one are asked about first, by their number; without a terminal --yes N agrees. Off until the
    settings say writes = true.

    Exit codes: 0 done, 1 failed, 3 held, 4 not allowed, 75 not sent yet.
    """
    return act_on(invocation, chosen, lambda workspace: tag_to_remove(workspace, tag))
