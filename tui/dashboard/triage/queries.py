"""Store queries and changes of annotations. Run on the store thread."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from tui.dashboard.triage.messages import (
    ActionRestored,
    AnnotationRefused,
    AnnotationsChanged,
    FollowUpsDue,
    NoteFetched,
    TargetsRead,
)
from tui.dashboard.triage.targets import ListTargets, Targets, read_targets
from tui.workspace import Workspace


def take_due_follow_ups(workspace: Workspace) -> FollowUpsDue | None:
    due = workspace.annotations.take_due(workspace.clock())
    if not due:
        return None
    return FollowUpsDue(tuple(due), tuple(workspace.rows([each.conversation_id for each in due])))


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
    """Mark them all as done for today; where all are already, as not done."""
    ids = read_targets(workspace, targets)
    on = not workspace.annotations.are_done(ids)
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


def undo(workspace: Workspace) -> ActionRestored:
    return ActionRestored(workspace.annotations.undo(), redone=False)


def redo(workspace: Workspace) -> ActionRestored:
    return ActionRestored(workspace.annotations.redo(), redone=True)
