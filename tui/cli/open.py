"""`fastintercom open`: open conversations."""

from __future__ import annotations

from tui.cli.bulk import Chosen, act_on, in_bulk
from tui.cli.options import Invocation, command
from tui.writes import Open


@command("open")
@in_bulk
def open_command(invocation: Invocation, chosen: Chosen) -> int:
    """Open conversations in Intercom.

    More than one are asked about first, by their number; without a terminal --yes N agrees. Off until the
    settings say writes = true.

    Exit codes: 0 done, 1 failed, 3 held, 4 not allowed, 75 not sent yet.
    """
    return act_on(invocation, chosen, lambda _: Open())
