"""Settings: flags > environment > TOML file > defaults, and where the access token comes from."""

from __future__ import annotations

from tui.settings.loading import load_settings
from tui.settings.model import Secret, Settings, SettingsError, TokenError
from tui.settings.token import resolve_token, save_token

__all__ = [
    "Secret",
    "Settings",
    "SettingsError",
    "TokenError",
    "load_settings",
    "resolve_token",
    "save_token",
]
