"""Every sync: when, how long, what it brought, what stood in its way."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui.dashboard.messages import SyncBegan, SyncBroke, SyncCompleted, SyncRequested
from tui.dashboard.screens.behind import BehindScreen
from tui.dashboard.screens.log import LogScreen
from tui.dashboard.seeing import reads
from tui.dashboard.seeing.messages import LineOpened, NumberHighlighted, RunsFetched
from tui.dashboard.seeing.run_lines import run_lines
from tui.dashboard.widgets.key_footer import KeyFooter
from tui.dashboard.widgets.sheet import Sheet
from tui.dashboard.widgets.sync_line import SyncLine
from tui.domain import RunRecord
from tui.formatting import counted


class HistoryScreen(BehindScreen):
    """The list is read again whenever a sync begins or ends."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("L", "log", "Log", id="show_log", tooltip="The end of the log file"),
        Binding("r", "sync", "Sync", id="history_sync", tooltip="Sync what is new now"),
    ]

    sheet = getters.query_one("#history-sheet", Sheet)
    title_line = getters.query_one("#history-title", Static)
    detail = getters.query_one("#history-detail", Static)

    _runs: tuple[RunRecord, ...] = ()

    def compose(self) -> ComposeResult:
        yield Static("reading…", id="history-title", classes="-screen-title")
        yield Sheet(id="history-sheet")
        yield Static(id="history-detail")
        yield SyncLine(self.workspace, self.workspace.clock, id="history-sync")
        yield KeyFooter()

    def on_mount(self) -> None:
        self.sheet.focus()
        self._read()

    @on(SyncBegan)
    @on(SyncCompleted)
    @on(SyncBroke)
    def _read(self) -> None:
        self.read("runs", partial(reads.runs, self.workspace))

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
        self.app.push_screen(LogScreen(self.workspace, self._reader, id="log"))

    def action_sync(self) -> None:
        self.post_message(SyncRequested())
