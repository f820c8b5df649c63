"""The dashboard application. Everybody builds it with `create_app`: the command line, tests, screenshots."""

from __future__ import annotations

import gc
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, ClassVar, Final

from platformdirs import user_downloads_path
from rich.traceback import Traceback
from textual import events, on, work
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.command import Provider
from textual.driver import Driver
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker, WorkerState

from tui.clock import from_epoch
from tui.dashboard.acting.messages import EditRequested, OutboxTouched
from tui.dashboard.acting.outbox_screen import OutboxScreen
from tui.dashboard.acting.quit_dialog import QuitDialog
from tui.dashboard.app_result import AppResult, StartDemo, SwitchProfile
from tui.dashboard.back_stack import ScreenState
from tui.dashboard.commands import (
    ColumnCommands,
    ConversationCommands,
    DashboardCommands,
    EarlierSearches,
    HistoryCommands,
    OwnCommandProvider,
    ProfileCommands,
    ThemeCommands,
    ViewCommands,
)
from tui.dashboard.common.badge import workspace_badge
from tui.dashboard.common.footer import is_typed
from tui.dashboard.common.messages import QueryChosen, ScreenReopened, UiStateChanged
from tui.dashboard.common.screens import SecondaryScreen, TooSmallScreen, fits
from tui.dashboard.common.split import SplitChosen
from tui.dashboard.composer.screen import ComposerScreen
from tui.dashboard.coverage.screen import CoverageScreen
from tui.dashboard.first_run.messages import DemoChosen, TokenAccepted
from tui.dashboard.first_run.screen import FirstRunScreen
from tui.dashboard.first_run.token_dialog import PRESENT_TOKEN, TokenDialog
from tui.dashboard.first_run.token_form import TokenPrompt
from tui.dashboard.help_screen import HelpScreen
from tui.dashboard.history.screen import HistoryScreen
from tui.dashboard.insights.screen import InsightsScreen
from tui.dashboard.keymap import AppKeys, actions, command_bindings, conflicts, help_sections, keys_of
from tui.dashboard.main_screen import DashboardScreen
from tui.dashboard.notifications.delivery import RELEASE_EVERY, Notifier
from tui.dashboard.notifications.messages import NoticeGiven
from tui.dashboard.notifications.problems import Problem, Problems
from tui.dashboard.own_commands.messages import CommandEnded, CommandInputRead, CommandTargetsRead
from tui.dashboard.own_commands.own_commands import OwnCommands
from tui.dashboard.play.screen import PlayScreen
from tui.dashboard.preferences.messages import PreferencesSaved, ThemeChosen
from tui.dashboard.preferences.options import ACTING
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
    TokenRequested,
    WindowsSyncRequested,
)
from tui.dashboard.sync_status.queries import count_changes
from tui.dashboard.themes import DARK, LIGHT, OWN_THEMES, own_variables
from tui.dashboard.thread.messages import ThreadAwaited
from tui.dashboard.triage.targets import Targets
from tui.dashboard.ui_state import UiState
from tui.files import atomic_writer
from tui.freshness import Interval
from tui.settings import DEFAULT_PROFILE, Secret
from tui.settings.profiles import profile_settings_path
from tui.sync.events import SyncFinished
from tui.text import one_line
from tui.workspace import Workspace

if sys.platform == "win32":
    from textual.drivers.windows_driver import WindowsDriver as PlatformDriver
else:
    from textual.drivers.linux_driver import LinuxDriver as PlatformDriver

if TYPE_CHECKING:
    import httpx

STYLES: Final[list[str | PurePath]] = [
    Path(__file__).with_name("styles") / f"{name}.tcss"
    for name in ("search", "conversations", "dialogs", "screens", "nocolor")
]
DEMO = "DEMO"
SCREENSHOT_DELAY = 0.1
"""Seconds until the command palette has closed."""
SCREENSHOT_NAME = "%Y-%m-%d_%H-%M-%S-%f"
SYNC_PAUSE = 0.12
"""Seconds a running sync pauses after a key or a click, so that its effect is shown without delay."""
ROOMY = 30
"""Lines of a terminal with room to spare."""
TOASTS = 3
"""How many toasts a roomy terminal shows at most; others show one less, above all threads and dialogs."""
SAVE_AFTER = 1.0
"""Seconds after a change until the UI state is saved."""

log = logging.getLogger(__name__)


