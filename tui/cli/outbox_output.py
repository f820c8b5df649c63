"""Changes of the outbox, in words and as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from tui.clock import from_epoch
from tui.formatting import date_time, duration, listed
from tui.visible import visible_line, visible_name
from tui.writes import (
    NOBODY,
    AddTag,
    Assign,
    Close,
    MarkRead,
    Note,
    Open,
    RemoveTag,
    Reply,
    SetTitle,
    Snooze,
    Write,
    WriteState,
)

if TYPE_CHECKING:
    from tui.cli.json_shapes import ActingAsJson, WriteJson
    from tui.domain import Directory
    from tui.outbox import Identity
    from tui.writes import QueuedWrite

QUOTED = 60
"""Characters of a text that are quoted in a line."""


def assignee(write: Assign, directory: Directory) -> str:
    """Whom it is assigned to."""
    if write.id == NOBODY:
        return "nobody"
    return directory.team_name(write.id) if write.to == "team" else directory.teammate_name(write.id)


def what(write: Write, directory: Directory) -> str:
    """A change in some words: "close", "assign to team Billing", "reply “Hello Grace, …”"."""
    match write:
        case Note() | Reply():
            said = _quoted(write.text) if write.text else ""
            files = [visible_line(file.name) for file in write.files] + [
                visible_line(url) for url in write.urls
            ]
            added = f"with {listed(files)}" if files else ""
            return " ".join(filter(None, ("note" if isinstance(write, Note) else "reply", said, added)))
        case Close():
            return "close"
        case Open():
            return "open"
        case Snooze(until=until):
            return f"snooze until {date_time(from_epoch(until))}"
        case Assign(to=to):
            team = "team " if to == "team" else ""
            return f"assign to {team}{visible_name(assignee(write, directory))}"
        case AddTag() | RemoveTag():
            word = "tag" if isinstance(write, AddTag) else "untag"
            return f"{word} {_quoted(_tag_name(write, directory))}"
        case SetTitle(title=title):
            return f"title {_quoted(title)}"
        case MarkRead(read=read):
            return f"mark as {'read' if read else 'unread'}"


def outcome(entry: QueuedWrite, now: datetime) -> str:
    """How far a change is: "sent", "not sent, sends in 8 s", "held: Grace wrote at 14:30"."""
    left = (entry.due_at - now).total_seconds()
    words = {
        WriteState.WAITING: f"not sent, sends in {duration(left)}" if left > 0 else "not sent",
        WriteState.SENDING: "being sent",
        WriteState.CANCELLED: "taken back",
    }.get(entry.state, str(entry.state))
    return f"{words}: {visible_line(entry.error)}" if entry.error else words


def line_of(entry: QueuedWrite, directory: Directory, now: datetime) -> str:
    """ "change 12 · conversation 215470000136423 · close · sent"."""
    return " · ".join(
        (
            f"change {entry.id}",
            f"conversation {entry.conversation_id}",
            what(entry.write, directory),
            outcome(entry, now),
        )
    )


def acting_as_words(identity: Identity) -> str:
    """ "Ada Lovelace in Harbourly (EU)"."""
    where = visible_name(identity.workspace) or "this workspace"
    region = f" ({visible_line(identity.region)})" if identity.region else ""
    return f"{visible_name(identity.teammate.name)} in {where}{region}"


def acting_as_json(identity: Identity | None) -> ActingAsJson | None:
    if identity is None:
        return None
    return {
        "id": identity.teammate.id,
        "name": identity.teammate.name,
        "workspace": identity.workspace,
        "region": identity.region,
        "own": identity.is_own,
    }


def write_json(entry: QueuedWrite, directory: Directory) -> WriteJson:
    write = entry.write
    message = write if isinstance(write, Note | Reply) else None
    assign = write if isinstance(write, Assign) else None
    tag = write if isinstance(write, AddTag | RemoveTag) else None
    return {
        "id": entry.id,
        "batch": entry.batch,
        "conversation_id": entry.conversation_id,
        "kind": entry.kind,
        "text": message.text if message else None,
        "images": [*message.urls] if message else [],
        "files": [
            {"name": file.name, "content_type": file.content_type, "size": file.size}
            for file in (message.files if message else ())
        ],
        "until": from_epoch(write.until) if isinstance(write, Snooze) else None,
        "to": (assign.to if assign.id != NOBODY else "nobody") if assign else None,
        "to_id": assign.id if assign else None,
        "to_name": assignee(assign, directory) if assign else None,
        "tag_id": (tag.id or None) if tag else None,
        "tag": _tag_name(tag, directory) if tag else None,
        "title": write.title if isinstance(write, SetTitle) else None,
        "read": write.read if isinstance(write, MarkRead) else None,
        "teammate_id": entry.admin_id,
        "teammate": directory.teammate_name(entry.admin_id),
        "state": entry.state.value,
        "reason": entry.reason.value if entry.reason else None,
        "error": entry.error or None,
        "composed_at": entry.composed_at,
        "due_at": entry.due_at,
        "sent_at": entry.sending_at,
        "ended_at": entry.ended_at,
        "attempts": entry.attempts,
        "part_id": entry.part_id,
        "request_id": entry.request_id or None,
        "undoes": entry.undoes,
    }


def _quoted(text: str) -> str:
    shown = visible_line(text)
    return f"“{shown if len(shown) <= QUOTED else shown[: QUOTED - 1] + '…'}”"


def _tag_name(write: AddTag | RemoveTag, directory: Directory) -> str:
    """The name of a tag, also of one that is still to be created."""
    return write.new_name if isinstance(write, AddTag) and write.new_name else directory.tag_name(write.id)
