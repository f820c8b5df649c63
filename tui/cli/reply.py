"""`fastintercom reply`: a message to the customer."""

from __future__ import annotations

from tui.cli.message import Message, send_message, with_message
from tui.cli.options import Invocation, command


@command("reply")
@with_message
def reply_command(invocation: Invocation, message: Message) -> int:
    """Write to the customer of a conversation in Intercom.

    It waits in the outbox until its undo window ends. Then the conversation is read, and if somebody wrote
    meanwhile, the reply is held. It is sent once. Off until the settings say writes = true.

    Exit codes: 0 sent (with --no-wait: in the outbox), 1 failed, 3 held, 4 not allowed, 75 not sent yet.
    """
    return send_message(invocation, message, "reply")
