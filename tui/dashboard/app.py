"""The dashboard application. `create_app` is the one way to build it: command line, tests, screenshots."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events, on, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.driver import Driver
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker, WorkerState

from tui.clock import from_epoch
from tui.dashboard.app_result import AppResult, DemoChosen, StartDemo, TokenAccepted
from tui.dashboard.commands import (
    ColumnCommands,
    ConversationCommands,
    DashboardCommands,
    HistoryCommands,
    ThemeCommands,
    ViewCommands,
)
from tui.dashboard.common.messages import QueryChosen, StoreFailed, UiStateChanged
from tui.dashboard.common.screens import SecondaryScreen, TooSmallScreen, fits
from tui.dashboard.common.split import SplitChosen
from tui.dashboard.coverage.screen import CoverageScreen
from tui.dashboard.garbage import IDLE, GarbageCollection
from tui.dashboard.help_screen import HelpScreen
from tui.dashboard.history.screen import HistoryScreen
from tui.dashboard.insights.screen import InsightsScreen
from tui.dashboard.keymap import actions, conflicts, keys_of
from tui.dashboard.main_screen import DashboardScreen
from tui.dashboard.notifications.delivery import RELEASE_EVERY, NoticeFilter, desktop_sequence
from tui.dashboard.notifications.messages import NoticeGiven
from tui.dashboard.notifications.rules import Notice
from tui.dashboard.preferences.messages import PreferencesSaved, ThemeChosen
from tui.dashboard.preferences.screen import PreferencesScreen
from tui.dashboard.preferences.theme_screen import ThemeScreen
from tui.dashboard.preferences.unsaved_dialog import UnsavedDialog
from tui.dashboard.results.messages import ResultsFetched
from tui.dashboard.results.queries import SearchRequest, Stopwatch
from tui.dashboard.signals import on_ending
from tui.dashboard.store_thread import WRITE, StoreThread
from tui.dashboard.sync_status.messages import (
    GapFillRequested,
    RangeSyncRequested,
    SyncRequested,
    WindowFoundStale,
)
from tui.dashboard.themes import DARK, HOUSE_THEMES, house_variables
from tui.dashboard.thread.messages import ThreadAwaited
from tui.dashboard.ui_state import UiState
from tui.freshness import Interval
from tui.settings import Settings
from tui.workspace import Workspace

if TYPE_CHECKING:
    import httpx


GIVE_WAY = 0.12
"""Seconds a running sync steps aside after a key or a click: as long as it takes to show what they did."""

log = logging.getLogger(__name__)


class BackgroundApp(App[AppResult]):
    """Runs the reader and the sync in threads of their own; the event loop never waits for them."""

    def __init__(self, workspace: Workspace, *, may_sync: bool) -> None:
        super().__init__()
        self.workspace = workspace
        self.reader = StoreThread(workspace)
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
            self.workspace.give_way(GIVE_WAY)
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

    @on(StoreFailed)
    def _read_failed(self, message: StoreFailed) -> None:
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


class AnnouncingApp(BackgroundApp):
    """Tells what any part of it wants told, as far as the settings allow, and when they allow it."""

    _driver_running: Driver | None = None

    def __init__(self, workspace: Workspace, *, may_sync: bool) -> None:
        super().__init__(workspace, may_sync=may_sync)
        self._preferences = workspace.settings
        """Of these, what takes effect at once."""
        self._announcer = NoticeFilter(workspace.settings, workspace.tz)

    @on(events.Mount)
    def _look_at_the_clock(self) -> None:
        self.set_interval(RELEASE_EVERY, self._announce_held)

    def prefer(self, settings: Settings) -> None:
        """From now on these settings are in force."""
        self._preferences = settings
        self._announcer.follow(settings)

    def is_quiet(self) -> bool:
        """Whether the settings want nothing to draw attention now."""
        return self._announcer.is_quiet(self.workspace.clock())

    @on(NoticeGiven)
    def _notice_given(self, message: NoticeGiven) -> None:
        if self._announcer.admits(message.notice, self.workspace.clock()):
            self._announce(message.notice)

    def _announce_held(self) -> None:
        """The quiet hours may be over."""
        for notice in self._announcer.release(self.workspace.clock()):
            self._announce(notice)

    def _announce(self, notice: Notice) -> None:
        self.notify(
            notice.message,
            title=notice.title,
            severity=notice.severity,
            timeout=notice.seconds,
            markup=False,
        )
        if self._preferences.bell:
            self.bell()
        self._write(desktop_sequence(self._preferences.desktop_notifications, notice))

    def get_driver_class(self) -> type[Driver]:
        """The platform's driver, kept at hand: Textual has no call that writes a control sequence."""
        driver_class = super().get_driver_class()
        app = self

        class KnownDriver(driver_class):  # type: ignore[misc, valid-type]
            def start_application_mode(self) -> None:
                app._driver_running = self
                super().start_application_mode()

        return KnownDriver

    def _write(self, sequence: str) -> None:
        """Send the terminal a control sequence; nothing without a terminal."""
        if self._driver_running is not None and sequence:
            self._driver_running.write(sequence)
            self._driver_running.flush()


