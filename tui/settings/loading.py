"""Reading the settings from their four sources, with errors that name the source."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar, get_args
from urllib.parse import urlsplit

from tui.files import others_who_may_write, read_ordinary_file
from tui.secrecy import TOKEN_VARIABLE
from tui.settings.colors import NAMES, is_color
from tui.settings.hosts import ENVIRONMENT_URL
from tui.settings.model import (
    TOAST_KINDS,
    WRITE_KINDS,
    DesktopNotifications,
    LogLevel,
    Secret,
    Settings,
    SettingsError,
    default_config_path,
)
from tui.settings.own_commands import read_commands
from tui.settings.profiles import (
    PROFILE_VARIABLE,
    UnknownProfile,
    check_profile_name,
    profile_exists,
    profile_of,
    profile_paths,
    profile_settings_path,
)
from tui.settings.quiet import parse_quiet_hours
from tui.settings.values import WrongValueError, read_key, seconds, short, shown
from tui.text import hint, nearest, one_line
from tui.timeframe import TimeframeError, parse_duration
from tui.toml import TomlError, line_of, parse_toml

LARGEST_FILE = 1_000_000
"""Bytes of a settings file."""
LONGEST_HISTORY = timedelta(days=3650)
LONGEST_WAIT = timedelta(days=365)
LONGEST_UNDO = 3600
"""Seconds."""
SHORTEST_RETENTION = timedelta(days=1)
LONGEST_TITLE = 40
"""Characters."""
CONFIG_VARIABLE = "FASTINTERCOM_CONFIG"
ENVIRONMENT = {ENVIRONMENT_URL: "base_url", "FASTINTERCOM_DATABASE": "database"}
DEFAULT_PROFILE_ONLY = (TOKEN_VARIABLE, *ENVIRONMENT)
"""Variables that say which workspace: a profile says so itself, and does not use them."""


_Value = TypeVar("_Value")


def load_settings(
    *,
    flags: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    config: Path | None = None,
    profile: str | None = None,
    may_be_new: bool = False,
) -> Settings:
    """Every setting, from `flags` (those that are not None) > `environ` > the TOML file > the defaults.

    `config` names the file, or `profile` the profile; without them `FASTINTERCOM_CONFIG` or
    `FASTINTERCOM_PROFILE` does, else it is that of the default profile in the platform's config folder. A
    file that `config` names must exist. A profile must exist unless it `may_be_new`, and uses no variable of
    `DEFAULT_PROFILE_ONLY`. Raises `SettingsError`; `UnknownProfile` for a profile that does not exist.
    """
    environ = {} if environ is None else environ
    path, required = _settings_file(environ, config, profile)
    unused: tuple[str, ...] = ()
    if own := profile_of(path):
        if not may_be_new and not profile_exists(own):
            raise UnknownProfile(own)
        unused = tuple(name for name in DEFAULT_PROFILE_ONLY if environ.get(name, "").strip())
        environ = {name: text for name, text in environ.items() if name not in unused}
    source, found = _read(path, required=required)
    values = _from_source(source, path)
    if values.get("commands") and found is not None:
        others, cure = others_who_may_write(path, found)
        if others:
            off = f"your own commands are off: {others}"
            values |= {"commands": (), "commands_off": off, "commands_cure": cure}
    in_file = values.get("base_url")
    overrides: dict[str, str] = {}
    for variable, key in ENVIRONMENT.items():
        if text := environ.get(variable, ""):
            values[key] = _checked(key, text, variable, Path())
            overrides[key] = variable
    values["base_url_sources"] = tuple(
        source
        for source, named in ((ENVIRONMENT_URL, environ.get(ENVIRONMENT_URL)), (str(path), in_file))
        if named and values["base_url"] == _base_url(named, Path())
    )
    for key, value in (flags or {}).items():
        if value is not None:
            overrides[key] = "--" + key.replace("_", "-")
            values[key] = _checked(key, value, overrides[key], Path())
    if text := environ.get(TOKEN_VARIABLE, "").strip():
        try:
            values["token"] = Secret(text)
        except ValueError as error:
            raise SettingsError(f"{TOKEN_VARIABLE}: {error}") from None
        overrides |= dict.fromkeys(("token_command", "use_keyring"), TOKEN_VARIABLE)
    return _settled(path, {**values, "overrides": overrides, "unused_variables": unused})


def settings_from_source(source: str, path: Path) -> Settings:
    """What a settings file with this text says, without flags and environment. Raises `SettingsError`."""
    return _settled(path, _from_source(source, path))


def check_setting(key: str, value: object, folder: Path) -> Any:
    """The value of one key in its final type; relative paths are taken from `folder`.

    Raises `SettingsError`.
    """
    return _checked(key, value, key, folder)


def _settled(path: Path, values: Mapping[str, Any]) -> Settings:
    profile = profile_of(path)
    defaults = profile_paths(profile) if profile else {}
    settings = Settings(config_path=path, profile=profile, **{**defaults, **values})
    if settings.settle >= settings.tolerance:
        raise SettingsError(
            f"{path}: settle ({settings.settle} s) must be smaller than tolerance "
            f"({settings.tolerance} s), or nothing would be fresh"
        )
    if settings.waiting_warm_seconds >= settings.waiting_late_seconds:
        raise SettingsError(
            f"{path}: waiting_warm ({settings.waiting_warm}) must be shorter than waiting_late "
            f"({settings.waiting_late})"
        )
    return settings


def _settings_file(environ: Mapping[str, str], config: Path | None, profile: str | None) -> tuple[Path, bool]:
    """The path of the settings file, and whether it must exist."""
    named = environ.get(CONFIG_VARIABLE, "")
    config_source = "--config" if config else CONFIG_VARIABLE if named else ""
    profile_source = "--profile"
    if profile is None and (text := environ.get(PROFILE_VARIABLE, "").strip()):
        profile, profile_source = text, PROFILE_VARIABLE
    if profile is not None:
        name = check_profile_name(profile, profile_source)
        if config_source:
            raise SettingsError(
                f"{profile_source} and {config_source} both name the settings; use one of them"
            )
        return profile_settings_path(name), False
    if not config_source:
        return default_config_path(), False
    try:
        return _path(config or named, Path()), True
    except WrongValueError as error:
        raise SettingsError(f"{config_source} {error}") from None


def read_source(path: Path, *, required: bool) -> str:
    """The text of a settings file; empty when there is none and none is `required`."""
    return _read(path, required=required)[0]


def _read(path: Path, *, required: bool) -> tuple[str, os.stat_result | None]:
    """The same, with the owner and the mode of the file."""
    try:
        content, found = read_ordinary_file(path, LARGEST_FILE)
        return content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n"), found
    except FileNotFoundError:
        if required:
            raise SettingsError(f"{path}: there is no such settings file") from None
        return "", None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: not a UTF-8 text file") from None
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from None


def _from_source(source: str, path: Path) -> dict[str, Any]:
    try:
        document = parse_toml(source)
    except TomlError as error:
        raise SettingsError(f"{path}, {error}") from None
    values: dict[str, Any] = {}
    for key, value in document.items():
        if key == "token":
            raise SettingsError(
                f"{_place(path, source, key)}: the settings file must not contain the token; "
                f"use INTERCOM_ACCESS_TOKEN, token_command, or a 0600 file {path.parent / 'token'}"
            )
        if key not in CHECKS:
            place = _place(path, source, key)
            raise SettingsError(f"{place}: unknown key “{short(key)}”; {hint(key, CHECKS)}")
        try:
            values[key] = CHECKS[key](value, path.parent)
        except WrongValueError as error:
            names = [key, error.key] if error.key else [key]
            place = _place(path, source, *names, number=error.number)
            raise SettingsError(f"{place}: {'.'.join(map(short, names))} {error}") from None
    return values


def place_of(settings: Settings, *names: str) -> str:
    """Where the settings file has a key: its path, and the line."""
    return _place(settings.config_path, read_source(settings.config_path, required=False), *names)


def _place(path: Path, source: str, *names: str, number: int = 0) -> str:
    return f"{path}, line {line_of(source, *names, number=number)}"


def _checked(key: str, value: object, place: str, folder: Path) -> Any:
    """The value in its final type; relative paths are taken from `folder`. Raises `SettingsError`."""
    try:
        return CHECKS[key](value, folder)
    except WrongValueError as error:
        raise SettingsError(f"{place} {error}") from None


def _length(examples: str, longest: timedelta) -> Callable[[object, Path], str]:
    allowed = f"must be a text such as {examples}"

    def check(value: object, _folder: Path) -> str:
        if not isinstance(value, str):
            raise WrongValueError(f"{allowed}, not {shown(value)}")
        try:
            length = parse_duration(value)
        except TimeframeError as error:
            raise WrongValueError(f"{allowed}: {error}") from None
        if not timedelta(0) < length <= longest:
            raise WrongValueError(f"{allowed}, not {shown(value)}")
        return value

    return check


def _retention(value: object, _folder: Path) -> str:
    allowed = 'must be a text such as "365d", from a day to ten years, or "" to keep conversations for ever'
    if value == "":
        return ""
    if not isinstance(value, str):
        raise WrongValueError(f"{allowed}, not {shown(value)}")
    try:
        return check_retention(value)
    except TimeframeError as error:
        raise WrongValueError(f"{allowed}: {error}") from None


def check_retention(text: str) -> str:
    """A length of time after which conversations may be deleted: "1m", a minute, is no month.

    Raises `TimeframeError`."""
    if not SHORTEST_RETENTION <= parse_duration(text) <= LONGEST_HISTORY:
        raise TimeframeError(f"“{text}” is not from a day (1d) to ten years (3650d)")
    return text.strip()


def _text(value: object, _folder: Path) -> str:
    if not isinstance(value, str):
        raise WrongValueError(f'must be a text in quotes, such as "…", not {shown(value)}')
    return value


def _switch(value: object, _folder: Path) -> bool:
    return _yes_or_no(value)


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise WrongValueError(f"must be true or false, not {shown(value)}")
    return value


def _path(value: object, folder: Path) -> Path:
    if isinstance(value, Path):
        value = str(value)
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise WrongValueError(f"must be the path of a file, not {shown(value)}")
    try:
        return (folder / Path(value).expanduser()).absolute()
    except RuntimeError:
        user = Path(value).parts[0]
        raise WrongValueError(
            f"must be the path of a file: there is no home folder for {shown(user)}; write the path in full"
        ) from None


def _title(value: object, _folder: Path) -> str:
    text = _text(value, _folder)
    if one_line(text) != text.strip() or len(text.strip()) > LONGEST_TITLE:
        raise WrongValueError(f"must be one line of up to {LONGEST_TITLE} characters, not {shown(value)}")
    return text.strip()


def _color(value: object, _folder: Path) -> str:
    text = value.strip().lower() if isinstance(value, str) else ""
    if value == "" or is_color(text):
        return text
    close = nearest(text, sorted(NAMES))
    more = f"; did you mean “{close}”?" if close else ""
    raise WrongValueError(
        f'must be a colour such as "teal" (a name of CSS) or "#0a7d8c", not {shown(value)}{more}'
    )


def _log_level(value: object, _folder: Path) -> str:
    levels = get_args(LogLevel)
    if value not in levels:
        raise WrongValueError(f"must be one of {', '.join(levels)}, not {shown(value)}")
    return str(value)


def _keymap(value: object, _folder: Path) -> dict[str, str]:
    if not isinstance(value, dict):
        raise WrongValueError(f'must be a table: [keymap] and lines like refresh = "f5"; not {shown(value)}')
    return {action: _inner(action, _keys, keys) for action, keys in value.items()}


def _keys(keys: object) -> str:
    if not isinstance(keys, str) or not keys.strip():
        raise WrongValueError(f'must be a text such as "f5" or "f5,ctrl+r", not {shown(keys)}')
    return ",".join(map(read_key, keys.split(",")))


def _inner(name: str, check: Callable[[object], _Value], value: object) -> _Value:
    """The value of a line of a table."""
    try:
        return check(value)
    except WrongValueError as error:
        raise WrongValueError(str(error), name) from None


def _toasts(value: object, _folder: Path) -> dict[str, bool]:
    if not isinstance(value, dict):
        raise WrongValueError(f"must be a table: [toasts] and lines like changes = false; not {shown(value)}")
    for kind in value:
        if kind not in TOAST_KINDS:
            raise WrongValueError(f"is not a kind of toast; {hint(kind, TOAST_KINDS)}", kind)
    return {kind: _inner(kind, _yes_or_no, wanted) for kind, wanted in value.items()}


def _teammate(value: object, _folder: Path) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise WrongValueError(f"must be the number of a teammate in Intercom, not {shown(value)}")
    return value


def _undo_windows(value: object, folder: Path) -> dict[str, int]:
    if not isinstance(value, dict):
        raise WrongValueError(
            f"must be a table: [undo_windows] and lines like reply = 30; not {shown(value)}"
        )
    for kind in value:
        if kind not in WRITE_KINDS:
            raise WrongValueError(f"is not a kind of change; {hint(kind, WRITE_KINDS)}", kind)
    check = seconds(0, LONGEST_UNDO)
    return {kind: _inner(kind, lambda given: check(given, folder), wanted) for kind, wanted in value.items()}


def _quiet_hours(value: object, _folder: Path) -> str:
    try:
        parse_quiet_hours(value if isinstance(value, str) else shown(value))
    except ValueError:
        raise WrongValueError(f'must be two local times such as "22:00-07:00", not {shown(value)}') from None
    return str(value).strip()


def _desktop_notifications(value: object, _folder: Path) -> str:
    ways = get_args(DesktopNotifications)
    if value not in ways:
        raise WrongValueError(f"must be one of {', '.join(ways)}, not {shown(value)}")
    return str(value)


def _base_url(value: object, _folder: Path) -> str:
    allowed = "must be an https address such as https://api.eu.intercom.io (http only for this machine)"
    if not isinstance(value, str):
        raise WrongValueError(f"{allowed}, not {shown(value)}")
    try:
        parts = urlsplit(value.strip())
        _ = parts.port
    except ValueError:
        raise WrongValueError(allowed) from None
    host = parts.hostname or ""
    if parts.username or parts.password:
        raise WrongValueError("must not contain a user name or password; the token is configured separately")
    if not host or parts.query or parts.fragment or parts.scheme not in {"https", "http"}:
        raise WrongValueError(f"{allowed}, not {shown(value)}")
    if parts.scheme == "http" and not is_loopback(host):
        raise WrongValueError(f"{allowed}, not {shown(value)}")
    return value.strip().rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its very name."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


CHECKS: Mapping[str, Callable[[Any, Path], Any]] = {
    "base_url": _base_url,
    "database": _path,
    "history": _length('"90d" or "52w", up to ten years', LONGEST_HISTORY),
    "retention": _retention,
    "tolerance": seconds(0, 86_400),
    "settle": seconds(1, 3_600),
    "overlap": seconds(0, 86_400),
    "interval": seconds(1, 86_400),
    "waiting_warm": _length('"2h" or "30m", up to a year', LONGEST_WAIT),
    "waiting_late": _length('"1d" or "8h", up to a year', LONGEST_WAIT),
    "name": _title,
    "color": _color,
    "theme": _text,
    "log_level": _log_level,
    "log_path": _path,
    "token_command": _text,
    "use_keyring": _switch,
    "quiet_hours": _quiet_hours,
    "bell": _switch,
    "desktop_notifications": _desktop_notifications,
    "toasts": _toasts,
    "keymap": _keymap,
    "writes": _switch,
    "read_only": _switch,
    "act_as": _teammate,
    "undo_window": seconds(0, LONGEST_UNDO),
    "undo_windows": _undo_windows,
    "commands": read_commands,
}
"""Every key of the settings file, in the order in which messages list them."""
