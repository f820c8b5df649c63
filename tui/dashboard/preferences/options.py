"""What can be set from the preferences screen, and the words for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from tui.settings import Settings, SettingsError, check_setting
from tui.settings.model import TOAST_KINDS, DesktopNotifications, LogLevel

TABLE = "toasts."
"""Keys that begin with this stand in the table of that name."""

TOAST_LABELS = {
    "freshness": "Freshness",
    "changes": "Changes",
    "failures": "Failures",
    "rate_limit": "Rate limit",
    "followups": "Follow-ups",
}
"""Kind of toast → how it is called on the screen."""


@dataclass(frozen=True, slots=True)
class Preference:
    """One line of the screen. `key` is the one of the settings file; `choices` are all there are, if few."""

    key: str
    label: str
    help: str
    choices: tuple[str, ...] = ()
    switch: bool = False
    at_once: bool = False
    """Whether it takes effect when it is saved; the others do at the next start."""


def preferences(themes: tuple[str, ...]) -> tuple[tuple[str, tuple[Preference, ...]], ...]:
    """Sections and what stands in them."""
    toasts = tuple(
        Preference(f"{TABLE}{kind}", TOAST_LABELS.get(kind, kind), words, switch=True, at_once=True)
        for kind, words in TOAST_KINDS.items()
    )
    return (
        (
            "Looks",
            (Preference("theme", "Theme", "T shows each as you pass over it", themes, at_once=True),),
        ),
        (
            "Toasts",
            (
                *toasts,
                Preference("quiet_hours", "Quiet hours", "no toasts then: 22:00-07:00", at_once=True),
                Preference("bell", "Bell", "ring with each toast", switch=True, at_once=True),
                Preference(
                    "desktop_notifications",
                    "Desktop",
                    "ask the terminal to notify as well",
                    get_args(DesktopNotifications),
                    at_once=True,
                ),
            ),
        ),
        (
            "Syncing",
            (
                Preference("interval", "Interval", "between two automatic syncs: 60 or 5m"),
                Preference("history", "History", "how far back the mirror goes: 90d"),
                Preference("tolerance", "Tolerance", "the recent end that may be missing while fresh: 5m"),
                Preference("settle", "Settle", "nothing newer than this counts as covered: 60"),
                Preference("overlap", "Overlap", "what an incremental sync asks for again: 5m"),
                Preference("base_url", "Address", "https://api.intercom.io, or of another region"),
            ),
        ),
        (
            "Waiting customers",
            (
                Preference("waiting_warm", "Marked !", "who waits longer than this: 2h"),
                Preference("waiting_late", "Marked ‼", "who waits longer than this: 1d"),
            ),
        ),
        (
            "Files and token",
            (
                Preference("database", "Database", "the file of the mirror"),
                Preference("log_path", "Log", "the log file"),
                Preference("log_level", "Log level", "what is written to it", get_args(LogLevel)),
                Preference("token_command", "Token command", "a command that prints the access token"),
                Preference("use_keyring", "Keyring", "keep the token in the system’s keyring", switch=True),
            ),
        ),
    )


def value_of(settings: Settings, key: str) -> str | bool:
    """What the settings say, as the editors show it."""
    if key.startswith(TABLE):
        return settings.toasts.get(key.removeprefix(TABLE), True)
    value: object = getattr(settings, key)
    return value if isinstance(value, bool) else str(value)


def problem(key: str, value: str | bool, folder: Path) -> str:
    """Why a value cannot be used, in the words of whoever loads the settings; empty when it can."""
    if value == "" or key.startswith(TABLE):
        return ""
    try:
        check_setting(key, typed(key, value), folder)
    except SettingsError as error:
        return str(error)
    return ""


def typed(key: str, value: str | bool) -> str | int | bool | None:
    """The value as it is written into the file; None for one that is left to its default."""
    if isinstance(value, bool):
        return value
    text = value.strip()
    if not text:
        return None
    return int(text) if text.isdecimal() and key in {"interval", "tolerance", "settle", "overlap"} else text


def changes(edited: Mapping[str, str | bool]) -> dict[str, str | int | bool | dict[str, str | bool] | None]:
    """What to change in the settings file, from the edited lines."""
    found: dict[str, str | int | bool | dict[str, str | bool] | None] = {}
    kinds: dict[str, str | bool] = {}
    for key, value in edited.items():
        if key.startswith(TABLE):
            kinds[key.removeprefix(TABLE)] = value
        else:
            found[key] = typed(key, value)
    if kinds:
        found["toasts"] = kinds
    return found
