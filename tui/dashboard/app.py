"""The dashboard application. `create_app` is the one way to build it: command line, tests, screenshots."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

import httpx
from textual import on, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from tui.clock import from_epoch
from tui.dashboard.commands import ConversationCommands, DashboardCommands
from tui.dashboard.messages import (
    DemoChosen,
    GapFillRequested,
    ReadFailed,
    SyncRequested,
    ThreadAwaited,
    TokenAccepted,
    WindowFoundStale,
)
from tui.dashboard.outcome import OpenDemo, Outcome
from tui.dashboard.reader import Reader
from tui.dashboard.reads import Stopwatch
from tui.dashboard.screens.dashboard import DashboardScreen
from tui.dashboard.screens.help import HelpScreen
from tui.dashboard.themes import DARK, HOUSE_THEMES, house_variables
from tui.freshness import Interval
from tui.workspace import Workspace

log = logging.getLogger(__name__)


class FastIntercomApp(App[Outcome]):
    """Runs the reader and the sync in threads of their own, and the screens on the event loop."""

    TITLE = "fastintercom"
    CSS_PATH = Path("dashboard.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {
        *App.COMMANDS,
        DashboardCommands,
        ConversationCommands,
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "Help", id="help", tooltip="All keys, and how to search"),
        Binding("ctrl+t", "toggle_dark", "Light/dark", id="dark", tooltip="Light or dark", show=False),
        Binding("q", "quit", "Quit", id="quit", tooltip="Leave fastintercom"),
    ]

    def __init__(
        self,
        workspace: Workspace,
        *,
        ask_for_token: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
        stopwatch: Stopwatch = time.perf_counter,
    ) -> None:
        super().__init__()
        self._transport = transport
        self._stopwatch = stopwatch
        self.workspace = workspace
        self.reader = Reader(workspace)
        self._ask_for_token = ask_for_token
        self._cancel = threading.Event()
        for theme in HOUSE_THEMES:
            self.register_theme(theme)
        wanted = workspace.settings.theme or DARK
        self.theme = wanted if wanted in self.available_themes else DARK
        self.set_keymap(workspace.settings.keymap)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return house_variables(self.current_theme)

    def get_default_screen(self) -> Screen[None]:
        return DashboardScreen(self.workspace, self.reader, self._stopwatch)

    def on_mount(self) -> None:
        self.read_in_background()
        if self._ask_for_token:
            from tui.dashboard.screens.first_run import FirstRunScreen

            self.push_screen(FirstRunScreen(self.workspace.settings, self._transport))

    def on_ready(self) -> None:
        """The first frame is painted, and everyone who wants to hear of the sync is listening."""
        if not self._ask_for_token:
            self.sync_in_background()

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
        if self._ask_for_token:
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

    @on(TokenAccepted)
    def _token_accepted(self, message: TokenAccepted) -> None:
        self.exit(message.outcome)

    @on(DemoChosen)
    def _demo_chosen(self) -> None:
        self.exit(OpenDemo())

    # --- actions

    def action_help(self) -> None:
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.workspace.settings.keymap))

    def action_toggle_dark(self) -> None:
        light, dark = (theme.name for theme in reversed(HOUSE_THEMES))
        self.theme = light if self.current_theme.dark else dark

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Textual's own commands, less those that have a key and a place in the help here."""
        for command in super().get_system_commands(screen):
            if command.title in {"Theme", "Screenshot"}:
                yield command


def create_app(
    workspace: Workspace,
    *,
    ask_for_token: bool = False,
    transport: httpx.AsyncBaseTransport | None = None,
    stopwatch: Stopwatch = time.perf_counter,
) -> FastIntercomApp:
    """The dashboard on `workspace`; with `ask_for_token` it begins by asking for an access token.

    `transport` replaces the network when that token is tried, `stopwatch` times the searches.
    """
    return FastIntercomApp(workspace, ask_for_token=ask_for_token, transport=transport, stopwatch=stopwatch)
