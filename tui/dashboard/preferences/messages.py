"""Messages of the preferences and the choice of a theme."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.settings import Settings


@dataclass
class ThemeChosen(Message):
    """Use this theme from now on."""

    name: str


@dataclass
class PreferencesFetched(Message):
    """The content of the settings file."""

    settings: Settings


@dataclass
class PreferenceEdited(Message):
    """The value of a setting was edited; `problem` says what is wrong with it, empty if it is valid."""

    key: str
    value: str | bool
    problem: str


@dataclass
class PreferencesSaved(Message):
    """The settings file was saved; `keys` are the settings that changed."""

    settings: Settings
    keys: tuple[str, ...]


@dataclass
class PreferencesRefused(Message):
    """The settings file cannot be read or saved; `reason` is one line for the user."""

    reason: str
