"""Reading the conversations that a command is run on."""

from __future__ import annotations

from dataclasses import replace

from tui.answers import to_json
from tui.conversation_json import conversation_json
from tui.dashboard.own_commands.messages import (
    CommandInputRead,
    CommandTargetsRead,
    ConversationInput,
    PendingRun,
)
from tui.dashboard.triage.targets import Targets, read_targets
from tui.settings import OwnCommand
from tui.workspace import Workspace

MOST = 1_000
"""Conversations that a command can be run on."""
AT_ONCE = 50
"""Conversations that are read in one job, so that others get their turn."""


def read_command_targets(
    workspace: Workspace, *, command: OwnCommand, targets: Targets
) -> CommandTargetsRead:
    ids = read_targets(workspace, targets)
    return CommandTargetsRead(command, len(ids), tuple(sorted(ids)) if len(ids) <= MOST else ())


def read_command_input(workspace: Workspace, *, run: PendingRun) -> CommandInputRead:
    """Read some more of the conversations; those that are gone are left out."""
    ids, unread = run.unread[:AT_ONCE], run.unread[AT_ONCE:]
    if run.command.input == "json":
        read = [found for id_ in ids if (found := _read_json(workspace, id_)) is not None]
    else:
        read = [ConversationInput(row.id, row.url, "") for row in workspace.rows(ids)]
    return CommandInputRead(replace(run, unread=unread, read=(*run.read, *read)))


def _read_json(workspace: Workspace, conversation_id: int) -> ConversationInput | None:
    thread = workspace.thread(conversation_id)
    if thread is None or thread.deleted_at is not None:
        return None
    row = thread.conversation
    contact = workspace.lookup.contact(row.customer.id)
    # Escaped to ASCII, it is the same JSON whatever the encoding that the program expects.
    return ConversationInput(row.id, row.url, to_json(conversation_json(thread, contact), ascii_only=True))