class FastIntercomApp(App[AppResult]):
    """Owns the store thread, the sync worker, the feed of sync events and the notifier; opens the screens."""

    TITLE = "fastintercom"
    CSS_PATH = STYLES
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall"), (ROOMY, "-roomy")]  # noqa: RUF012
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {
        *App.COMMANDS,
        DashboardCommands,
        ViewCommands,
        ColumnCommands,
        ThemeCommands,
        OwnCommandProvider,
        ProfileCommands,
        ConversationCommands,
        HistoryCommands,
    }
    BINDINGS: ClassVar[list[BindingType]] = AppKeys.BINDINGS

    def __init__(
        self,
        workspace: Workspace,
        *,
        token_request: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        stopwatch: Stopwatch = time.perf_counter,
        on_token: Callable[[Secret], object] = lambda _: None,
        is_demo: bool = False,
        problem: str = "",
    ) -> None:
        super().__init__()
        self._on_token = on_token
        self._is_demo = is_demo
        self._problem = problem
        self._called = DEMO if is_demo else workspace.settings.title
        if self._called:
            self.title = f"{self.TITLE} {self._called}"
        self.workspace = workspace
        self.store = StoreThread(workspace)
        self.feed = SyncFeed(workspace, workspace.clock)
        self.notifier = Notifier(self, workspace.settings, workspace.clock, workspace.tz)
        self._problems = Problems()
        self.own_commands = OwnCommands(self, self.store)
        self.ui_state = UiState(workspace)
        self._token_request = token_request
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
        for binding in command_bindings(workspace.settings.commands):
            self.bind(binding.key, binding.action, description=binding.description, show=False)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return own_variables(self.current_theme)

    def get_driver_class(self) -> type[Driver]:
        return TerminalDriver

    def get_default_screen(self) -> Screen[None]:
        color = "" if self._is_demo else self.workspace.settings.color
        badge = workspace_badge(self._called, color, no_color=self.no_color)
        return DashboardScreen(
            self.store, self.feed, self.ui_state, self._stopwatch, EarlierSearches, badge=badge
        )

    # --- start and exit

    def on_mount(self) -> None:
        if not self.is_headless:
            on_termination(self._exit_on_signal)
        self.feed.subscribe(self)
        self.app_resume_signal.subscribe(self, self._resumed)
        self.serve_store()
        self.set_interval(RELEASE_EVERY, self.notifier.release_held)
        settings = self.workspace.settings
        if found := conflicts(settings.keymap, settings.commands):
            for conflict in found:
                log.warning("conflicting keys: %s", conflict)
            more = f" · {len(found) - 1} more in the log" if len(found) > 1 else ""
            self.notify(f"{found[0]}{more}", title="Conflicting keys", severity="warning", markup=False)
        if settings.commands_notice:
            self.notify(settings.commands_notice, title="Settings", severity="warning", markup=False)
        if self._problem:
            self.notify(self._problem, severity="error", markup=False)
        if self._token_request is not None:
            self.push_screen(FirstRunScreen(self._token_prompt(self._token_request)))

    def _resumed(self, _: App[AppResult]) -> None:
        """Paint everything: the shell, which had the terminal, left nothing of it."""
        self.refresh(layout=True)

    def on_ready(self) -> None:
        """Start the sync: the first frame is painted, and the widgets are subscribed to its events."""
        if not self.is_headless:  # else the process is not the dashboard's alone
            gc.freeze()  # what is loaded by now stays
            gc.enable()
        if self._called:
            self.notifier.name_terminal(self.title)
        if self._token_request is None:
            self.run_sync()

    def on_unmount(self) -> None:
        if self._called:
            self.notifier.give_name_back()
        self._cancel_sync.set()
        self.own_commands.close()
        self.feed.close()
        self._save()
        self.store.close()

    def _fatal_error(self) -> None:
        """Exit after an exception that nobody handles; show its traceback without the values of variables.

        Textual would show them, among them messages of customers and a token that is being entered. It has no
        public setting for that.
        """
        self.panic(Traceback(width=None))

    def _exit_on_signal(self) -> None:
        self.ended_by_signal = True
        self.exit()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.InputEvent):
            self.workspace.pause_sync(SYNC_PAUSE)
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
        if self._token_request is not None:
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

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a toast: one line, in which the title stands before the message.

        What warns stays longer, beside what is told later, and is whole in the log.
        """
        line = one_line(f"{title}: {message}" if title else message)
        now, most = time.monotonic(), TOASTS if self.size.height >= ROOMY else TOASTS - 1
        if self._problems.outgrow(most - 1, now):
            self.call_later(self._clear_toasts)  # after the toasts that are on their way
            for problem in self._problems.shown:
                super().notify(
                    problem.line, severity=problem.severity, timeout=problem.until - now, markup=markup
                )
        if severity != "information":
            timeout = 2 * self.NOTIFICATION_TIMEOUT if timeout is None else timeout
            self._problems.add(Problem(line, severity, now + timeout))
            log.log(logging.ERROR if severity == "error" else logging.WARNING, "%s", line)
        super().notify(line, severity=severity, timeout=timeout, markup=markup)

    def _clear_toasts(self) -> None:
        self.clear_notifications()
        self.screen.query("ToastHolder").remove()  # Textual leaves them behind, each an empty line

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
        self.workspace.adopt(message.settings, ACTING.intersection(message.keys))
        if "theme" in message.keys:
            self.post_message(ThemeChosen(message.settings.theme or DARK))

    # --- the access token

    def action_enter_token(self) -> None:
        """Ask for another token, where nobody asks for one already."""
        if any(isinstance(screen, FirstRunScreen | TokenDialog) for screen in self.screen_stack):
            return
        failure = self.feed.activity.obstacle
        reason = "" if failure is None else PRESENT_TOKEN.get(failure.reason, "")
        self.push_screen(TokenDialog(self._token_prompt(reason)))

    def _token_prompt(self, reason: str) -> TokenPrompt:
        return TokenPrompt(
            settings=self.workspace.settings,
            transport=self._transport,
            refuse_other_workspace=self.workspace.refuse_other_workspace,
            reason=reason,
        )

    @on(TokenRequested)
    def _token_requested(self) -> None:
        self.action_enter_token()

    @on(TokenAccepted)
    def _token_accepted(self, message: TokenAccepted) -> None:
        """In the first run the dashboard starts anew; later the sync goes on with the new token."""
        if self._token_request is not None:
            self.exit(message.result)
            return
        self._on_token(message.result.token)
        self.workspace.use_token(message.result.settings, message.result.token)
        self.feed.note_request()
        self.request_sync()

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
        kinds = (DashboardScreen, PlayScreen, ComposerScreen, SecondaryScreen)
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
        above = next((s for s in self.screen_stack if isinstance(s, SecondaryScreen)), None)
        main.drill_down(message.query, None if above is None else ScreenState(above.id or "", above.state))
        while self.screen is not main:
            self.pop_screen()

    @on(ScreenReopened)
    def _screen_reopened(self, message: ScreenReopened) -> None:
        screen = self._make_screen(message.name)
        screen.restore(message.state)
        self.push_screen(screen)

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
            case "outbox":
                return OutboxScreen(self.store, self.feed, id=name)
            case "preferences":
                return PreferencesScreen(self.store, id=name)
            case _:
                raise ValueError(name)

    async def action_quit(self) -> None:
        """Exit, after the open screen has asked about unsaved changes."""
        self._ask_to_leave(None)

    def switch_profile(self, name: str) -> None:
        """The same, but the dashboard of this profile follows."""
        self._ask_to_leave(SwitchProfile(name))

    def _ask_to_leave(self, result: AppResult) -> None:
        secondary = next((s for s in reversed(self.screen_stack) if isinstance(s, SecondaryScreen)), None)
        if secondary is None or isinstance(self.screen, UnsavedDialog):
            self._leave(result)
        else:
            secondary.leave_with(partial(self._leave, result))

    def _leave(self, result: AppResult) -> None:
        """Exit; the first time that changes are not sent yet, say before that they are kept."""
        going = self.main_screen.outbox_counts.going
        if not going or self.ui_state.knows_unsent or self._is_demo:
            self.exit(result)
            return

        def answered(confirmed: bool | None) -> None:
            if confirmed:
                self.exit(result)

        self.ui_state.knows_unsent = True
        self.push_screen(QuitDialog(going), answered)

    def action_help_quit(self) -> None:
        """Say which key quits, as it is bound, where the focused widget does not take it as text."""
        keys = {
            active.binding.id: self.get_key_display(active.binding)
            for key, active in reversed(self.screen.active_bindings.items())
            if active.binding.action in {"quit", "app.quit"} and not is_typed(self.screen.focused, key)
        }
        if key := keys.get("quit") or next(iter(keys.values()), ""):
            self.notify(f"{key} quits fastintercom.", markup=False)

    def action_help(self) -> None:
        if not isinstance(self.screen, HelpScreen):
            sections = help_sections(self.workspace.settings, self.get_key_display)
            self.push_screen(HelpScreen(tuple(sections)))

    def action_toggle_dark(self) -> None:
        self.post_message(ThemeChosen(LIGHT if self.current_theme.dark else DARK))

    def action_choose_theme(self) -> None:
        self.push_screen(ThemeScreen(self.theme))

    # --- acting in Intercom

    @on(OutboxTouched)
    def _outbox_touched(self, message: OutboxTouched) -> None:
        """Show on the screens below what was done in the outbox."""
        for screen in self.screen_stack:
            if isinstance(screen, DashboardScreen | PlayScreen):
                screen.show_changes(message.ids)

    @on(EditRequested)
    def _edit_requested(self, message: EditRequested) -> None:
        """From whatever screen: the composer is opened above it."""
        self.main_screen.composer.edit(message.conversation_id, message.write_id)

    # --- the user's own commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "enter_token":
            return not self._is_demo  # its server is in this process
        if action == "own_command":
            return self._command_targets() is not None
        return super().check_action(action, parameters)

    @property
    def switches_profiles(self) -> bool:
        """Whether another profile can be opened instead: not from the demo, nor from a settings file that
        belongs to none, since no name would lead back to it."""
        settings = self.workspace.settings
        return not self._is_demo and settings.config_path == profile_settings_path(
            settings.profile or DEFAULT_PROFILE
        )

    def _command_targets(self) -> Targets | None:
        """The conversations that a command would be run on; None where commands are not offered."""
        screen = self.screen
        return screen.command_targets if isinstance(screen, DashboardScreen | PlayScreen) else None

    def action_own_command(self, index: int) -> None:
        if (targets := self._command_targets()) is not None:
            self.own_commands.start(index, targets)

    @on(CommandTargetsRead)
    def _command_targets_read(self, message: CommandTargetsRead) -> None:
        self.own_commands.confirm(message)

    @on(CommandInputRead)
    def _command_input_read(self, message: CommandInputRead) -> None:
        self.own_commands.proceed(message)

    @on(CommandEnded)
    def _command_ended(self, message: CommandEnded) -> None:
        self.own_commands.report(message)

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
            lambda: self.set_timer(SCREENSHOT_DELAY, self._take_screenshot),
        )

    def _take_screenshot(self) -> None:
        """Save an SVG of the current screen for its owner alone: it shows what customers wrote."""
        now = self.workspace.clock().astimezone(self.workspace.tz)
        path = user_downloads_path() / f"fastintercom_{now:{SCREENSHOT_NAME}}.svg"
        self._write_screenshot(path, self.export_screenshot())

    @work(thread=True, group="screenshot", exit_on_error=False, name="screenshot")
    def _write_screenshot(self, path: Path, svg: str) -> None:
        try:
            with atomic_writer(path, private=True) as file:
                file.write(svg)
        except OSError as error:
            self.notify(f"{path}: {error.strerror}", title="Screenshot", severity="error", markup=False)
        else:
            self.notify(f"Saved {path}", title="Screenshot", markup=False)


class TerminalDriver(PlatformDriver):
    """The terminal's driver, which gives itself to the notifier: Textual offers no public access to it."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        if isinstance(app, FastIntercomApp):
            app.notifier.driver = self


def create_app(
    workspace: Workspace,
    *,
    token_request: str | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    stopwatch: Stopwatch = time.perf_counter,
    on_token: Callable[[Secret], object] = lambda _: None,
    is_demo: bool = False,
    problem: str = "",
) -> FastIntercomApp:
    """The dashboard for `workspace`; with a `token_request` (why, or "") it starts with `FirstRunScreen` and
    does not sync.

    `transport` replaces the network when the token is checked; `stopwatch` (seconds) times the searches;
    `on_token` is given a token that is entered while the dashboard runs; `problem` is shown at the start.
    """
    return FastIntercomApp(
        workspace,
        token_request=token_request,
        transport=transport,
        stopwatch=stopwatch,
        on_token=on_token,
        is_demo=is_demo,
        problem=problem,
    )
