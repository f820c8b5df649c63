"""The keys that note something on conversations, wherever they are shown."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Container

from tui.dashboard.triage.follow_up_dialog import FollowUpDialog, Reminder
from tui.dashboard.triage.messages import ActionRestored, AnnotationRefused, AnnotationsChanged, NoteFetched
from tui.dashboard.triage.note_dialog import NoteDialog
from tui.dashboard.triage.queries import TriageJobs

QUIET = frozenset({"starred", "unstarred", "done", "not done", "note"})
"""What needs no toast on one conversation: its line shows it."""


class TriageActions(Container):
    """Subclasses say which conversations are meant, and what follows from `AnnotationsChanged`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("asterisk", "star", "Star", id="star", tooltip="Star, or unstar"),
        Binding("d", "done", "Done", id="done", tooltip="Done for today, or not"),
        Binding("F", "follow_up", "Follow up", id="follow_up", tooltip="Bring it up again at a time"),
        Binding("m", "note", "Note", id="note", tooltip="My note, private and local", show=False),
        Binding("u", "undo", "Undo", id="undo", tooltip="Take the last step back", show=False),
        Binding("ctrl+r", "redo", "Redo", id="redo", tooltip="Do the undone step again", show=False),
    ]

    def __init__(self, jobs: TriageJobs, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._jobs = jobs
        self._clock, self._zone = jobs.workspace.clock, jobs.workspace.tz

    @property
    @abstractmethod
    def current(self) -> int | None:
        """The one conversation under the cursor."""

    @property
    def targets(self) -> Collection[int]:
        """The conversations that a step is about."""
        return () if self.current is None else (self.current,)

    def begun(self) -> None:
        """A step was asked for; `AnnotationsChanged` or `AnnotationRefused` will follow."""

    # --- steps

    def action_star(self) -> None:
        if targets := self.targets:
            self._jobs.toggle_star(self, targets)
            self.begun()

    def action_done(self) -> None:
        if targets := self.targets:
            self._jobs.toggle_done(self, targets)
            self.begun()

    def action_follow_up(self) -> None:
        targets = self.targets

        def answered(reminder: Reminder | None) -> None:
            if reminder is not None:
                self._jobs.follow_up(self, targets, reminder.at)
                self.begun()

        if targets:
            self.app.push_screen(FollowUpDialog(len(targets), self._clock, self._zone), answered)

    def action_note(self) -> None:
        if targets := self.targets:
            self._jobs.read_note(self, targets)

    @on(NoteFetched)
    def _note_read(self, message: NoteFetched) -> None:
        message.stop()

        def answered(text: str | None) -> None:
            if text is not None and text.strip() != message.shared.text:
                self._jobs.write_note(self, message.ids, text)
                self.begun()

        self.app.push_screen(NoteDialog(len(message.ids), message.shared), answered)

    def action_undo(self) -> None:
        self._jobs.restore(self, redo=False)

    def action_redo(self) -> None:
        self._jobs.restore(self, redo=True)

    # --- what is told

    @on(AnnotationsChanged)
    def _tell_change(self, message: AnnotationsChanged) -> None:
        action = message.action
        if message.decision not in QUIET or action.count != 1:
            self.notify(action.description, title="Noted" if action.count else "", markup=False)

    @on(AnnotationRefused)
    def _tell_refusal(self, message: AnnotationRefused) -> None:
        message.stop()
        self.notify(message.words, title="Not noted", severity="warning", markup=False)

    @on(ActionRestored)
    def _tell_restored(self, message: ActionRestored) -> None:
        verb = "redo" if message.redone else "undo"
        if message.action is None:
            self.notify(f"There is nothing to {verb}.", title="", markup=False)
        else:
            title = "Done again" if message.redone else "Undone"
            self.notify(message.action.description, title=title, markup=False)
