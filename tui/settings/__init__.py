"""Settings: flags > environment > TOML file > defaults, and where the access token comes from."""

from __future__ import annotations

from tui.settings.editing import change_settings
from tui.settings.hosts import TokenForOtherHost, is_intercom, origin
from tui.settings.loading import check_retention, check_setting, is_loopback, load_settings, place_of
from tui.settings.model import ADDRESSES, Secret, Settings, SettingsError, TokenError
from tui.settings.own_commands import OwnCommand
from tui.settings.profiles import DEFAULT_PROFILE, UnknownProfile, profile_names
from tui.settings.token import find_token, forget_token, has_token_source, resolve_token, save_token

__all__ = [
    "ADDRESSES",
    "DEFAULT_PROFILE",
    "OwnCommand",
    "Secret",
    "Settings",
    "SettingsError",
    "TokenError",
    "TokenForOtherHost",
    "UnknownProfile",
    "change_settings",
    "check_retention",
    "check_setting",
    "find_token",
    "forget_token",
    "has_token_source",
    "is_intercom",
    "is_loopback",
    "load_settings",
    "origin",
    "place_of",
    "profile_names",
    "resolve_token",
    "save_token",
]
