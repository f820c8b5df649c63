"""Actions that change conversations in Intercom, on the main screen and in play mode."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from tui.dashboard.acting.bulk_dialog import BulkDialog
from tui.dashboard.acting.choice_dialog import ChoiceDialog
from tui.dashboard.acting.choices import new_tag, people, tags
from tui.dashboard.acting.messages import (
    BulkPreviewed,
    ChangeRefused,
    ChangesMade,
    ChoiceOffered,
    Choosable,
    RetryOrDropChosen,
    RetryOrDropDone,
)
from tui.dashboard.acting.queries import (
    carry_out,
    change,
    mark_read,
    offer_choice,
    retry_or_drop,
    toggle_closed,
)
from tui.dashboard.acting.snooze_dialog import SnoozeDialog
from tui.dashboard.acting.title_dialog import TitleDialog
from tui.dashboard.acting.words import made_words
from tui.dashboard.common.actions import Actions
from tui.dashboard.common.key_hints import ShowsKeys
from tui.dashboard.permission.permission import when_allowed
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.triage.targets import Targets
from tui.formatting import counted, duration
from tui.outbox import Preview
from tui.workspace import Workspace
from tui.writes import Write, kind_of

CHANGES = frozenset({"close", "snooze", "assign", "tag"})
"""Actions that need a conversation."""
WORD = {
    "close": "Close",
    "open": "Open",
    "snooze": "Snooze",
    "assign": "Assign",
    "tag": "Tag",
    "untag": "Untag",
}
"""Kind of a change in bulk → the title of its preview."""


class ActingActions(Actions):
    """The screen passes `ChoiceOffered` on to `choose`, `BulkPreviewed` to `confirm_bulk`, `ChangesMade` to
    `confirm`, `ChangeRefused` to `report_refused`, `RetryOrDropChosen` to `decide` and `RetryOrDropDone` to
    `confirm_retry_or_drop`.
    """

    HELP = (
        "They change conversations in Intercom, where writes = true allows it. What is done waits a few"
        " seconds, in which u takes it back; afterwards its opposite is sent where there is one."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "K", "feature('acting', 'close')", "Close", id="close", tooltip="Close, or open what is closed"
        ),
        Binding("Z", "feature('acting', 'snooze')", "Snooze", id="snooze", tooltip="Snooze until a time"),
        Binding(
            "a",
            "feature('acting', 'assign')",
            "Assign",
            id="assign",
            tooltip="Assign to a teammate, a team or nobody",
        ),
        Binding("number_sign", "feature('acting', 'tag')", "Tag", id="tag", tooltip="Add or remove a tag"),
    ]

    def __init__(
        self,
        screen: Screen[Any],
        store: StoreThread,
        targets: Callable[[], Targets],
        looked_at: Callable[[], Mapping[int, int]] = dict,
        on_start: Callable[[], None] | None = None,
    ) -> None:
        """`targets` returns the conversations to change, `looked_at` the `updated_at` (epoch seconds) that
        the user sees of some; `on_start` is called with each change."""
        self._screen = screen
        self._store = store
        self._targets = targets
        self._looked_at = looked_at
        self._on_start = on_start

    @property
    def is_on(self) -> bool:
        """Whether changes in Intercom are allowed at all."""
        return self._store.workspace.outbox.is_on()

    # --- the keys

    def close(self) -> None:
        self._when_allowed("close", self._close)

    def _close(self) -> None:
        self._change(partial(toggle_closed, targets=self._targets(), looked_at=self._looked_at()))

    def snooze(self) -> None:
        self._offer("snooze")

    def assign(self) -> None:
        self._offer("assign")

    def tag(self) -> None:
        self._offer("tag")

    def title(self) -> None:
        self._offer("title")

    def mark_read(self) -> None:
        self._when_allowed("read", self._mark_read)

    def _mark_read(self) -> None:
        self._change(partial(mark_read, targets=self._targets()))

    def _offer(self, kind: Choosable) -> None:
        self._when_allowed(kind, partial(self._read_choice, kind))

    def _read_choice(self, kind: Choosable) -> None:
        function = partial(offer_choice, kind=kind, targets=self._targets())
        self._store.run(Job(JobKind.OTHER, "choice", function), self._screen)

    def _when_allowed(self, kind: str, action: Callable[[], None]) -> None:
        """Begin with a change, if there is something to change; where changes are off, say or ask."""
        if not self._targets():
            return
        if self.is_on and not self._store.workspace.settings.act_as:
            action()
        else:
            when_allowed(self._screen, self._store, kind, action)

    def _change(self, function: Callable[[Workspace], Message | None]) -> None:
        self._store.run(Job(JobKind.WRITE, "change", function), self._screen)
        if self._on_start is not None:
            self._on_start()

    # --- dialogs

    def choose(self, message: ChoiceOffered) -> None:
        """Open the dialog for what `offer_choice` read."""
        count, workspace, app = len(message.ids), self._store.workspace, self._screen.app
        many = counted(count, "conversation")
        answered = partial(self._chosen, message.ids, self._looked_at())
        match message.kind:
            case "snooze":
                app.push_screen(SnoozeDialog(count, workspace.clock, workspace.tz), answered)
            case "title":
                app.push_screen(TitleDialog(message.title), answered)
            case "assign":
                opens = ": that opens it" if message.is_closed else ""
                dialog = ChoiceDialog("assign", f"Assign {many} to{opens}", people(message.directory))
                app.push_screen(dialog, answered)
            case "tag":
                choices = tags(message.directory, message.tags, count)
                app.push_screen(
                    ChoiceDialog("tag", f"Tag {many}, or take a tag away", choices, new_tag), answered
                )

    def _chosen(self, ids: Collection[int], looked_at: Mapping[int, int], write: Write | None) -> None:
        if write is not None:
            self._change(partial(change, write=write, ids=ids, looked_at=looked_at))

    def confirm_bulk(self, message: BulkPreviewed) -> None:
        """Ask about a change of several conversations, unless there is nothing to do."""
        preview = message.preview
        if not preview.change:
            self._notify(f"Nothing to do: {preview.words}")
            return
        kind = kind_of(preview.write)
        window = self._store.workspace.settings.undo_window_of(kind)
        when = (
            f"Sent in {duration(window)}; until then {self._undo_key} takes all of it back."
            if window
            else f"Sent at once; {self._undo_key} reverses it."
        )

        def answered(confirmed: bool | None) -> None:
            if confirmed:
                self._carry_out(preview)

        self._screen.app.push_screen(BulkDialog(preview, WORD[kind], when), answered)

    def _carry_out(self, preview: Preview) -> None:
        self._change(partial(carry_out, preview=preview))

    # --- what was not sent

    def decide(self, message: RetryOrDropChosen) -> None:
        function = partial(retry_or_drop, write_id=message.write_id, chosen=message.chosen)
        self._store.run(Job(JobKind.WRITE, "retry or drop", function), self._screen)

    # --- toasts

    def confirm(self, message: ChangesMade) -> None:
        words = made_words(message.words, len(message.ids), message.window)
        self._notify(f"{words} · {self._undo_key} takes it back" if message.window else words)

    def confirm_retry_or_drop(self, message: RetryOrDropDone) -> None:
        self._notify(message.words)

    def report_refused(self, message: ChangeRefused) -> None:
        self._screen.notify(message.words, title="Not done", severity="warning", markup=False)

    @property
    def _undo_key(self) -> str:
        app = self._screen.app
        return app.shown_key("undo") if isinstance(app, ShowsKeys) else "u"

    def _notify(self, words: str) -> None:
        self._screen.notify(words, title="", markup=False)
