"""The dashboard application. `create_app` is the one way to build it: command line, tests, screenshots."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from tui.dashboard.announcing import AnnouncingApp
from tui.dashboard.column_commands import ColumnCommands
from tui.dashboard.commands import ConversationCommands, DashboardCommands, HistoryCommands, ViewCommands
from tui.dashboard.keys import actions, conflicts, keys_of
from tui.dashboard.looks import LooksChosen
from tui.dashboard.messages import DemoChosen, ResultsFetched, TokenAccepted
from tui.dashboard.outcome import OpenDemo
from tui.dashboard.reader import WRITE
from tui.dashboard.reads import Ask, Stopwatch
from tui.dashboard.remembered import Remembered
from tui.dashboard.screens.behind import BehindScreen
from tui.dashboard.screens.coverage import CoverageScreen
from tui.dashboard.screens.dashboard import DashboardScreen
from tui.dashboard.screens.help import HelpScreen
from tui.dashboard.screens.history import HistoryScreen
from tui.dashboard.screens.insights import InsightsScreen
from tui.dashboard.screens.preferences import PreferencesScreen
from tui.dashboard.screens.theme_choice import ThemeScreen
from tui.dashboard.seeing.messages import (
    PreferencesSaved,
    QueryChosen,
    RangeSyncRequested,
    SplitChosen,
    ThemeChosen,
)
from tui.dashboard.theme_commands import ThemeCommands
from tui.dashboard.themes import DARK, HOUSE_THEMES, house_variables
from tui.workspace import Workspace

if TYPE_CHECKING:
    import httpx

BEHIND: Mapping[str, type[BehindScreen]] = {
    "coverage": CoverageScreen,
    "insights": InsightsScreen,
    "history": HistoryScreen,
    "preferences": PreferencesScreen,
}
"""The screens that can be opened from anywhere, by name."""

SAVE_AFTER = 1.0
"""Seconds after a change until it is remembered."""


class FastIntercomApp(AnnouncingApp):
    """The screens, their keys and their looks."""

    TITLE = "fastintercom"
    CSS_PATH = Path("dashboard.tcss")
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
        self.remembered = Remembered(workspace)
        self._saving: Timer | None = None
        wanted = self.remembered.theme or DARK
        self.theme = wanted if wanted in self.available_themes else DARK
        self.set_keymap(workspace.settings.keymap)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return house_variables(self.current_theme)

    def get_default_screen(self) -> Screen[None]:
        return DashboardScreen(self.workspace, self.reader, self._stopwatch, self.remembered)

    def on_mount(self) -> None:
        if found := conflicts(self.workspace.settings.keymap):
            words, title = "\n".join(map(str, found)), "Keys in each other’s way"
            self.notify(words, title=title, severity="warning", markup=False)
        if self._ask_for_token:
            from tui.dashboard.screens.first_run import FirstRunScreen

            self.push_screen(FirstRunScreen(self.workspace.settings, self._transport))

    def on_unmount(self) -> None:
        self.reader.ask(f"{WRITE} remember", self.remembered.save, self)

    # --- what is remembered

    @on(ResultsFetched)
    @on(LooksChosen)
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
        self.exit(OpenDemo())

    # --- the screens behind the main one

    @on(QueryChosen)
    def _query_chosen(self, message: QueryChosen) -> None:
        """List the conversations behind something shown: whatever lies over the main screen goes away."""
        main = main_of(self.screen_stack)
        main.search_pane.text = message.query
        main.browser.leave_thread()
        main.ask(Ask(message.query))
        while self.screen is not main:
            self.pop_screen()

    @on(RangeSyncRequested)
    def _range_sync(self, message: RangeSyncRequested) -> None:
        self.request_sync(message.window)

    @on(PreferencesSaved)
    def _preferences_saved(self, message: PreferencesSaved) -> None:
        settings = message.settings
        self.prefer(settings)
        if "theme" in message.keys:
            self.post_message(ThemeChosen(settings.theme or DARK))

    def action_show(self, name: str) -> None:
        """Open a screen, in the place of another one of these."""
        if isinstance(self.screen, BehindScreen):
            if self.screen.id == name:
                return
            self.pop_screen()
        screen = BEHIND[name](self.workspace, self.reader, id=name)
        if isinstance(screen, InsightsScreen):
            screen.narrow(main_of(self.screen_stack).results.query_shown)
        self.push_screen(screen)

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


def main_of(stack: Iterable[Screen[Any]]) -> DashboardScreen:
    return next(screen for screen in stack if isinstance(screen, DashboardScreen))


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
