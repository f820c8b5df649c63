"""`fastintercom note`: a note for the team."""

from __future__ import annotations

from tui.cli.message import Message, send_message, with_message
from tui.cli.options import Invocation, command


@command("note")
@with_message
def note_command(invocation: Invocation, message: Message) -> int:
    """Add a note for the team to a conversation in Intercom.

    It waits in the outbox until its undo window ends, and is sent once. Off until the settings say
    writes = true.

    Exit codes: 0 sent (with --no-wait: in the outbox), 1 failed, 3 held, 4 not allowed, 75 not sent yet.
    """
    return send_message(invocation, message, "note")
