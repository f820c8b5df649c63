"""`fastintercom tag`: give conversations a tag."""

from __future__ import annotations

import click

from tui.cli.arguments import TEXT
from tui.cli.bulk import Chosen, act_on, in_bulk
from tui.cli.completing import complete_tag
from tui.cli.directory_arguments import tag_to_add
from tui.cli.options import Invocation, command


@command("tag")
@click.argument("tag", type=TEXT, shell_complete=complete_tag)
@click.option("--create", is_flag=True, help="Make the tag if there is none of this name.")
@in_bulk
def tag_command(invocation: Invocation, chosen: Chosen, tag: str, create: bool) -> int:
    """Tag conversations in Intercom with TAG, a tag's name or number.

    More than one are asked about first, by their number; without a terminal --yes N agrees. Off until the
    settings say writes = true.

    Exit codes: 0 done, 1 failed, 3 held, 4 not allowed, 75 not sent yet.
    """
    return act_on(invocation, chosen, lambda workspace: tag_to_add(workspace, tag, create=create))
