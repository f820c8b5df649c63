"""Every sync: when, how long, what it brought, what stood in its way."""

from __future__ import annotations

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui.dashboard.common.cell_grid import CellGrid, LineOpened, NumberHighlighted
from tui.dashboard.common.footer import KeyFooter
from tui.dashboard.common.screens import SecondaryScreen
from tui.dashboard.history.log_screen import LogScreen
from tui.dashboard.history.messages import RunsFetched
from tui.dashboard.history.queries import fetch_runs
from tui.dashboard.history.run_lines import run_lines
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.sync_status.feed import SyncFeed
from tui.dashboard.sync_status.messages import SyncEventReceived, SyncRequested
from tui.dashboard.sync_status.status_bar import SyncLine
from tui.domain import RunRecord
from tui.formatting import counted
from tui.sync.events import SyncFailed, SyncFinished, SyncStarted


class HistoryScreen(SecondaryScreen):
    """The list is read again whenever a sync begins or ends."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("L", "log", "Log", id="show_log", tooltip="The end of the log file"),
        Binding("r", "sync", "Sync", id="history_sync", tooltip="Sync what is new now"),
    ]

    sheet = getters.query_one("#history-sheet", CellGrid)
    title_line = getters.query_one("#history-title", Static)
    detail = getters.query_one("#history-detail", Static)

    _runs: tuple[RunRecord, ...] = ()

    def compose(self) -> ComposeResult:
        yield Static("reading…", id="history-title", classes="-screen-title")
        yield CellGrid(id="history-sheet")
        yield Static(id="history-detail")
        yield SyncLine(self._feed, self.workspace.clock, id="history-sync")
        yield KeyFooter()

    def __init__(self, store: StoreThread, feed: SyncFeed, *, id: str) -> None:  # noqa: A002
        super().__init__(store, id=id)
        self._feed = feed

    def on_mount(self) -> None:
        self._feed.subscribe(self)
        self.sheet.focus()
        self._read()

    def on_unmount(self) -> None:
        self._feed.unsubscribe(self)

    @on(SyncEventReceived)
    def _sync_event_received(self, message: SyncEventReceived) -> None:
        if isinstance(message.event, SyncStarted | SyncFinished | SyncFailed):
            self._read()

    def _read(self) -> None:
        self.read(Job(JobKind.OTHER, "runs", fetch_runs))

    @on(RunsFetched)
    def _runs_fetched(self, message: RunsFetched) -> None:
        if not self.fetched(message):
            return
        self._runs = message.runs
        failed = sum(run.outcome in {"failed", "partial"} for run in self._runs)
        words = f"  {counted(len(self._runs), 'sync', 'syncs')} · {failed:,} with errors"
        self.title_line.update(Content.assemble(("Sync history", "bold $text-primary"), words))
        if not self._runs:
            self.detail.update("Nothing has been synced yet.")
        self._draw()

    def _draw(self) -> None:
        if not self.is_open:
            return
        width = self.sheet.scrollable_content_region.width
        workspace = self.workspace
        self.sheet.show(run_lines(self._runs, workspace.clock(), workspace.tz, width))

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    @on(NumberHighlighted)
    def _highlighted(self, message: NumberHighlighted) -> None:
        message.stop()
        self.detail.update(Content(message.words))

    @on(LineOpened)
    def _opened(self, message: LineOpened) -> None:
        message.stop()
        self.action_log()

    def action_log(self) -> None:
        self.app.push_screen(LogScreen(self._store, id="log"))

    def action_sync(self) -> None:
        self.post_message(SyncRequested())
