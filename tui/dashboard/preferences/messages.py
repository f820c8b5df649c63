"""Messages of the preferences and the choice of a theme."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.settings import Settings


@dataclass
class ThemeChosen(Message):
    """The dashboard should look like this from now on."""

    name: str


@dataclass
class PreferencesFetched(Message):
    """What the settings file says."""

    settings: Settings


@dataclass
class PreferenceEdited(Message):
    """A setting has another value on the screen; `problem` says why it cannot be used, if it cannot."""

    key: str
    value: str | bool
    problem: str


@dataclass
class PreferencesSaved(Message):
    """The settings file was written; `keys` are those that were edited."""

    settings: Settings
    keys: tuple[str, ...]


@dataclass
class PreferencesRefused(Message):
    """The settings file cannot be read or written; `words` is one line for people."""

    words: str
