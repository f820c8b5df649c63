"""Settings: flags > environment > TOML file > defaults, and where the access token comes from."""

from __future__ import annotations

from tui.settings.editing import change_settings
from tui.settings.loading import check_setting, is_loopback, load_settings
from tui.settings.model import ADDRESSES, Secret, Settings, SettingsError, TokenError
from tui.settings.token import find_token, has_token_source, resolve_token, save_token

__all__ = [
    "ADDRESSES",
    "Secret",
    "Settings",
    "SettingsError",
    "TokenError",
    "change_settings",
    "check_setting",
    "find_token",
    "has_token_source",
    "is_loopback",
    "load_settings",
    "resolve_token",
    "save_token",
]
