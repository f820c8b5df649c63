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
)
from tui.workspace import Workspace


def take_due_follow_ups(workspace: Workspace) -> FollowUpsDue | None:
    due = workspace.annotations.take_due(workspace.clock())
    if not due:
        return None
    return FollowUpsDue(tuple(due), tuple(workspace.rows([each.conversation_id for each in due])))


def fetch_note(workspace: Workspace, *, ids: Collection[int]) -> NoteFetched:
    return NoteFetched(ids, workspace.annotations.shared_note(ids))


def toggle_star(workspace: Workspace, *, ids: Collection[int]) -> AnnotationsChanged:
    """Star them all; where all are starred already, none."""
    on = not workspace.annotations.are_starred(ids)
    return AnnotationsChanged(ids, workspace.annotations.star(ids, on), "starred" if on else "unstarred")


def toggle_done(workspace: Workspace, *, ids: Collection[int]) -> AnnotationsChanged:
    """Mark them all as done for today; where all are already, as not done."""
    on = not workspace.annotations.are_done(ids)
    return AnnotationsChanged(ids, workspace.annotations.done_today(ids, on), "done" if on else "not done")


def set_follow_up(
    workspace: Workspace, *, ids: Collection[int], at: datetime | None
) -> AnnotationsChanged | AnnotationRefused:
    try:
        return AnnotationsChanged(ids, workspace.annotations.follow_up(ids, at), "follow-up", at)
    except ValueError as error:  # the time passed while the dialog was open
        return AnnotationRefused(str(error))


def write_note(
    workspace: Workspace, *, ids: Collection[int], text: str
) -> AnnotationsChanged | AnnotationRefused:
    try:
        action = workspace.annotations.write_note(ids, text)
    except (LookupError, ValueError) as error:
        return AnnotationRefused(str(error.args[0]))
    return AnnotationsChanged(ids, action, "note")


def undo(workspace: Workspace) -> ActionRestored:
    return ActionRestored(workspace.annotations.undo(), redone=False)


def redo(workspace: Workspace) -> ActionRestored:
    return ActionRestored(workspace.annotations.redo(), redone=True)
