"""The settings with their defaults, and the wrapper that keeps a token out of logs."""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import Literal, NoReturn

import msgspec
import platformdirs

from tui.secrecy import MASK, SecretFilter
from tui.settings.own_commands import OwnCommand
from tui.text import clean
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
WRITE_KINDS = ("note", "reply", "close", "open", "snooze", "assign", "tag", "untag", "title", "read")
"""The kinds of change that can be made to a conversation in Intercom."""
DesktopNotifications = Literal["off", "osc9", "osc777"]
LogLevel = Literal["debug", "info", "warning", "error"]


class SettingsError(Exception):
    """A setting or the token cannot be used. The text is one line: what, where, and what is allowed.

    It may name a file or repeat a value, so what could steer a terminal or begin another line is removed.
    """

    def __init__(self, message: str) -> None:
        super().__init__(clean(message).replace("\n", " "))


class TokenError(SettingsError):
    """The access token cannot be read from where the settings say it is."""


class Secret:
    """A token. Shown as "•••" everywhere; only `reveal()` gives the text.

    Raises `ValueError`, without repeating the text, if it is empty or contains characters that no token has.
    """

    __slots__ = ("_filter", "_text")

    def __init__(self, text: str) -> None:
        text = text.strip()
        if not text:
            raise ValueError("the access token is empty")
        if not all("!" <= character <= "~" for character in text):
            raise ValueError(
                "the access token contains a blank or a special character; copy it again, on one line"
            )
        self._text = text
        self._filter: SecretFilter | None = None

    def reveal(self) -> str:
        return self._text

    def hide_in(self, text: str) -> str:
        """`text` with "•••" wherever it repeats the token, or a part of it (`tui.secrecy`)."""
        if self._filter is None:
            self._filter = SecretFilter([self._text])
        return self._filter.hide(text)

    def __repr__(self) -> str:
        return MASK

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
    base_url_sources: tuple[str, ...] = ()
    """The variable and the file that name this `base_url`; empty when the program chose it."""
    database: Path = msgspec.field(default_factory=default_database_path)
    history: str = "90d"
    """How far back the mirror goes."""
    retention: str = ""
    """How long conversations are kept after their last activity; empty: for ever."""
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
    writes: bool = False
    """Whether notes, replies and other changes may be made in Intercom."""
    read_only: bool = False
    """Nothing is ever changed in Intercom, whatever else is set."""
    act_as: int = 0
    """The teammate as whom changes are made; 0: the one the token belongs to."""
    undo_window: int = 10
    """Seconds before a change is sent to Intercom, in which it can be taken back."""
    undo_windows: dict[str, int] = msgspec.field(default_factory=dict)
    """Kind of change → its own undo window."""
    commands: tuple[OwnCommand, ...] = ()
    """The user's own commands; none while `commands_off` says why."""
    commands_off: str = ""
    """Why the commands of the settings file are not used; empty if they are."""
    commands_cure: str = ""
    """The command after which they are used, if there is one."""
    overrides: dict[str, str] = msgspec.field(default_factory=dict)
    """Setting → the variable or the flag that is used instead of the settings file."""
    config_path: Path = msgspec.field(default_factory=default_config_path)
    """The file the settings came from, or would come from if it existed."""
    profile: str = ""
    """The profile whose settings these are; empty for the default one and for any other settings file."""
    unused_variables: tuple[str, ...] = ()
    """Variables of the environment that are set, and are for the default profile only."""
    name: str = ""
    """What the dashboard calls this workspace; empty: the name of the profile, if there is one."""
    color: str = ""
    """The colour of that name in the dashboard, as CSS names or numbers it; empty: that of the theme."""

    @property
    def title(self) -> str:
        """What tells this workspace from others on the screen; empty where nothing is to be told apart."""
        return self.name or self.profile

    @property
    def program(self) -> str:
        """How the program is called for these settings, in advice to the user."""
        return f"fastintercom --profile {self.profile}" if self.profile else "fastintercom"

    @property
    def commands_notice(self) -> str:
        """Why the user's own commands are off and what helps, in one line; empty if they are not."""
        return self.commands_off + (f"; run: {self.commands_cure}" if self.commands_cure else "")

    @property
    def reach(self) -> str:
        """How far back conversations are synced: the shorter of `history` and `retention`."""
        if self.retention and parse_duration(self.retention) < parse_duration(self.history):
            return self.retention
        return self.history

    @property
    def history_seconds(self) -> int:
        return int(parse_duration(self.history).total_seconds())

    def undo_window_of(self, kind: str) -> int:
        """Seconds before a change of this kind is sent."""
        return self.undo_windows.get(kind, self.undo_window)

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
