"""The dashboard application. Everybody builds it with `create_app`: the command line, tests, screenshots."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on, work
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.command import Provider
from textual.driver import Driver
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker, WorkerState

from tui.clock import from_epoch
from tui.dashboard.app_result import AppResult, StartDemo
from tui.dashboard.commands import (
    ColumnCommands,
    ConversationCommands,
    DashboardCommands,
    EarlierSearches,
    HistoryCommands,
    ThemeCommands,
    ViewCommands,
)
from tui.dashboard.common.messages import QueryChosen, UiStateChanged
from tui.dashboard.common.screens import SecondaryScreen, TooSmallScreen, fits
from tui.dashboard.common.split import SplitChosen
from tui.dashboard.coverage.screen import CoverageScreen
from tui.dashboard.first_run.messages import DemoChosen, TokenAccepted
from tui.dashboard.first_run.screen import FirstRunScreen
from tui.dashboard.garbage import IDLE, GarbageCollection
from tui.dashboard.help_screen import HelpScreen
from tui.dashboard.history.screen import HistoryScreen
from tui.dashboard.insights.screen import InsightsScreen
from tui.dashboard.keymap import AppKeys, actions, conflicts, help_sections, keys_of
from tui.dashboard.main_screen import DashboardScreen
from tui.dashboard.notifications.delivery import RELEASE_EVERY, Notifier, reporting_driver
from tui.dashboard.notifications.messages import NoticeGiven
from tui.dashboard.play.screen import PlayScreen
from tui.dashboard.preferences.messages import PreferencesSaved, ThemeChosen
from tui.dashboard.preferences.screen import PreferencesScreen
from tui.dashboard.preferences.theme_screen import ThemeScreen
from tui.dashboard.preferences.unsaved_dialog import UnsavedDialog
from tui.dashboard.results.messages import ResultsFetched
from tui.dashboard.results.queries import Stopwatch
from tui.dashboard.signals import on_termination
from tui.dashboard.store_thread import Job, JobKind, StoreFailed, StoreThread
from tui.dashboard.sync_status.feed import SyncFeed
from tui.dashboard.sync_status.messages import (
    ChangesCounted,
    FreshnessShown,
    SyncEventReceived,
    SyncRequested,
    WindowsSyncRequested,
)
from tui.dashboard.sync_status.queries import count_changes
from tui.dashboard.themes import DARK, LIGHT, OWN_THEMES, own_variables
from tui.dashboard.thread.messages import ThreadAwaited
from tui.dashboard.ui_state import UiState
from tui.freshness import Interval
from tui.sync.events import SyncFinished
from tui.workspace import Workspace

if TYPE_CHECKING:
    import httpx

STYLES: Final[list[str | PurePath]] = [
    Path(__file__).with_name("styles") / f"{name}.tcss"
    for name in ("search", "conversations", "dialogs", "screens", "nocolor")
]
SCREENSHOT_DELAY = 0.1
"""Seconds until the command palette has closed."""
SYNC_PAUSE = 0.12
"""Seconds a running sync pauses after a key or a click, so that its effect is shown without delay."""
SAVE_AFTER = 1.0
"""Seconds after a change until the UI state is saved."""

log = logging.getLogger(__name__)


class FastIntercomApp(App[AppResult]):
    """Owns the store thread, the sync worker, the feed of sync events and the notifier; opens the screens."""

    TITLE = "fastintercom"
    CSS_PATH = STYLES
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall"), (30, "-roomy")]  # noqa: RUF012
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {
        *App.COMMANDS,
        DashboardCommands,
        ViewCommands,
        ColumnCommands,
        ThemeCommands,
        ConversationCommands,
        HistoryCommands,
    }
    BINDINGS: ClassVar[list[BindingType]] = AppKeys.BINDINGS

    def __init__(
        self,
        workspace: Workspace,
        *,
        ask_for_token: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
        stopwatch: Stopwatch = time.perf_counter,
    ) -> None:
        super().__init__()
        self.workspace = workspace
        self.store = StoreThread(workspace)
        self.feed = SyncFeed(workspace, workspace.clock)
        self.notifier = Notifier(self, workspace.settings, workspace.clock, workspace.tz)
        self.ui_state = UiState(workspace)
        self._garbage = GarbageCollection()
        self._ask_for_token = ask_for_token
        self._transport = transport
        self._stopwatch = stopwatch
        self._cancel_sync = threading.Event()
        self._save_timer: Timer | None = None
        self._counts_changes = False
        """Whether what comes in is compared with what there was."""
        self.ended_by_signal = False
        for theme in OWN_THEMES:
            self.register_theme(theme)
        theme_name = self.ui_state.theme or DARK
        self.theme = theme_name if theme_name in self.available_themes else DARK
        self.set_keymap(workspace.settings.keymap)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return own_variables(self.current_theme)

    def get_driver_class(self) -> type[Driver]:
        return reporting_driver(super().get_driver_class(), self._driver_started)

    def _driver_started(self, driver: Driver) -> None:
        self.notifier.driver = driver

    def get_default_screen(self) -> Screen[None]:
        return DashboardScreen(self.store, self.feed, self.ui_state, self._stopwatch, EarlierSearches)

    # --- start and exit

    def on_mount(self) -> None:
        if not self.is_headless:
            on_termination(self._exit_on_signal)
        self.feed.subscribe(self)
        self.serve_store()
        self.set_interval(RELEASE_EVERY, self.notifier.release_held)
        if found := conflicts(self.workspace.settings.keymap):
            text = "\n".join(map(str, found))
            self.notify(text, title="Conflicting keys", severity="warning", markup=False)
        if self._ask_for_token:
            self.push_screen(FirstRunScreen(self.workspace.settings, self._transport))

    def on_ready(self) -> None:
        """Start the sync: the first frame is painted, and the widgets are subscribed to its events."""
        if not self.is_headless:
            self.start_garbage_collection()
        if not self._ask_for_token:
            self.run_sync()

    def start_garbage_collection(self) -> None:
        """Call in a process that only runs the dashboard; tests and screenshots keep Python's defaults."""
        self._garbage.start()
        self.set_interval(IDLE, self._garbage.collect_when_idle)

    def on_unmount(self) -> None:
        self._cancel_sync.set()
        self.feed.close()
        self._save()
        self.store.close()

    def _exit_on_signal(self) -> None:
        self.ended_by_signal = True
        self.exit()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.InputEvent):
            self.workspace.pause_sync(SYNC_PAUSE)
            self._garbage.input_received()
        await super().on_event(event)

    # --- the store

    @work(thread=True, exclusive=True, group="store", exit_on_error=False, name="store thread")
    def serve_store(self) -> None:
        self.store.serve()

    @on(StoreFailed)
    def _store_failed(self, message: StoreFailed) -> None:
        self.notify(message.message, title="Database", severity="error", markup=False)

    @on(Worker.StateChanged)
    def _worker_changed(self, event: Worker.StateChanged) -> None:
        """Report a worker that raised an exception, and restart the store thread."""
        if event.state is not WorkerState.ERROR:
            return
        error = event.worker.error
        log.error("the %s failed", event.worker.name, exc_info=error)
        text = f"The {event.worker.name} stopped: {type(error).__name__}: {error}"
        self.notify(text, title="Internal error", severity="error", markup=False)
        if event.worker.group == "store":
            self.serve_store()

    # --- the sync

    @work(thread=True, exclusive=True, group="sync", exit_on_error=False, name="sync")
    def run_sync(self) -> None:
        self.workspace.run_sync(cancel=self._cancel_sync, interval=self.workspace.settings.interval)

    def request_sync(self, window: Interval | None = None) -> None:
        """Sync `window` now, or new changes if there is none. Returns at once."""
        if self._ask_for_token:
            return
        if not any(worker.group == "sync" and worker.is_running for worker in self.workers):
            self.run_sync()
        if window is None:
            self.workspace.request_sync(urgent=True)
        else:
            self.workspace.request_sync(from_epoch(window.start), from_epoch(window.end), urgent=True)

    @on(SyncRequested)
    def _sync_requested(self) -> None:
        self.request_sync()

    @on(WindowsSyncRequested)
    def _windows_sync_requested(self, message: WindowsSyncRequested) -> None:
        for window in message.windows:
            self.request_sync(window)

    @on(ThreadAwaited)
    def _thread_awaited(self, message: ThreadAwaited) -> None:
        self.workspace.prioritise(message.conversation_id)

    # --- notifications

    @on(SyncEventReceived)
    def _sync_event_received(self, message: SyncEventReceived) -> None:
        self.notifier.sync_event(message.event)
        if isinstance(message.event, SyncFinished):
            self._count_changes()

    @on(FreshnessShown)
    def _freshness_shown(self, message: FreshnessShown) -> None:
        self.notifier.freshness_shown(message.freshness, message.words, message.query)

    @on(ResultsFetched)
    def _results_fetched(self) -> None:
        """Later changes are counted from the first list on, which does not wait for that to begin."""
        if not self._counts_changes:
            self._count_changes()

    def _count_changes(self) -> None:
        self._counts_changes = True
        self.store.run(Job(JobKind.OTHER, "changes", count_changes), self)

    @on(ChangesCounted)
    def _changes_counted(self, message: ChangesCounted) -> None:
        was_synced = self.feed.activity.summary is not None
        self.notifier.changes_counted(message.changes, was_synced=was_synced)

    @on(NoticeGiven)
    def _notice_given(self, message: NoticeGiven) -> None:
        self.notifier.show(message.notice)

    def is_quiet(self) -> bool:
        return self.notifier.is_quiet()

    # --- the UI state

    @on(ResultsFetched)
    @on(UiStateChanged)
    def _save_soon(self) -> None:
        if self._save_timer is None:
            self._save_timer = self.set_timer(SAVE_AFTER, self._save)

    def _save(self) -> None:
        self._save_timer = None
        self.store.run(Job(JobKind.WRITE, "UI state", self.ui_state.save), self)

    @on(SplitChosen)
    def _split_chosen(self, message: SplitChosen) -> None:
        self.ui_state.split = message.share
        self._save_soon()

    @on(ThemeChosen)
    def _theme_chosen(self, message: ThemeChosen) -> None:
        self.theme = self.ui_state.theme = message.name
        self._save_soon()

    @on(PreferencesSaved)
    def _preferences_saved(self, message: PreferencesSaved) -> None:
        self.notifier.use(message.settings)
        if "theme" in message.keys:
            self.post_message(ThemeChosen(message.settings.theme or DARK))

    # --- the first run

    @on(TokenAccepted)
    def _token_accepted(self, message: TokenAccepted) -> None:
        self.exit(message.result)

    @on(DemoChosen)
    def _demo_chosen(self) -> None:
        self.exit(StartDemo())

    # --- screens

    @property
    def main_screen(self) -> DashboardScreen:
        return next(screen for screen in self.screen_stack if isinstance(screen, DashboardScreen))

    @property
    def has_pending_work(self) -> bool:
        """Whether something that was requested is still to be read from the store or shown."""
        kinds = (DashboardScreen, PlayScreen, SecondaryScreen)
        screens = [screen for screen in self.screen_stack if isinstance(screen, kinds)]
        return not self.store.is_idle or any(screen.is_waiting for screen in screens)

    @on(events.Resize)
    def _cover_if_too_small(self, event: events.Resize) -> None:
        covered = isinstance(self.screen, TooSmallScreen)
        if not fits(event.size) and not covered:
            self.push_screen(TooSmallScreen())
        elif covered and fits(event.size):
            self.pop_screen()

    @on(QueryChosen)
    def _query_chosen(self, message: QueryChosen) -> None:
        """List the conversations of a query on the main screen, and close all screens above it."""
        main = self.main_screen
        main.show_query(message.query)
        while self.screen is not main:
            self.pop_screen()

    def action_show(self, name: str) -> None:
        """Open a secondary screen; it replaces the one that is open."""
        screen = self.screen
        if not isinstance(screen, SecondaryScreen):
            self._open(name)
        elif screen.id != name:
            screen.leave_with(partial(self._open, name))

    def _open(self, name: str) -> None:
        if isinstance(self.screen, SecondaryScreen):
            self.pop_screen()
        self.push_screen(self._make_screen(name))

    def _make_screen(self, name: str) -> SecondaryScreen:
        match name:
            case "coverage":
                return CoverageScreen(self.store, self.feed, id=name)
            case "history":
                return HistoryScreen(self.store, self.feed, id=name)
            case "insights":
                query = self.main_screen.results.query_shown
                return InsightsScreen(self.store, self.feed, query, id=name)
            case "preferences":
                return PreferencesScreen(self.store, id=name)
            case _:
                raise ValueError(name)

    async def action_quit(self) -> None:
        """Exit, after the open screen has asked about unsaved changes."""
        secondary = next((s for s in reversed(self.screen_stack) if isinstance(s, SecondaryScreen)), None)
        if secondary is None or isinstance(self.screen, UnsavedDialog):
            self.exit()
        else:
            secondary.leave_with(self.exit)

    def action_help(self) -> None:
        if not isinstance(self.screen, HelpScreen):
            sections = help_sections(self.workspace.settings.keymap, self.get_key_display)
            self.push_screen(HelpScreen(tuple(sections)))

    def action_toggle_dark(self) -> None:
        self.post_message(ThemeChosen(LIGHT if self.current_theme.dark else DARK))

    def action_choose_theme(self) -> None:
        self.push_screen(ThemeScreen(self.theme))

    # --- keys and commands

    def shown_key(self, action_id: str) -> str:
        """The first key of an action, as the footer shows it."""
        binding = actions()[action_id]
        key, *_ = keys_of(binding, self.workspace.settings.keymap)
        return self.get_key_display(binding.with_key(key))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Of Textual's own commands the one that `DashboardCommands` does not have."""
        yield SystemCommand(
            "Screenshot",
            "Save an SVG of the current screen",
            lambda: self.set_timer(SCREENSHOT_DELAY, self.deliver_screenshot),
        )


def create_app(
    workspace: Workspace,
    *,
    ask_for_token: bool = False,
    transport: httpx.AsyncBaseTransport | None = None,
    stopwatch: Stopwatch = time.perf_counter,
) -> FastIntercomApp:
    """The dashboard for `workspace`; with `ask_for_token` it starts with `FirstRunScreen` and does not sync.

    `transport` replaces the network when the token is checked; `stopwatch` (seconds) times the searches.
    """
    return FastIntercomApp(workspace, ask_for_token=ask_for_token, transport=transport, stopwatch=stopwatch)