BEHIND: Mapping[str, type[SecondaryScreen]] = {
    "coverage": CoverageScreen,
    "insights": InsightsScreen,
    "history": HistoryScreen,
    "preferences": PreferencesScreen,
}
"""The screens that can be opened from anywhere, by name."""


class ScreensApp(AnnouncingApp):
    """The main screen and those behind it."""

    @on(events.Resize)
    def _fit(self, event: events.Resize) -> None:
        """Where nothing useful can be shown, that is said instead."""
        covered = isinstance(self.screen, TooSmallScreen)
        if not fits(event.size) and not covered:
            self.push_screen(TooSmallScreen())
        elif covered and fits(event.size):
            self.pop_screen()

    @on(QueryChosen)
    def _query_chosen(self, message: QueryChosen) -> None:
        """List the conversations behind something shown: whatever lies over the main screen goes away."""
        main = main_of(self.screen_stack)
        main.search_pane.text = message.query
        main.browser.leave_thread()
        main.ask(SearchRequest(message.query))
        while self.screen is not main:
            self.pop_screen()

    @on(RangeSyncRequested)
    def _range_sync(self, message: RangeSyncRequested) -> None:
        self.request_sync(message.window)

    def action_show(self, name: str) -> None:
        """Open a screen, in the place of another one of these."""
        screen = self.screen
        if not isinstance(screen, SecondaryScreen):
            self._open(name)
        elif screen.id != name:
            screen.when_left(partial(self._open, name))

    def _open(self, name: str) -> None:
        if isinstance(self.screen, SecondaryScreen):
            self.pop_screen()
        screen = BEHIND[name](self.workspace, self.reader, id=name)
        if isinstance(screen, InsightsScreen):
            screen.narrow(main_of(self.screen_stack).results.query_shown)
        self.push_screen(screen)

    async def action_quit(self) -> None:
        """Leave, unless something is still to be decided about what was not saved."""
        behind = next((s for s in reversed(self.screen_stack) if isinstance(s, SecondaryScreen)), None)
        if behind is None or isinstance(self.screen, UnsavedDialog):
            self.exit()
        else:
            behind.when_left(self.exit)


def main_of(stack: Iterable[Screen[Any]]) -> DashboardScreen:
    return next(screen for screen in stack if isinstance(screen, DashboardScreen))


STYLES: Final[list[str | PurePath]] = [
    Path(__file__).with_name("styles") / f"{subject}.tcss"
    for subject in ("search", "browser", "dialogs", "screens", "nocolor")
]
"""Several, as each is parsed in one go, which holds up the event loop."""
SAVE_AFTER = 1.0
"""Seconds after a change until it is remembered."""


