"""The dashboard application. `create_app` is the one way to build it: command line, tests, screenshots."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from tui.dashboard.column_commands import ColumnCommands
from tui.dashboard.commands import ConversationCommands, DashboardCommands, HistoryCommands, ViewCommands
from tui.dashboard.keys import actions, conflicts, keys_of
from tui.dashboard.looks import LooksChosen
from tui.dashboard.messages import DemoChosen, ResultsFetched, TokenAccepted
from tui.dashboard.outcome import OpenDemo
from tui.dashboard.reader import WRITE
from tui.dashboard.reads import Stopwatch
from tui.dashboard.remembered import Remembered
from tui.dashboard.screens.dashboard import DashboardScreen
from tui.dashboard.screens.help import HelpScreen
from tui.dashboard.screens.theme_choice import ThemeScreen
from tui.dashboard.screens_app import ScreensApp
from tui.dashboard.seeing.messages import (
    PreferencesSaved,
    SplitChosen,
    ThemeChosen,
)
from tui.dashboard.signals import on_ending
from tui.dashboard.theme_commands import ThemeCommands
from tui.dashboard.themes import DARK, HOUSE_THEMES, house_variables
from tui.workspace import Workspace

if TYPE_CHECKING:
    import httpx

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
        self.remembered = Remembered(workspace)
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
            from tui.dashboard.screens.first_run import FirstRunScreen

            self.push_screen(FirstRunScreen(self.workspace.settings, self._transport))

    def on_unmount(self) -> None:
        self.reader.ask(f"{WRITE} remember", self.remembered.save, self)

    def _end(self) -> None:
        """A signal asks for it."""
        self.was_ended = True
        self.exit()

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
