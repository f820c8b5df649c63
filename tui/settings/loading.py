"""Reading the settings from their four sources, with errors that name the source."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from tui.settings.model import (
    TOAST_KINDS,
    DesktopNotifications,
    LogLevel,
    Secret,
    Settings,
    SettingsError,
    default_config_path,
)
from tui.settings.quiet import parse_quiet_hours
from tui.text import hint
from tui.timeframe import TimeframeError, parse_duration
from tui.toml_errors import TomlError, parse_toml

LONGEST_HISTORY = timedelta(days=3650)
LONGEST_WAIT = timedelta(days=365)
_LONGEST_SHOWN = 80
ENVIRONMENT = {"FASTINTERCOM_BASE_URL": "base_url", "FASTINTERCOM_DATABASE": "database"}


class _WrongValueError(ValueError):
    """What is wrong with a value; the caller adds where it is."""


def _shown(value: object) -> str:
    """A value as a message repeats it: short, and on one line."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no number of thousands of digits
        return "such a number"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def load_settings(
    *,
    flags: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    config: Path | None = None,
) -> Settings:
    """Every setting, from `flags` (those that are not None) > `environ` > the TOML file > the defaults.

    `config` names the file; without it `FASTINTERCOM_CONFIG` does, else the platform's config folder.
    Only the last may be absent. Raises `SettingsError`.
    """
    environ = {} if environ is None else environ
    path, required = _config_path(environ, config)
    values = _from_source(read_source(path, required=required), path)
    for variable, key in ENVIRONMENT.items():
        if text := environ.get(variable, ""):
            values[key] = _checked(key, text, variable, Path())
    for key, value in (flags or {}).items():
        if value is not None:
            values[key] = _checked(key, value, "--" + key.replace("_", "-"), Path())
    if text := environ.get("INTERCOM_ACCESS_TOKEN", "").strip():
        try:
            values["token"] = Secret(text)
        except ValueError as error:
            raise SettingsError(f"INTERCOM_ACCESS_TOKEN: {error}") from None
    return _settled(path, values)


def settings_from_source(source: str, path: Path) -> Settings:
    """What a settings file with this text says, without flags and environment. Raises `SettingsError`."""
    return _settled(path, _from_source(source, path))


def check_setting(key: str, value: object, folder: Path) -> Any:
    """The value of one key in its final type; relative paths are taken from `folder`.

    Raises `SettingsError`.
    """
    return _checked(key, value, "", folder)


def _settled(path: Path, values: Mapping[str, Any]) -> Settings:
    settings = Settings(config_path=path, **values)
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


def _config_path(environ: Mapping[str, str], config: Path | None) -> tuple[Path, bool]:
    named = environ.get("FASTINTERCOM_CONFIG", "")
    if config is None and not named:
        return default_config_path(), False
    try:
        return _path(config or named, Path()), True
    except _WrongValueError as error:
        raise SettingsError(f"{'--config' if config else 'FASTINTERCOM_CONFIG'} {error}") from None


