"""Trying an access token and keeping it, for the first-run screen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import httpx
import msgspec

from tui.intercom.client import IntercomClient
from tui.intercom.errors import IntercomError
from tui.settings import Secret, Settings, SettingsError, save_token

REGIONS = {
    "United States": "https://api.intercom.io",
    "Europe": "https://api.eu.intercom.io",
    "Australia": "https://api.au.intercom.io",
}
"""Where workspaces are hosted, and the address of each."""
PATIENCE = 15.0
"""Seconds to wait for Intercom's answer."""


class TokenRefused(Exception):
    """The token cannot be used; the text is one line for people."""


async def check_token(base_url: str, secret: Secret, transport: httpx.AsyncBaseTransport | None) -> None:
    """Ask Intercom whose token this is. Raises `TokenRefused`."""
    try:
        async with IntercomClient(
            base_url, secret, transport=transport, connections=1, timeout=PATIENCE, max_attempts=1
        ) as client:
            client.check_region(await client.me())
    except IntercomError as error:
        raise TokenRefused(error.message) from None


def keep(secret: Secret, base_url: str, where: Literal["file", "keyring"], settings: Settings) -> Settings:
    """Store the token, and the region if it is another one. Returns the settings to go on with.

    Raises `SettingsError`.
    """
    if base_url != settings.base_url:
        keep_base_url(settings.config_path, base_url)
        settings = msgspec.structs.replace(settings, base_url=base_url)
    save_token(secret, where, settings=settings)
    return settings


def keep_base_url(config: Path, base_url: str) -> None:
    """Write the address into the settings file, leaving everything else in it as it is."""
    line = f'base_url = "{base_url}"'
    try:
        source = config.read_text("utf-8") if config.exists() else ""
        changed, found = re.subn(r"(?m)^[ \t]*base_url[ \t]*=.*$", line, source, count=1)
        config.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        config.write_text(changed if found else f"{line}\n{source}", "utf-8")
    except OSError as error:
        raise SettingsError(f"{config} cannot be written ({error.strerror})") from None
