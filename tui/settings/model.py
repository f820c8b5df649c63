"""The settings with their defaults, and the wrapper that keeps a token out of logs."""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import Literal, NoReturn

import msgspec
import platformdirs

from tui.timeframe import parse_duration

APP = "fastintercom"
ADDRESSES = {
    "US": "https://api.intercom.io",
    "EU": "https://api.eu.intercom.io",
    "AU": "https://api.au.intercom.io",
}
"""Region → address of its API."""
TOAST_KINDS = {
    "freshness": "the answer became stale, partial or fresh",
    "changes": "what a sync changed",
    "failures": "a sync failed, or works again",
    "rate_limit": "the rate limit of Intercom is reached",
    "followups": "a follow-up is due",
}
"""Kind of toast → what it says."""
DesktopNotifications = Literal["off", "osc9", "osc777"]
LogLevel = Literal["debug", "info", "warning", "error"]


class SettingsError(Exception):
    """A setting or the token cannot be used. The text is one line: what, where, and what is allowed."""


class TokenError(SettingsError):
    """The access token cannot be read from where the settings say it is."""


class Secret:
    """A token. Shown as "•••" everywhere; only `reveal()` gives the text.

    Raises `ValueError`, without repeating the text, if it is empty or contains characters that no token has.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        text = text.strip()
        if not text:
            raise ValueError("the access token is empty")
        if not all("!" <= character <= "~" for character in text):
            raise ValueError(
                "the access token contains a blank or a special character; copy it again, on one line"
            )
        self._text = text

    def reveal(self) -> str:
        return self._text

    def hide_in(self, text: str) -> str:
        """`text` with "•••" wherever it repeats the token."""
        return text.replace(self._text, repr(self))

    def __repr__(self) -> str:
        return "•••"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._text, other._text)

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled")


def default_config_path() -> Path:
    return Path(platformdirs.user_config_dir(APP, appauthor=False)) / "config.toml"


def default_database_path() -> Path:
    return Path(platformdirs.user_data_dir(APP, appauthor=False)) / "fastintercom.db"


def default_log_path() -> Path:
    return Path(platformdirs.user_log_dir(APP, appauthor=False)) / "fastintercom.log"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that can be configured. Durations are whole seconds, or texts such as "90d"."""

    base_url: str = ADDRESSES["US"]
    database: Path = msgspec.field(default_factory=default_database_path)
    history: str = "90d"
    """How far back the mirror goes."""
    tolerance: int = 300
    """How much of the recent end of a window may be missing while it still counts as fresh."""
    settle: int = 60
    """Nothing newer than the server's time minus this counts as covered."""
    overlap: int = 300
    """How much of the covered time an incremental sync requests again."""
    interval: int = 60
    """Time between two automatic syncs."""
    waiting_warm: str = "2h"
    """How long a customer waits until the conversation is marked as warm."""
    waiting_late: str = "1d"
    """How long a customer waits until it is marked as late."""
    theme: str = ""
    log_level: LogLevel = "info"
    log_path: Path = msgspec.field(default_factory=default_log_path)
    token: Secret | None = None
    """From the environment only; `resolve_token` reads the other sources when a token is needed."""
    token_command: str = ""
    """A command line (run without a shell) that prints the token."""
    use_keyring: bool = False
    keymap: dict[str, str] = msgspec.field(default_factory=dict)
    """Binding id → keys, for example {"refresh": "f5,ctrl+r"}."""
    toasts: dict[str, bool] = msgspec.field(default_factory=dict)
    """Kind of toast → whether it is shown, see `TOAST_KINDS`; kinds that are not listed are shown."""
    quiet_hours: str = ""
    """Local times between which there are no toasts, for example "22:00-07:00"; empty: never quiet."""
    bell: bool = False
    """Ring the terminal's bell with each toast."""
    desktop_notifications: DesktopNotifications = "off"
    """The escape sequence, if any, by which the terminal is asked to notify as well."""
    config_path: Path = msgspec.field(default_factory=default_config_path)
    """The file the settings came from, or would come from if it existed."""

    @property
    def history_seconds(self) -> int:
        return int(parse_duration(self.history).total_seconds())

    @property
    def waiting_warm_seconds(self) -> int:
        return int(parse_duration(self.waiting_warm).total_seconds())

    @property
    def waiting_late_seconds(self) -> int:
        return int(parse_duration(self.waiting_late).total_seconds())

    @property
    def token_path(self) -> Path:
        """The 0600 file that holds the token when it was saved to a file."""
        return self.config_path.parent / "token"
