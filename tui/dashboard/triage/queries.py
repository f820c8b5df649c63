"""Store queries and changes of annotations. Run on the store thread."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from tui.dashboard.triage.messages import (
    ActionRestored,
    AnnotationRefused,
    AnnotationsChanged,
    ChangedElsewhere,
    ChangesUndone,
    FollowUpsChecked,
    NoteFetched,
    TargetsRead,
)
from tui.dashboard.triage.targets import ListTargets, Targets, read_targets
from tui.outbox import ActingOff, Undone
from tui.shown import shown_row
from tui.workspace import Workspace


def check_follow_ups(workspace: Workspace, *, announce: bool) -> FollowUpsChecked:
    """With `announce`, those whose time has come are taken from the store; this happens once for each."""
    annotations = workspace.annotations
    due = annotations.take_due(workspace.clock()) if announce else []
    rows = workspace.rows([each.conversation_id for each in due])
    return FollowUpsChecked(annotations.next_due(), tuple(due), tuple(map(shown_row, rows)))


def look_elsewhere(workspace: Workspace, *, top: int) -> ChangedElsewhere | None:
    """What other programs changed since the last look, when `top` was the highest docid."""
    annotations, newest = workspace.changed_elsewhere(), workspace.newest_docid()
    if not annotations and newest == top:
        return None
    return ChangedElsewhere(newest, annotations)


def read_list(workspace: Workspace, *, targets: ListTargets) -> TargetsRead:
    """The conversations that a follow-up is to be set for, as they are now."""
    return TargetsRead(read_targets(workspace, targets))


def fetch_note(workspace: Workspace, *, targets: Targets) -> NoteFetched:
    ids = read_targets(workspace, targets)
    return NoteFetched(ids, workspace.annotations.shared_note(ids), of_list=isinstance(targets, ListTargets))


def toggle_star(workspace: Workspace, *, targets: Targets) -> AnnotationsChanged:
    """Star them all; where all are starred already, none."""
    ids = read_targets(workspace, targets)
    on = not workspace.annotations.are_starred(ids)
    action = workspace.annotations.star(ids, on)
    return AnnotationsChanged(_named(targets), action, "starred" if on else "unstarred")


def toggle_done(workspace: Workspace, *, targets: Targets) -> AnnotationsChanged:
    """Mark them all as done for today; where that changes nothing, as not done."""
    ids = read_targets(workspace, targets)
    on = not workspace.annotations.are_dealt_with(ids)
    action = workspace.annotations.done_today(ids, on)
    return AnnotationsChanged(_named(targets), action, "done" if on else "not done")


def set_follow_up(
    workspace: Workspace, *, ids: Collection[int], at: datetime | None, of_list: bool = False
) -> AnnotationsChanged | AnnotationRefused:
    """`of_list`: they are a whole list."""
    try:
        action = workspace.annotations.follow_up(ids, at)
    except ValueError as error:  # the time passed while the dialog was open
        return AnnotationRefused(str(error))
    return AnnotationsChanged(None if of_list else ids, action, "follow-up", at)


def write_note(
    workspace: Workspace, *, ids: Collection[int], text: str, of_list: bool = False
) -> AnnotationsChanged | AnnotationRefused:
    """`of_list`: they are a whole list."""
    try:
        action = workspace.annotations.write_note(ids, text)
    except (LookupError, ValueError) as error:
        return AnnotationRefused(str(error.args[0]))
    return AnnotationsChanged(None if of_list else ids, action, "note")


def _named(targets: Targets) -> Collection[int] | None:
    """The conversations that are told one by one to those who show them."""
    return None if isinstance(targets, ListTargets) else targets


def undo(workspace: Workspace) -> ActionRestored | ChangesUndone | AnnotationRefused:
    """Take back what was done last in this window, to annotations or in Intercom."""
    try:
        undone = workspace.undo()
    except ActingOff as error:
        return AnnotationRefused(str(error))
    return ChangesUndone(undone) if isinstance(undone, Undone) else ActionRestored(undone, redone=False)


def undo_anyones(workspace: Workspace) -> ActionRestored:
    """Undo the newest action on annotations, whichever window made it."""
    return ActionRestored(workspace.annotations.undo(anyone=True), redone=False)


def redo(workspace: Workspace) -> ActionRestored:
    return ActionRestored(workspace.annotations.redo(), redone=True)
