"""Actions that annotate conversations, on the main screen and in play mode."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from tui.dashboard.common.actions import Actions
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.triage.follow_up_dialog import FollowUpDialog, Reminder
from tui.dashboard.triage.marks import later_text
from tui.dashboard.triage.messages import (
    ActionRestored,
    AnnotationRefused,
    AnnotationsChanged,
    ChangesUndone,
    NoteFetched,
    TargetsRead,
)
from tui.dashboard.triage.note_dialog import NoteDialog
from tui.dashboard.triage.queries import (
    fetch_note,
    read_list,
    redo,
    set_follow_up,
    toggle_done,
    toggle_star,
    undo,
    undo_anyones,
    write_note,
)
from tui.dashboard.triage.targets import ListTargets, Targets
from tui.formatting import counted
from tui.workspace import Workspace

SHOWN_IN_ROW = frozenset({"starred", "unstarred", "done", "not done", "note"})
"""Changes that need no toast when made on one conversation: its row shows them."""
NEED_TARGETS = frozenset({"star", "done", "follow_up", "note"})
"""Actions that need a conversation."""


class TriageActions(Actions):
    """The screen receives `AnnotationsChanged`, `AnnotationRefused`, `ActionRestored`, `ChangesUndone` and
    `NoteFetched`.

    It passes them on to `confirm`, `report_refused`, `confirm_restored`, `confirm_undone` and `edit_note`.
    One on which a whole list can be selected receives `TargetsRead` too, and passes it on to
    `follow_up_list`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("asterisk", "feature('triage', 'star')", "Star", id="star", tooltip="Star or unstar"),
        Binding("d", "feature('triage', 'done')", "Done", id="done", tooltip="Done for today, or not done"),
        Binding(
            "F",
            "feature('triage', 'follow_up')",
            "Follow up",
            id="follow_up",
            tooltip="Set a reminder",
        ),
        Binding(
            "m",
            "feature('triage', 'note')",
            "Note",
            id="note",
            tooltip="Write a private note, kept on this computer",
            show=False,
        ),
        Binding("u", "feature('triage', 'undo')", "Undo", id="undo", tooltip="Undo", show=False),
        Binding(
            "ctrl+r",
            "feature('triage', 'redo')",
            "Redo",
            id="redo",
            tooltip="Redo",
            show=False,
        ),
    ]

    def __init__(
        self,
        screen: Screen[Any],
        store: StoreThread,
        targets: Callable[[], Targets],
        on_start: Callable[[], None] | None = None,
    ) -> None:
        """`targets` returns the conversations to annotate; `on_start` is called with each change."""
        self._screen = screen
        self._store = store
        self._targets = targets
        self._on_start = on_start

    def _change(self, change: Callable[[Workspace], Message]) -> None:
        self._store.run(Job(JobKind.WRITE, "annotate", change), self._screen)
        if self._on_start is not None:
            self._on_start()

    def star(self) -> None:
        if targets := self._targets():
            self._change(partial(toggle_star, targets=targets))

    def done(self) -> None:
        if targets := self._targets():
            self._change(partial(toggle_done, targets=targets))

    def follow_up(self) -> None:
        targets = self._targets()
        if isinstance(targets, ListTargets):
            function = partial(read_list, targets=targets)
            self._store.run(Job(JobKind.OTHER, "targets", function), self._screen)
        elif targets:
            self._ask_for_time(targets, of_list=False)

    def follow_up_list(self, message: TargetsRead) -> None:
        """Open the dialog for the conversations of the list, which `follow_up` had read."""
        if message.ids:
            self._ask_for_time(message.ids, of_list=True)

    def _ask_for_time(self, ids: Collection[int], *, of_list: bool) -> None:
        def answered(reminder: Reminder | None) -> None:
            if reminder is not None:
                self._change(partial(set_follow_up, ids=ids, at=reminder.at, of_list=of_list))

        workspace = self._store.workspace
        dialog = FollowUpDialog(len(ids), workspace.clock, workspace.tz)
        self._screen.app.push_screen(dialog, answered)

    def note(self) -> None:
        if targets := self._targets():
            function = partial(fetch_note, targets=targets)
            self._store.run(Job(JobKind.OTHER, "note", function), self._screen)

    def edit_note(self, message: NoteFetched) -> None:
        """Open the dialog for the notes that `note` had fetched."""

        def answered(text: str | None) -> None:
            if text is not None and text.strip() != message.shared.text:
                self._change(partial(write_note, ids=message.ids, text=text, of_list=message.of_list))

        if message.ids:
            environment = self._store.workspace.environment_for_programs()
            self._screen.app.push_screen(NoteDialog(len(message.ids), message.shared, environment), answered)

    def offers(self, name: str) -> bool:
        """Whether the footer and the palette offer this action. Its key answers all the same."""
        annotations, outbox = self._store.workspace.annotations, self._store.workspace.outbox
        can_undo = annotations.can_undo or outbox.can_undo
        return {"undo": can_undo, "redo": annotations.can_redo}.get(name, True)

    def undo(self) -> None:
        self._store.run(Job(JobKind.WRITE, "undo", undo), self._screen)

    def undo_anyones(self) -> None:
        """Undo the newest action, whichever window made it."""
        self._store.run(Job(JobKind.WRITE, "undo", undo_anyones), self._screen)

    def redo(self) -> None:
        self._store.run(Job(JobKind.WRITE, "redo", redo), self._screen)

    # --- toasts

    def confirm(self, message: AnnotationsChanged) -> None:
        action = message.action
        if message.decision == "follow-up" and action.count:
            many = "" if action.count == 1 else f" for {counted(action.count, 'conversation')}"
            if message.follow_up_at is None:
                self._notify(f"Follow-up cleared{many}")
            else:
                workspace = self._store.workspace
                when = later_text(message.follow_up_at, workspace.clock(), workspace.tz)
                self._notify(when, title=f"Follow-up set{many}")
        elif message.decision not in SHOWN_IN_ROW or action.count != 1:
            self._notify(action.description)

    def confirm_restored(self, message: ActionRestored) -> None:
        if message.action is None:
            self._notify(f"There is nothing to {'redo' if message.redone else 'undo'}.")
        else:
            self._notify(message.action.words, title="Redid" if message.redone else "Undid")

    def confirm_undone(self, message: ChangesUndone) -> None:
        words = message.undone.words
        self._notify(words[:1].upper() + words[1:])

    def report_refused(self, message: AnnotationRefused) -> None:
        self._screen.notify(message.words, title="Not saved", severity="warning", markup=False)

    def _notify(self, words: str, *, title: str = "") -> None:
        self._screen.notify(words, title=title, markup=False)
