"""Shows the past syncs."""

from __future__ import annotations

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui.dashboard.common.cell_grid import CellGrid, CellHighlighted, CellOpened
from tui.dashboard.history.log_screen import LogScreen
from tui.dashboard.history.messages import RunsFetched
from tui.dashboard.history.queries import fetch_runs
from tui.dashboard.history.run_lines import run_lines
from tui.dashboard.store_thread import Job, JobKind
from tui.dashboard.sync_status.messages import SyncEventReceived, SyncRequested
from tui.dashboard.sync_status.synced_screen import SyncedScreen
from tui.domain import RunRecord
from tui.formatting import counted
from tui.sync.events import SyncFailed, SyncFinished, SyncStarted


class HistoryScreen(SyncedScreen):
    """The list of syncs. It is loaded again whenever a sync starts or ends."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("L", "log", "Log", id="show_log", tooltip="Show the end of the log file"),
        Binding("r", "sync", "Sync", id="history_sync", tooltip="Sync with Intercom now"),
    ]

    grid = getters.query_one("#history-grid", CellGrid)
    title_line = getters.query_one("#history-title", Static)
    detail = getters.query_one("#history-detail", Static)

    _runs: tuple[RunRecord, ...] = ()

    def compose_body(self) -> ComposeResult:
        yield Static("Loading…", id="history-title", classes="-screen-title")
        yield CellGrid(id="history-grid")
        yield Static(id="history-detail")

    def on_mount(self) -> None:
        self.grid.focus()
        self._load()

    def on_resize(self) -> None:
        self.call_after_refresh(self._show_runs)

    @on(SyncEventReceived)
    def _sync_event_received(self, message: SyncEventReceived) -> None:
        if isinstance(message.event, SyncStarted | SyncFinished | SyncFailed):
            self._load()

    def _load(self) -> None:
        self.read(Job(JobKind.OTHER, "runs", fetch_runs))

    @on(RunsFetched)
    def _runs_fetched(self, message: RunsFetched) -> None:
        if not self.accept(message):
            return
        self._runs = message.runs
        failed = sum(run.outcome in {"failed", "partial"} for run in self._runs)
        text = f"  {counted(len(self._runs), 'sync', 'syncs')} · {failed:,} with errors"
        self.title_line.update(Content.assemble(("Sync history", "bold $text-primary"), text))
        if not self._runs:
            self.detail.update("Nothing has been synced yet. A sync starts by itself once there is a token.")
        self._show_runs()

    def _show_runs(self) -> None:
        if self.is_open:
            width = self.grid.scrollable_content_region.width
            self.grid.show(run_lines(self._runs, self.workspace.clock(), self.workspace.tz, width))

    @on(CellHighlighted)
    def _cell_highlighted(self, message: CellHighlighted) -> None:
        message.stop()
        self.detail.update(Content(message.words))

    @on(CellOpened)
    def _cell_opened(self, message: CellOpened) -> None:
        message.stop()
        self.action_log()

    def action_log(self) -> None:
        self.app.push_screen(LogScreen(self._store, id="log"))

    def action_sync(self) -> None:
        self.post_message(SyncRequested())
