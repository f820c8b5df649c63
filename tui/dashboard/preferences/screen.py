"""Edits the settings file. Values are checked as they are typed; comments in the file are kept."""

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
from tui.dashboard.preferences.options import changes, override_words, preferences, value_of
from tui.dashboard.preferences.row import PreferenceRow
from tui.dashboard.preferences.unsaved_dialog import UnsavedChoice, UnsavedDialog
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.themes import theme_names
from tui.formatting import counted
from tui.settings import SettingsError, change_settings
from tui.settings.loading import settings_from_source
from tui.workspace import Workspace


class PreferencesScreen(SecondaryScreen):
    """The settings by section. Saving checks the whole file and replaces it atomically."""

    HELP = "Values are checked as you type. Leave a field empty to use its default."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", id="save_preferences", tooltip="Save the settings file"),
        Binding("down", "app.focus_next", "Next", show=False, id="next_preference", tooltip="Next setting"),
        Binding(
            "up",
            "app.focus_previous",
            "Previous",
            show=False,
            id="previous_preference",
            tooltip="Previous setting",
        ),
    ]

    title_line = getters.query_one("#preferences-title", Static)
    rows = getters.query_one("#preferences-rows", VerticalScroll)

    def __init__(self, store: StoreThread, *, id: str) -> None:  # noqa: A002
        super().__init__(store, id=id)
        self._saved: dict[str, str | bool] = {}
        """Setting → its value in the file, as its editor shows it."""
        self._edited: dict[str, str | bool] = {}
        """The unsaved changes."""
        self._invalid: set[str] = set()
        self._leave_after_save: Callable[[], object] | None = None

    def compose(self) -> ComposeResult:
        yield Static("Loading…", id="preferences-title", classes="-screen-title")
        yield VerticalScroll(id="preferences-rows", can_focus=False)
        yield KeyFooter()

    def on_mount(self) -> None:
        self._show_status()
        self.read(Job(JobKind.OTHER, "preferences", fetch_preferences))

    @on(PreferencesFetched)
    async def _preferences_fetched(self, message: PreferencesFetched) -> None:
        if not self.accept(message):
            return
        path = self.workspace.settings.config_path
        defaults = settings_from_source("", path)
        rows: list[Widget] = []
        for title, section in preferences(tuple(theme_names(list(self.app.available_themes)))):
            rows.append(Static(Content.styled(title, "bold $text-primary"), classes="-section"))
            for preference in section:
                default = value_of(defaults, preference.key)
                value = value_of(message.settings, preference.key)
                shown = "" if value == default and not preference.switch else value
                self._saved[preference.key] = shown
                override = override_words(self.workspace.settings, preference.key)
                rows.append(PreferenceRow(preference, shown, str(default), path.parent, override))
        hint = Content(
            "To change keys, your own commands and the undo window of one kind of change, edit [keymap], "
            f"[[commands]] and [undo_windows] in {path}; the help shows the action names."
        )
        await self.rows.mount_all([*rows, Static(hint, classes="-hint")])
        if self.focused is None:
            self.focus_next()

    @on(PreferenceEdited)
    def _preference_edited(self, message: PreferenceEdited) -> None:
        message.stop()
        key = message.key
        self._edited[key] = message.value
        if message.value == self._saved.get(key):
            del self._edited[key]
        self._invalid.discard(key)
        if message.problem:
            self._invalid.add(key)
        self._show_status()

    # --- the title line

    def _show_status(self) -> None:
        """Show what prevents saving, else what is not saved, else the path of the file."""
        if self._invalid:
            self._show_title(self._invalid_count, "$text-error")
        elif self._edited:
            self._show_title(f"• {self._change_count}", "$text-warning")
        else:
            self._show_title(str(self.workspace.settings.config_path), "$muted")

    def _show_title(self, text: str, style: str) -> None:
        self.title_line.update(Content.assemble(("Preferences", "bold $text-primary"), "  ", (text, style)))

    @property
    def _invalid_count(self) -> str:
        return counted(len(self._invalid), "invalid value")

    @property
    def _change_count(self) -> str:
        return counted(len(self._edited), "unsaved change")

    # --- saving and leaving

    def leave_with(self, leave: Callable[[], object]) -> None:
        """Call `leave` after the unsaved changes are saved or discarded, unless the user stays."""
        if not self._edited:
            leave()
            return
        labels = [p.label for _, section in preferences(()) for p in section if p.key in self._edited]

        def chosen(choice: UnsavedChoice | None) -> None:
            if choice == "discard":
                leave()
            elif choice == "save":
                self._leave_after_save = leave
                self.action_save()

        problem = self._invalid_count if self._invalid else ""
        self.app.push_screen(UnsavedDialog(f"{self._change_count}: {', '.join(labels)}", problem), chosen)

    def action_save(self) -> None:
        if self._invalid:
            self.app.bell()
        elif self._edited:
            save = partial(save_preferences, edited=dict(self._edited))
            self.read(Job(JobKind.WRITE, "preferences", save))

    @on(PreferencesSaved)
    def _preferences_saved(self, message: PreferencesSaved) -> None:
        """Not stopped: the app applies what takes effect immediately."""
        self._waiting = False
        overrides = self.workspace.settings.overrides
        changed = [p for _, section in preferences(()) for p in section if p.key in message.keys]
        later = [p.label for p in changed if not p.immediate and p.key not in overrides]
        self._saved |= self._edited
        self._edited = {}
        note = f"; takes effect at the next start: {', '.join(later)}" if later else ""
        note += "".join(
            f"; {p.label} takes effect only without {overrides[p.key]}" for p in changed if p.key in overrides
        )
        self._show_title(f"Saved{note}", "$text-success")
        if self._leave_after_save is not None:
            self.call_after_refresh(self._leave_after_save)

    @on(PreferencesRefused)
    def _preferences_refused(self, message: PreferencesRefused) -> None:
        if self.accept(message):
            self._leave_after_save = None
            self._show_title(message.reason, "$text-error")


def fetch_preferences(workspace: Workspace) -> PreferencesFetched | PreferencesRefused:
    """The content of the settings file, without flags and environment variables."""
    try:
        return PreferencesFetched(change_settings(workspace.settings.config_path, {}))
    except SettingsError as error:
        return PreferencesRefused(str(error))


def save_preferences(
    workspace: Workspace, *, edited: Mapping[str, str | bool]
) -> PreferencesSaved | PreferencesRefused:
    """Save edited values to the settings file."""
    try:
        settings = change_settings(workspace.settings.config_path, changes(edited))
    except SettingsError as error:
        return PreferencesRefused(str(error))
    return PreferencesSaved(settings, tuple(edited))
