"""The settings file on a screen: what is edited is checked at once, and comments in the file stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.dashboard.common.footer import KeyFooter
from tui.dashboard.common.screens import SecondaryScreen
from tui.dashboard.preferences.messages import (
    PreferenceEdited,
    PreferencesFetched,
    PreferencesRefused,
    PreferencesSaved,
)
from tui.dashboard.preferences.options import changes, preferences, value_of
from tui.dashboard.preferences.row import PreferenceRow
from tui.dashboard.preferences.unsaved_dialog import UnsavedChoice, UnsavedDialog
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.themes import theme_names
from tui.formatting import counted
from tui.settings import Settings, SettingsError, change_settings
from tui.workspace import Workspace


class PreferencesScreen(SecondaryScreen):
    """Nothing is written before ctrl+s; then the whole file is checked, and replaced in one step."""

    HELP = "Every change is checked at once. An empty line leaves a setting to its default."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", id="save_preferences", tooltip="Write the settings file"),
        Binding(
            "down", "app.focus_next", "Next", show=False, id="next_preference", tooltip="The next setting"
        ),
        Binding(
            "up",
            "app.focus_previous",
            "Previous",
            show=False,
            id="previous_preference",
            tooltip="The setting before",
        ),
    ]

    title_line = getters.query_one("#preferences-title", Static)
    rows = getters.query_one("#preferences-rows", VerticalScroll)

    _wrong: Mapping[str, str] = {}
    _go: Callable[[], object] | None = None
    """Leaves the screen; waits for the changes to be saved."""

    def __init__(self, store: StoreThread, *, id: str) -> None:  # noqa: A002
        super().__init__(store, id=id)
        self._written: dict[str, str | bool] = {}
        """What the file says, as the editors show it."""
        self._edited: dict[str, str | bool] = {}

    def compose(self) -> ComposeResult:
        yield Static("reading…", id="preferences-title", classes="-screen-title")
        yield VerticalScroll(id="preferences-rows", can_focus=False)
        yield KeyFooter()

    def on_mount(self) -> None:
        self._say()
        self.read(Job(JobKind.OTHER, "preferences", fetch_preferences))

    @on(PreferencesFetched)
    def _preferences_fetched(self, message: PreferencesFetched) -> None:
        if not self.fetched(message):
            return
        defaults, path = Settings(), self.workspace.settings.config_path
        rows: list[Widget] = []
        for title, section in preferences(tuple(theme_names(list(self.app.available_themes)))):
            rows.append(Static(Content.styled(title, "bold $text-primary"), classes="-section"))
            for preference in section:
                default = value_of(defaults, preference.key)
                value = value_of(message.settings, preference.key)
                shown = "" if value == default and not preference.switch else value
                self._written[preference.key] = shown
                rows.append(PreferenceRow(preference, shown, str(default), path.parent))
        keys = Content(f"Keys are set by action name in the table [keymap] of {path}")
        self.rows.mount_all([*rows, Static(keys, classes="-hint")])
        self.call_after_refresh(self.focus_next)

    @on(PreferenceEdited)
    def _preference_edited(self, message: PreferenceEdited) -> None:
        message.stop()
        self._edited = {**self._edited, message.key: message.value}
        if message.value == self._written.get(message.key):
            del self._edited[message.key]
        wrong = {key: words for key, words in self._wrong.items() if key != message.key}
        self._wrong = {**wrong, message.key: message.problem} if message.problem else wrong
        self._say()

    def _say(self, words: str = "", style: str = "$muted") -> None:
        if not words:
            words = str(self.workspace.settings.config_path)
        if self._wrong:
            words, style = f"{counted(len(self._wrong), 'value')} cannot be used", "$text-error"
        elif self._edited:
            words, style = f"• {counted(len(self._edited), 'change')} not saved yet", "$text-warning"
        self.title_line.update(Content.assemble(("Preferences", "bold $text-primary"), "  ", (words, style)))

    def when_left(self, go: Callable[[], object]) -> None:
        """Ask about what is not saved yet; saving comes before leaving."""
        if not self._edited:
            go()
            return
        labels = [p.label for _, section in preferences(()) for p in section if p.key in self._edited]
        words = f"{counted(len(self._edited), 'change')} not saved yet: {', '.join(labels)}"
        problem = f"{counted(len(self._wrong), 'value')} cannot be used" if self._wrong else ""

        def decided(decision: UnsavedChoice | None) -> None:
            if decision == "discard":
                go()
            elif decision == "save":
                self._go = go
                self.action_save()

        self.app.push_screen(UnsavedDialog(words, problem), decided)

    def action_save(self) -> None:
        if self._wrong:
            self.app.bell()
        elif self._edited:
            self.read(Job(JobKind.WRITE, "preferences", partial(save_preferences, edited=self._edited)))

    @on(PreferencesSaved)
    def _saved(self, message: PreferencesSaved) -> None:
        """The application hears of it too, and goes by what takes effect at once."""
        self._waiting = False
        later = [
            preference.label.lower()
            for _, section in preferences(())
            for preference in section
            if preference.key in self._edited and not preference.at_once
        ]
        self._written |= self._edited
        self._edited = {}
        self._say(
            "saved" + (f"; {', '.join(later)}: from the next start on" if later else ""), "$text-success"
        )
        if self._go is not None:
            self.call_after_refresh(self._go)

    @on(PreferencesRefused)
    def _refused(self, message: PreferencesRefused) -> None:
        if not self.fetched(message):
            return
        self._go = None
        edited, self._edited = self._edited, {}
        self._say(message.words, "$text-error")
        self._edited = edited


def fetch_preferences(workspace: Workspace) -> PreferencesFetched | PreferencesRefused:
    """What the settings file says, without flags and environment."""
    try:
        return PreferencesFetched(change_settings(workspace.settings.config_path, {}))
    except SettingsError as error:
        return PreferencesRefused(str(error))


def save_preferences(
    workspace: Workspace, *, edited: Mapping[str, str | bool]
) -> PreferencesSaved | PreferencesRefused:
    try:
        settings = change_settings(workspace.settings.config_path, changes(edited))
    except SettingsError as error:
        return PreferencesRefused(str(error))
    return PreferencesSaved(settings, tuple(edited))