class FastIntercomApp(ScreensApp):
    """The keys that work everywhere, the looks, and what is remembered of them."""

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
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "Help", id="help", tooltip="All keys, and how to search"),
        Binding(
            "c", "show('coverage')", "Coverage", id="coverage", tooltip="Which days are synced, by calendar"
        ),
        Binding("i", "show('insights')", "Insights", id="insights", tooltip="Numbers about the last days"),
        Binding(
            "H", "show('history')", "History", id="history", tooltip="Every sync, and the log", show=False
        ),
        Binding(
            "comma",
            "show('preferences')",
            "Preferences",
            id="preferences",
            tooltip="Change the settings",
            show=False,
        ),
        Binding("ctrl+t", "toggle_dark", "Light/dark", id="dark", tooltip="Light or dark", show=False),
        Binding("T", "choose_theme", "Theme", id="theme", tooltip="Choose a theme", show=False),
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
        super().__init__(workspace, may_sync=not ask_for_token)
        self._transport = transport
        self._stopwatch = stopwatch
        self._ask_for_token = ask_for_token
        for theme in HOUSE_THEMES:
            self.register_theme(theme)
        self.remembered = UiState(workspace)
        self._saving: Timer | None = None
        self.was_ended = False
        """Whether a signal ended it, and not the user."""
        wanted = self.remembered.theme or DARK
        self.theme = wanted if wanted in self.available_themes else DARK
        self.set_keymap(workspace.settings.keymap)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return house_variables(self.current_theme)

    def get_default_screen(self) -> Screen[None]:
        return DashboardScreen(self.workspace, self.reader, self._stopwatch, self.remembered)

    def on_mount(self) -> None:
        if not self.is_headless:
            on_ending(self._end)
        if found := conflicts(self.workspace.settings.keymap):
            words, title = "\n".join(map(str, found)), "Keys in each other’s way"
            self.notify(words, title=title, severity="warning", markup=False)
        if self._ask_for_token:
            from tui.dashboard.first_run_screen import FirstRunScreen

            self.push_screen(FirstRunScreen(self.workspace.settings, self._transport))

    def on_unmount(self) -> None:
        self.reader.ask(f"{WRITE} remember", self.remembered.save, self)

    def _end(self) -> None:
        """A signal asks for it."""
        self.was_ended = True
        self.exit()

    # --- what is remembered

    @on(ResultsFetched)
    @on(UiStateChanged)
    @on(SplitChosen)
    def _save_soon(self, message: Message | None = None) -> None:
        if isinstance(message, SplitChosen):
            self.remembered.split = message.share
        if self._saving is None:
            self._saving = self.set_timer(SAVE_AFTER, self._save)

    def _save(self) -> None:
        self._saving = None
        self.reader.ask(f"{WRITE} remember", self.remembered.save, self)

    @on(ThemeChosen)
    def _theme_chosen(self, message: ThemeChosen) -> None:
        self.theme = self.remembered.theme = message.name
        self._save_soon()

    # --- the first run

    @on(TokenAccepted)
    def _token_accepted(self, message: TokenAccepted) -> None:
        self.exit(message.outcome)

    @on(DemoChosen)
    def _demo_chosen(self) -> None:
        self.exit(StartDemo())

    # --- preferences

    @on(PreferencesSaved)
    def _preferences_saved(self, message: PreferencesSaved) -> None:
        settings = message.settings
        self.prefer(settings)
        if "theme" in message.keys:
            self.post_message(ThemeChosen(settings.theme or DARK))

    # --- actions

    def action_help(self) -> None:
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.workspace.settings.keymap))

    def action_toggle_dark(self) -> None:
        light, dark = (theme.name for theme in reversed(HOUSE_THEMES))
        self.post_message(ThemeChosen(light if self.current_theme.dark else dark))

    def action_choose_theme(self) -> None:
        self.push_screen(ThemeScreen(self.theme))

    # --- keys

    def shown_key(self, action_id: str) -> str:
        """The first key of an action, as the footer shows it."""
        binding = actions()[action_id]
        key, *_ = keys_of(binding, self.workspace.settings.keymap)
        return self.get_key_display(binding.with_key(key))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Textual's own commands, less those that have a key and a place in the help here."""
        for command in super().get_system_commands(screen):
            if command.title == "Screenshot":
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