def read_source(path: Path, *, required: bool) -> str:
    """The text of a settings file; empty when there is none and none is `required`."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        if required:
            raise SettingsError(f"{path}: there is no such settings file") from None
        return ""
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
        place = f"{path}, line {_line(source, key)}"
        if key == "token":
            raise SettingsError(
                f"{place}: the settings file must not contain the token; "
                f"use INTERCOM_ACCESS_TOKEN, token_command, or a 0600 file {path.parent / 'token'}"
            )
        if key not in CHECKS:
            raise SettingsError(f"{place}: unknown key “{key}”; {hint(key, CHECKS)}")
        if key in INNER and isinstance(value, dict):
            for name, inner in value.items():
                where = f"{path}, line {_line(source, name, key)}: {key}.{name}"
                try:
                    INNER[key](name, inner)
                except _WrongValueError as error:
                    raise SettingsError(f"{where} {error}") from None
        values[key] = _checked(key, value, place, path.parent, named=True)
    return values


def _line(source: str, key: str, table: str = "") -> int:
    """The line (from 1) that sets `key` of `table`, as far as it is found without a full parser."""
    current = ""
    quoted = rf"[\"']?{re.escape(key)}[\"']?"
    for number, line in enumerate(source.splitlines(), 1):
        if header := re.match(r"\s*\[+\s*([^\]]*?)\s*\]", line):
            current = header[1].strip("\"'")
            if not table and re.match(rf"{quoted}\s*(\.|$)", header[1]):
                return number
        elif (current == table and re.match(rf"\s*{quoted}\s*[.=]", line)) or (
            table and not current and re.match(rf"\s*{re.escape(table)}\s*(\.|=).*{quoted}\s*=", line)
        ):
            return number
    return 1


def _checked(key: str, value: object, place: str, folder: Path, *, named: bool = False) -> Any:
    """The value in its final type; relative paths are taken from `folder`. Raises `SettingsError`."""
    try:
        return CHECKS[key](value, folder)
    except _WrongValueError as error:
        where = f"{place}: {key}" if named else place or key
        raise SettingsError(f"{where} {error}") from None


def _seconds(low: int, high: int) -> Callable[[object, Path], int]:
    allowed = f'must be whole seconds from {low} to {high}, or a text such as "5m"'

    def check(value: object, _folder: Path) -> int:
        number: float
        if isinstance(value, str):
            try:
                number = parse_duration(value).total_seconds()
            except TimeframeError:
                raise _WrongValueError(f"{allowed}, not {_shown(value)}") from None
        elif isinstance(value, int) and not isinstance(value, bool):
            number = value
        else:
            raise _WrongValueError(f"{allowed}, not {_shown(value)}")
        if not low <= number <= high:
            raise _WrongValueError(f"{allowed}, not {_shown(value)}")
        return int(number)

    return check


def _length(examples: str, longest: timedelta) -> Callable[[object, Path], str]:
    allowed = f"must be a text such as {examples}"

    def check(value: object, _folder: Path) -> str:
        if not isinstance(value, str):
            raise _WrongValueError(f"{allowed}, not {_shown(value)}")
        try:
            length = parse_duration(value)
        except TimeframeError as error:
            raise _WrongValueError(f"{allowed}: {error}") from None
        if not timedelta(0) < length <= longest:
            raise _WrongValueError(f"{allowed}, not {_shown(value)}")
        return value

    return check


def _text(value: object, _folder: Path) -> str:
    if not isinstance(value, str):
        raise _WrongValueError(f'must be a text in quotes, such as "…", not {_shown(value)}')
    return value


def _switch(value: object, _folder: Path) -> bool:
    if not isinstance(value, bool):
        raise _WrongValueError(f"must be true or false, not {_shown(value)}")
    return value


def _path(value: object, folder: Path) -> Path:
    if isinstance(value, Path):
        value = str(value)
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise _WrongValueError(f"must be the path of a file, not {_shown(value)}")
    try:
        return (folder / Path(value).expanduser()).absolute()
    except RuntimeError:
        user = Path(value).parts[0]
        raise _WrongValueError(
            f"must be the path of a file: there is no home folder for {_shown(user)}; write the path in full"
        ) from None


def _log_level(value: object, _folder: Path) -> str:
    levels = get_args(LogLevel)
    if value not in levels:
        raise _WrongValueError(f"must be one of {', '.join(levels)}, not {_shown(value)}")
    return str(value)


def _keymap(value: object, _folder: Path) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _WrongValueError(
            f'must be a table: [keymap] and lines like refresh = "f5"; not {_shown(value)}'
        )
    return value


def _keys(_action: str, keys: object) -> None:
    if not isinstance(keys, str) or not keys.strip():
        raise _WrongValueError(f'must be a text such as "f5" or "f5,ctrl+r", not {_shown(keys)}')


def _toasts(value: object, _folder: Path) -> dict[str, bool]:
    if not isinstance(value, dict):
        raise _WrongValueError(
            f"must be a table: [toasts] and lines like changes = false; not {_shown(value)}"
        )
    for kind, wanted in value.items():
        _toast(kind, wanted)
    return value


def _toast(kind: str, wanted: object) -> None:
    if kind not in TOAST_KINDS:
        raise _WrongValueError(f"is not a kind of toast; {hint(kind, TOAST_KINDS)}")
    if not isinstance(wanted, bool):
        raise _WrongValueError(f"must be true or false, not {_shown(wanted)}")


def _quiet_hours(value: object, _folder: Path) -> str:
    try:
        parse_quiet_hours(value if isinstance(value, str) else _shown(value))
    except ValueError:
        raise _WrongValueError(
            f'must be two local times such as "22:00-07:00", not {_shown(value)}'
        ) from None
    return str(value).strip()


def _desktop_notifications(value: object, _folder: Path) -> str:
    ways = get_args(DesktopNotifications)
    if value not in ways:
        raise _WrongValueError(f"must be one of {', '.join(ways)}, not {_shown(value)}")
    return str(value)


def _base_url(value: object, _folder: Path) -> str:
    allowed = "must be an https address such as https://api.eu.intercom.io (http only for this machine)"
    if not isinstance(value, str):
        raise _WrongValueError(f"{allowed}, not {_shown(value)}")
    try:
        parts = urlsplit(value.strip())
        _ = parts.port
    except ValueError:
        raise _WrongValueError(allowed) from None
    host = parts.hostname or ""
    if parts.username or parts.password:
        raise _WrongValueError("must not contain a user name or password; the token is configured separately")
    if not host or parts.query or parts.fragment or parts.scheme not in {"https", "http"}:
        raise _WrongValueError(f"{allowed}, not {_shown(value)}")
    if parts.scheme == "http" and not is_loopback(host):
        raise _WrongValueError(f"{allowed}, not {_shown(value)}")
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
    "tolerance": _seconds(0, 86_400),
    "settle": _seconds(1, 3_600),
    "overlap": _seconds(0, 86_400),
    "interval": _seconds(1, 86_400),
    "waiting_warm": _length('"2h" or "30m", up to a year', LONGEST_WAIT),
    "waiting_late": _length('"1d" or "8h", up to a year', LONGEST_WAIT),
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
}
"""Every key of the settings file, in the order in which messages list them."""
INNER: Mapping[str, Callable[[str, object], None]] = {"keymap": _keys, "toasts": _toast}
"""The tables of the settings file, and the check of one line of each."""
