"""Shows the outbox: what waits, what was not sent, and what was done lately."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui.dashboard.acting.messages import (
    ChangeRefused,
    EditRequested,
    OutboxRead,
    OutboxTouched,
    RetryOrDrop,
    RetryOrDropDone,
)
from tui.dashboard.acting.outbox_lines import outbox_lines
from tui.dashboard.acting.queries import read_outbox, retry_or_drop
from tui.dashboard.acting.words import ShownChange
from tui.dashboard.common.cell_grid import CellGrid, CellHighlighted, CellOpened
from tui.dashboard.common.messages import QueryChosen
from tui.dashboard.store_thread import Job, JobKind
from tui.dashboard.sync_status.messages import SyncEventReceived
from tui.dashboard.sync_status.synced_screen import SyncedScreen
from tui.sync.events import OutboxChanged
from tui.writes import WriteState

TICK = 1.0
"""Seconds between two redraws of the time that is left, and two looks at what other windows changed."""


class OutboxScreen(SyncedScreen):
    """What needs a decision or waits comes first. It is read again with every change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "exclamation_mark", "decide('retry')", "Send", id="outbox_retry", tooltip="Send it after all"
        ),
        Binding("e", "edit", "Edit", id="outbox_edit", tooltip="Change the text of the message and send it"),
        Binding("x", "decide('drop')", "Drop", id="outbox_drop", tooltip="Do not send it"),
    ]

    grid = getters.query_one("#outbox-grid", CellGrid)
    title_line = getters.query_one("#outbox-title", Static)
    detail = getters.query_one("#outbox-detail", Static)

    _read: OutboxRead = OutboxRead((), {})

    def compose_body(self) -> ComposeResult:
        yield Static("Loading…", id="outbox-title", classes="-screen-title")
        yield CellGrid(id="outbox-grid")
        yield Static(id="outbox-detail")

    def on_mount(self) -> None:
        self.grid.focus()
        self._load()
        self.set_interval(TICK, self._load)

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    @on(SyncEventReceived)
    def _sync_event_received(self, message: SyncEventReceived) -> None:
        if isinstance(message.event, OutboxChanged):
            self._load()

    def _load(self) -> None:
        self.read(Job(JobKind.OTHER, "outbox", read_outbox))

    @on(OutboxRead)
    def _outbox_read(self, message: OutboxRead) -> None:
        if not self.accept(message):
            return
        current = self.current
        self._read = message
        self._show()
        if current is not None:  # the cursor stays on its change
            ids = [change.write.id for change in message.changes]
            if current.write.id in ids:
                self.grid.index = ids.index(current.write.id)

    def _show(self) -> None:
        if not self.is_open:
            return
        changes = self._read.changes
        undecided = sum(change.write.is_undecided for change in changes)
        going = sum(not change.write.has_ended for change in changes)
        told = " · ".join(
            words
            for count, words in (
                (undecided, f"{undecided:,} not sent: to be decided"),
                (going, f"{going:,} on the way"),
            )
            if count
        )
        words = told or ("nothing waits" if changes else "Nothing was changed in Intercom yet.")
        self.title_line.update(Content.assemble(("Outbox", "bold $text-primary"), f"  {words}"))
        width = self.grid.scrollable_content_region.width
        workspace = self.workspace
        lines = outbox_lines(changes, self._read.subjects, workspace.clock(), workspace.tz, width)
        self.grid.show(lines)
        if not changes:
            self.detail.update("")
        self.refresh_bindings()

    @property
    def current(self) -> ShownChange | None:
        """The change under the cursor."""
        index = self.grid.index
        return self._read.changes[index] if 0 <= index < len(self._read.changes) else None

    @on(CellHighlighted)
    def _cell_highlighted(self, message: CellHighlighted) -> None:
        message.stop()
        self.detail.update(Content(message.words))
        self.refresh_bindings()

    @on(CellOpened)
    def _cell_opened(self, message: CellOpened) -> None:
        message.stop()
        self.app.post_message(QueryChosen(message.query))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action not in {"decide", "edit"} or not self.is_mounted:
            return True
        current = self.current
        if current is None:
            return False
        is_open = current.write.is_undecided or current.write.state is WriteState.WAITING
        if action == "edit":
            return is_open and current.is_message
        return current.write.is_undecided if parameters == ("retry",) else is_open

    def action_decide(self, chosen: RetryOrDrop) -> None:
        if (current := self.current) is not None:
            function = partial(retry_or_drop, write_id=current.write.id, chosen=chosen)
            self._store.run(Job(JobKind.WRITE, "retry or drop", function), self)

    def action_edit(self) -> None:
        if (current := self.current) is not None:
            self.app.post_message(EditRequested(current.write.id, current.write.conversation_id))

    @on(RetryOrDropDone)
    def _retry_or_drop_done(self, message: RetryOrDropDone) -> None:
        self.notify(message.words, title="", markup=False)
        self.app.post_message(OutboxTouched((message.conversation_id,)))
        self._load()

    @on(ChangeRefused)
    def _change_refused(self, message: ChangeRefused) -> None:
        self.notify(message.words, title="Not done", severity="warning", markup=False)
        self._load()
