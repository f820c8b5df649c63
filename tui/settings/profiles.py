"""Profiles: several workspaces side by side, each with its own settings, token, database and log."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from tui.settings.model import (
    SettingsError,
    default_config_path,
    default_database_path,
    default_log_path,
)
from tui.text import nearest, one_line

DEFAULT_PROFILE = "default"
"""The name of what is used without a profile."""
PROFILE_VARIABLE = "FASTINTERCOM_PROFILE"
LONGEST_NAME = 40
FOLDER = "profiles"
"""Below the folders of the settings, the data and the logs."""
_NAME = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9_-]{{0,{LONGEST_NAME - 1}}}")
_LONGEST_SHOWN = 60


class UnknownProfile(SettingsError):
    """There is no profile of this name; the text says how to make it, and which is spelt alike."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"there is no profile “{name}”{alike(name)}; to make it, run: fastintercom --profile {name} login"
        )


def check_profile_name(text: str, source: str) -> str:
    """The name. Raises `SettingsError`, which begins with `source`, for what no profile can be called."""
    if not _NAME.fullmatch(text):
        raise SettingsError(
            f"{source} must be letters, digits, - and _, up to {LONGEST_NAME}, such as acme; "
            f"not {shlex.quote(one_line(text)[:_LONGEST_SHOWN])}"
        )
    return text


def profile_settings_path(name: str) -> Path:
    """The settings file of a profile, whether it exists or not."""
    if name == DEFAULT_PROFILE:
        return default_config_path()
    return _settings_folder() / name / default_config_path().name


def profile_of(settings_file: Path) -> str:
    """The profile that a settings file belongs to; empty for the default profile and any other file."""
    folder = settings_file.parent
    is_profile = folder.parent == _settings_folder() and settings_file.name == default_config_path().name
    return folder.name if is_profile and _NAME.fullmatch(folder.name) else ""


def profile_paths(name: str) -> dict[str, Path]:
    """Where the database and the log of a profile are, unless its settings say otherwise."""
    database, log = default_database_path(), default_log_path()
    return {
        "database": database.parent / FOLDER / name / database.name,
        "log_path": log.parent / FOLDER / name / log.name,
    }


def profile_names() -> list[str]:
    """The profiles that exist, in alphabetical order; the default profile is not among them.

    Raises `OSError` when their folder cannot be read.
    """
    try:
        found = [folder.name for folder in _settings_folder().iterdir()]
    except FileNotFoundError:
        return []
    names = [name for name in found if _NAME.fullmatch(name) and name != DEFAULT_PROFILE]
    return sorted(filter(profile_exists, names), key=str.casefold)


def profile_exists(name: str) -> bool:
    """Whether the profile has a settings file, which its first token makes. Its folder says nothing: where
    settings and data have the same one, a database may be there. Raises `OSError`."""
    return name == DEFAULT_PROFILE or profile_settings_path(name).is_file()


def alike(name: str) -> str:
    """ " (did you mean “acme”?)", or nothing when no profile is spelt like `name`."""
    close = nearest(name, profile_names())
    return f" (did you mean “{close}”?)" if close else ""


def _settings_folder() -> Path:
    return default_config_path().parent / FOLDER
