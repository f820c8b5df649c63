"""The settings on the preferences screen, and how their values are read and written. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from tui.secrecy import TOKEN_VARIABLE
from tui.settings import Settings, SettingsError, check_setting
from tui.settings.model import TOAST_KINDS, DesktopNotifications, LogLevel

ACTING = frozenset({"writes", "read_only", "act_as", "undo_window"})
"""Settings of what may be done in Intercom."""
TOASTS_PREFIX = "toasts."
"""Keys with this prefix are in the table `[toasts]` of the settings file."""
NUMBERS = frozenset({"interval", "tolerance", "settle", "overlap", "act_as", "undo_window"})
"""Settings that are written as numbers."""
_MOST_DIGITS = 20
"""Of a number that is written as one; a longer one is refused as the text that it is."""

TOAST_LABELS = {
    "freshness": "Freshness",
    "changes": "Changes",
    "failures": "Failures",
    "rate_limit": "Rate limit",
    "followups": "Follow-ups",
}
"""Kind of toast → its label."""


@dataclass(frozen=True, slots=True)
class Preference:
    """One setting. `key` is its key in the settings file; `choices` are all its values, if there are few."""

    key: str
    label: str
    help: str
    choices: tuple[str, ...] = ()
    switch: bool = False
    immediate: bool = False
    """Whether a change takes effect when it is saved; the others take effect at the next start."""


def preferences(themes: tuple[str, ...]) -> tuple[tuple[str, tuple[Preference, ...]], ...]:
    """The sections of the screen: title and settings."""
    toasts = tuple(
        Preference(f"{TOASTS_PREFIX}{kind}", TOAST_LABELS.get(kind, kind), help_, switch=True, immediate=True)
        for kind, help_ in TOAST_KINDS.items()
    )
    return (
        (
            "Appearance",
            (
                Preference("theme", "Theme", "press T to preview themes", themes, immediate=True),
                Preference("name", "Name", "what this workspace is called, where there are several"),
                Preference("color", "Its colour", "behind the name, such as teal or #0a7d8c"),
            ),
        ),
        (
            "Toasts",
            (
                *toasts,
                Preference(
                    "quiet_hours", "Quiet hours", "hours without toasts, such as 22:00-07:00", immediate=True
                ),
                Preference("bell", "Bell", "ring with each toast", switch=True, immediate=True),
                Preference(
                    "desktop_notifications",
                    "Desktop",
                    "ask the terminal to notify as well",
                    get_args(DesktopNotifications),
                    immediate=True,
                ),
            ),
        ),
        (
            "Syncing",
            (
                Preference("interval", "Interval", "time between automatic syncs, such as 60 or 5m"),
                Preference("history", "History", "how far back to sync, such as 90d"),
                Preference("retention", "Retention", "older conversations are deleted here, such as 365d"),
                Preference(
                    "tolerance", "Tolerance", "recent time that may be missing while fresh, such as 5m"
                ),
                Preference("settle", "Settle", "age from which changes count as synced, such as 60"),
                Preference("overlap", "Overlap", "time that each sync requests again, such as 5m"),
                Preference("base_url", "Address", "https://api.intercom.io, or of another region"),
            ),
        ),
        (
            "Waiting customers",
            (
                Preference("waiting_warm", "Yellow", "customers who wait longer than this, such as 2h"),
                Preference("waiting_late", "Red and bold", "customers who wait longer than this, such as 1d"),
            ),
        ),
        (
            "Acting in Intercom",
            (
                Preference(
                    "writes", "Changes", "make replies, notes and other changes", switch=True, immediate=True
                ),
                Preference(
                    "read_only",
                    "Read only",
                    "never change anything, whatever else is set",
                    switch=True,
                    immediate=True,
                ),
                Preference("act_as", "As whom", "number of another teammate than your own", immediate=True),
                Preference(
                    "undo_window",
                    "Undo window",
                    "seconds in which a change can be taken back",
                    immediate=True,
                ),
            ),
        ),
        (
            "Files and token",
            (
                Preference("database", "Database", "the database file"),
                Preference("log_path", "Log", "the log file"),
                Preference("log_level", "Log level", "the lowest level that is logged", get_args(LogLevel)),
                Preference("token_command", "Token command", "a command that prints the access token"),
                Preference("use_keyring", "Keyring", "store the token in the system keyring", switch=True),
            ),
        ),
    )


def value_of(settings: Settings, key: str) -> str | bool:
    """The value of a setting, as its editor shows it."""
    if key.startswith(TOASTS_PREFIX):
        return settings.toasts.get(key.removeprefix(TOASTS_PREFIX), True)
    value: object = getattr(settings, key)
    return value if isinstance(value, bool) else str(value)


def override_words(settings: Settings, key: str) -> str:
    """What is used instead of a setting of the file, in one line; empty if nothing is."""
    source = settings.overrides.get(key)
    if source is None:
        return ""
    if source == TOKEN_VARIABLE:
        return f"{source} is used instead"
    return f"{source} sets this: {value_of(settings, key)}"


def problem(key: str, value: str | bool, folder: Path) -> str:
    """What is wrong with a value; empty if it is valid. `folder` is that of the settings file."""
    written = None if key.startswith(TOASTS_PREFIX) else file_value(key, value)
    if written is None:
        return ""  # a blank value leaves the setting at its default
    try:
        check_setting(key, written, folder)
    except SettingsError as error:
        return str(error)
    return ""


def file_value(key: str, value: str | bool) -> str | int | bool | None:
    """The value for the settings file; None removes the setting, so that its default is used."""
    if isinstance(value, bool):
        return value
    text = value.strip()
    if not text:
        return None
    is_number = text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if is_number and key in NUMBERS else text


def changes(edited: Mapping[str, str | bool]) -> dict[str, str | int | bool | dict[str, str | bool] | None]:
    """The changes to the settings file for edited values, as `change_settings` takes them."""
    found: dict[str, str | int | bool | dict[str, str | bool] | None] = {}
    kinds: dict[str, str | bool] = {}
    for key, value in edited.items():
        if key.startswith(TOASTS_PREFIX):
            kinds[key.removeprefix(TOASTS_PREFIX)] = value
        else:
            found[key] = file_value(key, value)
    if kinds:
        found["toasts"] = kinds
    return found
