"""What the dashboard does in threads of its own: reading the local store, and syncing."""

from __future__ import annotations

import logging
import threading

from textual import events, on, work
from textual.app import App
from textual.worker import Worker, WorkerState

from tui.clock import from_epoch
from tui.dashboard.garbage import IDLE, GarbageCollection
from tui.dashboard.messages import (
    GapFillRequested,
    ReadFailed,
    SyncRequested,
    ThreadAwaited,
    WindowFoundStale,
)
from tui.dashboard.outcome import Outcome
from tui.dashboard.reader import Reader
from tui.freshness import Interval
from tui.workspace import Workspace

GIVE_WAY = 0.12
"""Seconds a running sync steps aside after a key or a click: as long as it takes to show what they did."""

log = logging.getLogger(__name__)


class BackgroundApp(App[Outcome]):
    """Runs the reader and the sync in threads of their own; the event loop never waits for them."""

    def __init__(self, workspace: Workspace, *, may_sync: bool) -> None:
        super().__init__()
        self.workspace = workspace
        self.reader = Reader(workspace)
        self._may_sync = may_sync
        self._cancel = threading.Event()
        self._garbage = GarbageCollection()

    @on(events.Mount)
    def _start_reading(self) -> None:
        self.read_in_background()

    def on_ready(self) -> None:
        """The first frame is painted, and everyone who wants to hear of the sync is listening."""
        if not self.is_headless:
            self.start_garbage_collection()
        if self._may_sync:
            self.sync_in_background()

    def start_garbage_collection(self) -> None:
        """For a process that is all dashboard: tests and screenshots keep Python's own settings."""
        self._garbage.start()
        self.set_interval(IDLE, self._garbage.collect_when_idle)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.InputEvent):
            self.workspace.pause_sync(GIVE_WAY)
            self._garbage.touch()
        await super().on_event(event)

    def on_unmount(self) -> None:
        self._cancel.set()
        self.reader.close()

    # --- threads

    @work(thread=True, exclusive=True, group="reader", exit_on_error=False, name="reader")
    def read_in_background(self) -> None:
        self.reader.run()

    @work(thread=True, exclusive=True, group="sync", exit_on_error=False, name="sync")
    def sync_in_background(self) -> None:
        self.workspace.run_sync(cancel=self._cancel, interval=self.workspace.settings.interval)

    @on(Worker.StateChanged)
    def _worker_changed(self, event: Worker.StateChanged) -> None:
        """The one place where a failed worker is noticed."""
        if event.state is not WorkerState.ERROR:
            return
        error = event.worker.error
        log.error("the %s failed", event.worker.name, exc_info=error)
        words = f"The {event.worker.name} stopped: {type(error).__name__}: {error}"
        self.notify(words, title="A fault of fastintercom", severity="error", markup=False)
        if event.worker.group == "reader":
            self.read_in_background()

    @on(ReadFailed)
    def _read_failed(self, message: ReadFailed) -> None:
        self.notify(message.message, title="The local store", severity="error", markup=False)

    # --- syncing on demand

    @on(ThreadAwaited)
    def _thread_awaited(self, message: ThreadAwaited) -> None:
        self.workspace.prioritise(message.conversation_id)

    def request_sync(self, window: Interval | None = None, *, urgent: bool = True) -> None:
        """Have `window` (or, without one, what is new) synced now; returns at once."""
        if not self._may_sync:
            return
        if not any(w.group == "sync" and w.is_running for w in self.workers):
            self.sync_in_background()
        if window is None:
            self.workspace.request_sync(urgent=urgent)
        else:
            self.workspace.request_sync(from_epoch(window.start), from_epoch(window.end), urgent=urgent)

    @on(WindowFoundStale)
    def _stale(self, message: WindowFoundStale) -> None:
        self.request_sync(message.window)

    @on(SyncRequested)
    def _sync_requested(self) -> None:
        self.request_sync()

    @on(GapFillRequested)
    def _fill(self, message: GapFillRequested) -> None:
        for gap in message.gaps:
            self.request_sync(gap)
