"""Changes in Intercom, which are put into the outbox, and reads of it. Run on the store thread."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import cast

from tui.dashboard.acting.messages import (
    BulkPreviewed,
    ChangeRefused,
    ChangesMade,
    ChoiceOffered,
    Choosable,
    OutboxCounted,
    OutboxRead,
    RetryOrDrop,
    RetryOrDropDone,
)
from tui.dashboard.acting.words import ShownChange, change_words, shown_changes
from tui.dashboard.triage.marks import row_title
from tui.dashboard.triage.messages import Decision
from tui.dashboard.triage.targets import Targets, read_targets
from tui.outbox import ActingOff, Preview
from tui.shown import shown_row
from tui.workspace import Workspace
from tui.writes import CHECKED_BEFORE, BadWrite, Close, MarkRead, Open, QueuedWrite, Seen, Write, kind_of

HISTORY = 300
"""Changes with an outcome that the outbox screen lists."""
FETCHED_FIRST = "its messages are being fetched first: press the key again once they are here"

Answer = ChangesMade | BulkPreviewed | ChangeRefused | None


def toggle_closed(workspace: Workspace, *, targets: Targets, looked_at: Mapping[int, int]) -> Answer:
    """Close them; where all are closed, open them. Several are only previewed."""
    ids = list(read_targets(workspace, targets))
    if len(ids) == 1:
        rows = workspace.rows(ids, intended=True)
        is_closed = bool(rows) and rows[0].state == "closed"
        return change(workspace, write=Open() if is_closed else Close(), ids=ids, looked_at=looked_at)
    answer = change(workspace, write=Close(), ids=ids, looked_at=looked_at)
    if isinstance(answer, BulkPreviewed) and len(answer.preview.already) == len(ids):
        return change(workspace, write=Open(), ids=ids, looked_at=looked_at)
    return answer


def mark_read(workspace: Workspace, *, targets: Targets) -> Answer:
    """Mark one as read, or as unread if it is."""
    ids = list(read_targets(workspace, targets))
    if len(ids) > 1:
        return ChangeRefused("only one conversation at a time can be marked as read")
    rows = workspace.rows(ids, intended=True)
    is_read = bool(rows) and rows[0].read
    return change(workspace, write=MarkRead(not is_read), ids=ids, looked_at={})


def offer_choice(
    workspace: Workspace, *, kind: Choosable, targets: Targets
) -> ChoiceOffered | ChangeRefused | None:
    """What a dialog offers for these conversations."""
    if (reason := workspace.outbox.refusal(kind)) is not None:
        return ChangeRefused(reason)
    ids = read_targets(workspace, targets)
    if not ids:
        return None
    if kind == "title" and len(ids) > 1:
        return ChangeRefused("only one conversation at a time can be given a title")
    (only, *_) = (*workspace.rows(list(ids), intended=True), None) if len(ids) == 1 else (None,)
    return ChoiceOffered(
        kind,
        ids,
        workspace.directory(),
        workspace.outbox.tags_of(ids) if kind == "tag" else {},
        title="" if only is None else only.subject,
        is_closed=only is not None and only.state == "closed",
    )


def change(
    workspace: Workspace, *, write: Write, ids: Collection[int], looked_at: Mapping[int, int]
) -> Answer:
    """Put a change of one conversation into the outbox; one of several is only previewed."""
    try:
        if (reason := workspace.outbox.refusal(kind_of(write))) is not None:
            return ChangeRefused(reason)
        if not ids:
            return None
        if len(ids) > 1:
            return BulkPreviewed(workspace.outbox.preview(write, ids, looked_at))
        if kind_of(write) in CHECKED_BEFORE and any(row.thread_pending for row in workspace.rows([*ids])):
            workspace.prioritise(next(iter(ids)))
            return ChangeRefused(FETCHED_FIRST)
        return _act(workspace, write, ids)
    except (ActingOff, BadWrite, LookupError) as error:
        return ChangeRefused(str(error.args[0]))


def carry_out(workspace: Workspace, *, preview: Preview) -> Answer:
    """Put what was previewed, and confirmed, into the outbox, but for what has changed since."""
    try:
        looked_at = {id_: seen.updated_at for id_, seen in preview.seen.items()}
        now = workspace.outbox.preview(preview.write, preview.change, looked_at)
        if not now.change:
            return ChangeRefused(now.words)
        made = _act(workspace, now.write, now.change, now.seen)
    except (ActingOff, BadWrite, LookupError) as error:
        return ChangeRefused(str(error.args[0]))
    if now.change != preview.change:
        made.words += f" ({now.words})"
    return made


def _act(
    workspace: Workspace, write: Write, ids: Collection[int], seen: Mapping[int, Seen] | None = None
) -> ChangesMade:
    batch = workspace.act(write, ids, seen)
    kind = kind_of(write)
    words = change_words(write, workspace.directory(), workspace.clock(), workspace.tz)
    return ChangesMade(
        ids, cast(Decision, kind), words, batch.number, workspace.settings.undo_window_of(kind)
    )


def retry_or_drop(
    workspace: Workspace, *, write_id: int, chosen: RetryOrDrop
) -> RetryOrDropDone | ChangeRefused:
    """Send a change that was not sent after all, or drop it."""
    outbox = workspace.outbox
    try:
        write = outbox.retry(write_id) if chosen == "retry" else outbox.drop(write_id)
    except (ActingOff, BadWrite, LookupError) as error:
        return ChangeRefused(str(error.args[0]))
    words = change_words(write.write, workspace.directory(), workspace.clock(), workspace.tz)
    told = f"{words[:1].upper()}{words[1:]}: {'being sent again' if chosen == 'retry' else 'dropped'}"
    return RetryOrDropDone(write.conversation_id, told)


def count_outbox(workspace: Workspace) -> OutboxCounted:
    return OutboxCounted(workspace.outbox.counts())


def read_outbox(workspace: Workspace) -> OutboxRead:
    """What waits and was not sent, then the newest that has an outcome."""
    waiting = workspace.outbox.open()
    known = {write.id for write in waiting}
    ended = [write for write in workspace.outbox.history(HISTORY) if write.id not in known]
    writes = [*waiting, *ended]
    ids = list(dict.fromkeys(write.conversation_id for write in writes))
    subjects = {row.id: row_title(shown_row(row)) for row in workspace.rows(ids)}
    return OutboxRead(described(workspace, writes), subjects)


def described(workspace: Workspace, writes: Sequence[QueuedWrite]) -> tuple[ShownChange, ...]:
    """Changes with their words."""
    session = workspace.annotations.session
    return shown_changes(writes, workspace.directory(), session, workspace.clock(), workspace.tz)
