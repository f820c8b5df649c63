"""What triage reads from and writes to the store: run on the reader's thread, answered with a message."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import count

from textual.message import Message

from tui.dashboard.reader import WRITE, Reader, Recipient
from tui.dashboard.triage.messages import (
    ActionRestored,
    AnnotationRefused,
    AnnotationsChanged,
    ConversationSkipped,
    FollowUpsDue,
    MatchesGathered,
    NewcomersFound,
    NoteRead,
    ViewRefused,
    ViewsChanged,
    ViewsCounted,
)
from tui.domain import Action
from tui.query import Query, QueryError
from tui.views import View, ViewError, ViewExists
from tui.workspace import Workspace


def count_views(workspace: Workspace) -> ViewsCounted:
    views = workspace.views.all()
    spellings = {}
    for view in views:
        try:
            spellings[view.name] = str(workspace.parse(view.source))
        except QueryError:
            continue  # its count is None, which the tab shows
    return ViewsCounted(views, workspace.views.counts(), spellings)


def gather(workspace: Workspace, query: Query) -> MatchesGathered:
    return MatchesGathered(workspace.search_ids(query))


def take_due(workspace: Workspace) -> FollowUpsDue | None:
    due = workspace.annotations.take_due(workspace.clock())
    if not due:
        return None
    return FollowUpsDue(tuple(due), tuple(workspace.rows([each.conversation_id for each in due])))


def newcomers(workspace: Workspace, query: Query, known: frozenset[int]) -> NewcomersFound:
    return NewcomersFound(tuple(id_ for id_ in workspace.search_ids(query) if id_ not in known))


def read_note(workspace: Workspace, ids: Collection[int]) -> NoteRead:
    return NoteRead(ids, workspace.annotations.shared_note(ids))


def toggle_star(workspace: Workspace, ids: Collection[int]) -> AnnotationsChanged:
    """Star them all; where all are starred already, none."""
    on = not workspace.annotations.are_starred(ids)
    return AnnotationsChanged(ids, workspace.annotations.star(ids, on), "starred" if on else "unstarred")


def toggle_done(workspace: Workspace, ids: Collection[int]) -> AnnotationsChanged:
    """Mark them all as done for today; where all are already, as not done."""
    on = not workspace.annotations.are_done(ids)
    return AnnotationsChanged(ids, workspace.annotations.done_today(ids, on), "done" if on else "not done")


def follow_up(workspace: Workspace, ids: Collection[int], at: datetime | None) -> Message:
    try:
        return AnnotationsChanged(ids, workspace.annotations.follow_up(ids, at), "follow-up")
    except ValueError as error:  # the time passed while the prompt was open
        return AnnotationRefused(str(error))


def write_note(workspace: Workspace, ids: Collection[int], text: str) -> Message:
    try:
        action = workspace.annotations.write_note(ids, text)
    except (LookupError, ValueError) as error:
        return AnnotationRefused(str(error.args[0]))
    return AnnotationsChanged(ids, action, "note")


def skip(workspace: Workspace, conversation_id: int, reason: str) -> ConversationSkipped:
    with suppress(LookupError):  # deleted meanwhile: there is nothing to remember it by
        workspace.annotations.skip(conversation_id, reason)
    return ConversationSkipped(conversation_id, reason)


def restore(workspace: Workspace, *, redo: bool) -> ActionRestored:
    triage = workspace.annotations
    action: Action | None = triage.redo() if redo else triage.undo()
    return ActionRestored(action, redo)


def change_views(change: Callable[[], object], words: str, chosen: str) -> ViewsChanged | ViewRefused:
    """Do it; `words` say what was done, `chosen` names the view it was about."""
    try:
        change()
    except (ViewError, QueryError) as error:
        return ViewRefused(str(error), taken=isinstance(error, ViewExists) and error.replaceable)
    return ViewsChanged(words, chosen)


class TriageJobs:
    """Hands the jobs to the reader's thread; each answer is posted to `to`. Steps are done in their order."""

    def __init__(self, workspace: Workspace, reader: Reader) -> None:
        self.workspace = workspace
        self._reader = reader
        self._numbers = count()

    # --- reads

    def count_views(self, to: Recipient) -> None:
        self._reader.ask("views", partial(count_views, self.workspace), to)

    def gather(self, to: Recipient, query: Query) -> None:
        self._reader.ask("gather", partial(gather, self.workspace, query), to)

    def newcomers(self, to: Recipient, query: Query, known: frozenset[int]) -> None:
        self._reader.ask("newcomers", partial(newcomers, self.workspace, query, known), to)

    def read_note(self, to: Recipient, ids: Collection[int]) -> None:
        self._reader.ask("note", partial(read_note, self.workspace, ids), to)

    # --- steps

    def take_due(self, to: Recipient) -> None:
        self._write(partial(take_due, self.workspace), to)

    def toggle_star(self, to: Recipient, ids: Collection[int]) -> None:
        self._write(partial(toggle_star, self.workspace, ids), to)

    def toggle_done(self, to: Recipient, ids: Collection[int]) -> None:
        self._write(partial(toggle_done, self.workspace, ids), to)

    def follow_up(self, to: Recipient, ids: Collection[int], at: datetime | None) -> None:
        self._write(partial(follow_up, self.workspace, ids, at), to)

    def write_note(self, to: Recipient, ids: Collection[int], text: str) -> None:
        self._write(partial(write_note, self.workspace, ids, text), to)

    def skip(self, to: Recipient, conversation_id: int, reason: str) -> None:
        self._write(partial(skip, self.workspace, conversation_id, reason), to)

    def restore(self, to: Recipient, *, redo: bool) -> None:
        self._write(partial(restore, self.workspace, redo=redo), to)

    # --- views

    def save_view(self, to: Recipient, view: View, *, replace: bool = False) -> None:
        change = partial(
            self.workspace.views.save,
            view.name,
            view.query,
            sort=view.sort,
            columns=view.columns,
            key=view.key,
            replace=replace,
        )
        self._write(partial(change_views, change, f"Saved the view “{view.name}”", view.name), to)

    def rename_view(self, to: Recipient, name: str, new_name: str) -> None:
        change = partial(self.workspace.views.rename, name, new_name)
        self._write(partial(change_views, change, f"“{name}” is now called “{new_name}”", new_name), to)

    def move_view(self, to: Recipient, name: str, position: int) -> None:
        change = partial(self.workspace.views.move, name, position)
        self._write(partial(change_views, change, "", name), to)

    def delete_view(self, to: Recipient, name: str) -> None:
        change = partial(self.workspace.views.delete, name)
        self._write(partial(change_views, change, f"Deleted the view “{name}”", ""), to)

    def _write(self, job: Callable[[], Message | None], to: Recipient) -> None:
        self._reader.ask(f"{WRITE} {next(self._numbers)}", job, to)
