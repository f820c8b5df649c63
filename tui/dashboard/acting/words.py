"""Changes in Intercom in words: what is done, and how far it is. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from tui.clock import from_epoch
from tui.dashboard.triage.marks import later_text
from tui.domain import Directory
from tui.formatting import counted, duration
from tui.outbox import OutboxCounts
from tui.visible import visible_name
from tui.writes import (
    NOBODY,
    AddTag,
    Assign,
    Close,
    HeldReason,
    MarkRead,
    Note,
    Open,
    QueuedWrite,
    RemoveTag,
    Reply,
    SetTitle,
    Snooze,
    Write,
    WriteState,
)


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A change of the outbox, with the names in it."""

    write: QueuedWrite
    author: str
    words: str
    """What is done, such as "close" or "assign to Ada"."""
    is_own: bool
    """Whether it was made in this window, and is nothing that takes another one back."""

    @property
    def text(self) -> str:
        """What a message says; empty for other changes."""
        return self.write.write.text if isinstance(self.write.write, Note | Reply) else ""

    @property
    def is_message(self) -> bool:
        return isinstance(self.write.write, Note | Reply)

    @property
    def has_newer_message(self) -> bool:
        """Whether it is held because somebody wrote after it was composed."""
        return self.write.state is WriteState.HELD and self.write.reason is HeldReason.NEWER_MESSAGE


def shown_changes(
    writes: Iterable[QueuedWrite], directory: Directory, session: str, now: datetime, zone: tzinfo | None
) -> tuple[ShownChange, ...]:
    """Changes with their words; `session` is that of this window."""
    return tuple(
        ShownChange(
            write,
            visible_name(directory.teammate_name(write.admin_id)),
            change_words(write.write, directory, now, zone),
            is_own=write.session == session and write.undoes is None,
        )
        for write in writes
    )


def change_words(write: Write, directory: Directory, now: datetime, zone: tzinfo | None) -> str:
    """ "close", "snooze until tomorrow 09:00", "assign to Ada", "tag #refund"."""
    match write:
        case Note():
            return "note"
        case Reply():
            return "reply"
        case Close() | Open():
            return "close" if isinstance(write, Close) else "open"
        case Snooze(until=until):
            return f"snooze until {later_text(from_epoch(until), now, zone)}"
        case Assign(to=to, id=id_) if id_ == NOBODY:
            return "assign to nobody" if to == "teammate" else "assign to no team"
        case Assign(to="team", id=id_):
            return f"assign to {visible_name(directory.team_name(id_))}"
        case Assign(id=id_):
            return f"assign to {visible_name(directory.teammate_name(id_))}"
        case AddTag(id=id_, new_name=name):
            return f"tag #{visible_name(directory.tag_name(id_) if id_ else name)}"
        case RemoveTag(id=id_):
            return f"untag #{visible_name(directory.tag_name(id_))}"
        case SetTitle(title=title):
            return f"title “{visible_name(title)}”"
        case MarkRead(read=read):
            return "mark as read" if read else "mark as unread"


def state_words(write: QueuedWrite, now: datetime) -> str:
    """How far a change is: "sends in 8 s", "sent", or why it is not sent."""
    match write.state:
        case WriteState.WAITING:
            left = math.ceil((write.due_at - now).total_seconds())
            if left > 0:
                return f"sends in {duration(left)}"
            return f"to be sent: {visible_name(write.error)}" if write.error else "to be sent"
        case WriteState.SENDING:
            return "being sent"
        case WriteState.HELD | WriteState.FAILED:
            return f"not sent: {visible_name(write.error)}"
        case WriteState.CANCELLED:
            return f"not sent: {visible_name(write.error)}" if write.error else "taken back"
        case WriteState.SENT:
            return "sent"


def made_words(words: str, count: int, window: int) -> str:
    """What is told when changes were put into the outbox."""
    what = words[:1].upper() + words[1:]
    if count > 1:
        what += f", {counted(count, 'conversation')}"
    when = f"sends in {duration(window)}" if window else "being sent"
    return f"{what}: {when}"


def undecided_words(counts: OutboxCounts) -> str:
    """ "2 held", "2 held, 1 failed"; empty when nothing waits for a decision."""
    parts = ((counts.held, "held"), (counts.failed, "failed"))
    return ", ".join(f"{count:,} {word}" for count, word in parts if count)


def progress_words(counts: OutboxCounts) -> str:
    """ "120 of 312 sent", while more than one change is going."""
    return f"{counts.sent:,} of {counts.of:,} sent" if counts.going and counts.of > 1 else ""
