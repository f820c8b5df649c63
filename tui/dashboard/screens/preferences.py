"""The settings file on a screen: what is edited is checked at once, and comments in the file stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.dashboard.dialogs.unsaved import Decision, UnsavedDialog
from tui.dashboard.reader import WRITE, Reader
from tui.dashboard.screens.behind import BehindScreen
from tui.dashboard.screens.theme_choice import theme_names
from tui.dashboard.seeing.messages import (
    PreferenceEdited,
    PreferencesFetched,
    PreferencesRefused,
    PreferencesSaved,
)
from tui.dashboard.seeing.preferences import changes, preferences, value_of
from tui.dashboard.widgets.key_footer import KeyFooter
from tui.dashboard.widgets.preference_row import PreferenceRow
from tui.formatting import counted
from tui.settings import Settings, SettingsError, change_settings
from tui.workspace import Workspace

Fetched = PreferencesFetched | PreferencesRefused
Saved = PreferencesSaved | PreferencesRefused


class PreferencesScreen(BehindScreen):
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

    def __init__(self, workspace: Workspace, reader: Reader, *, id: str) -> None:  # noqa: A002
        super().__init__(workspace, reader, id=id)
        self._written: dict[str, str | bool] = {}
        """What the file says, as the editors show it."""
        self._edited: dict[str, str | bool] = {}

    def compose(self) -> ComposeResult:
        yield Static("reading…", id="preferences-title", classes="-screen-title")
        yield VerticalScroll(id="preferences-rows", can_focus=False)
        yield KeyFooter()

    def on_mount(self) -> None:
        self._say()
        self.read("preferences", partial(fetch, self.workspace.settings.config_path))

    @on(PreferencesFetched)
    def _preferences_fetched(self, message: PreferencesFetched) -> None:
        self.run_worker(self._fill(message), name="preferences")

    async def _fill(self, message: PreferencesFetched) -> None:
        """One section after the other: all at once would hold up the event loop."""
        usual = Settings()
        path = self.workspace.settings.config_path
        for title, section in preferences(tuple(theme_names(list(self.app.available_themes)))):
            head = Static(Content.styled(title, "bold $text-primary"), classes="-section")
            rows = []
            for preference in section:
                default = value_of(usual, preference.key)
                value = value_of(message.settings, preference.key)
                shown = "" if value == default and not preference.switch else value
                self._written[preference.key] = shown
                rows.append(PreferenceRow(preference, shown, str(default), path.parent))
            if not self.is_open:
                return
            await self.rows.mount(head, *rows)
            if self.focused is None:
                self.focus_next()
        keys = Content(f"Keys are set by action name in the table [keymap] of {path}")
        if self.fetched(message):
            await self.rows.mount(Static(keys, classes="-hint"))

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

        def decided(decision: Decision | None) -> None:
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
            path = self.workspace.settings.config_path
            self.read(f"{WRITE} preferences", partial(save, path, self._edited))

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


def fetch(path: Path) -> Fetched:
    """What the settings file says, without flags and environment."""
    try:
        return PreferencesFetched(change_settings(path, {}))
    except SettingsError as error:
        return PreferencesRefused(str(error))


def save(path: Path, edited: Mapping[str, str | bool]) -> Saved:
    try:
        return PreferencesSaved(change_settings(path, changes(edited)), tuple(edited))
    except SettingsError as error:
        return PreferencesRefused(str(error))
