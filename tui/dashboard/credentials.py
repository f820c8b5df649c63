"""Trying an access token and keeping it, for the first-run screen."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Literal

import msgspec

from tui.intercom.errors import IntercomError
from tui.settings import ADDRESSES, Secret, Settings, change_settings, save_token
from tui.text import one_line

if TYPE_CHECKING:
    import httpx

_NAMES = {"US": "United States", "EU": "Europe", "AU": "Australia"}
REGIONS = {_NAMES[region]: address for region, address in ADDRESSES.items()}
"""Where workspaces are hosted, and the address of each."""
PATIENCE = 15.0
"""Seconds to wait for Intercom's answer."""
WORDS = 200
"""Characters of an unexpected error that are told."""


log = logging.getLogger(__name__)


class TokenRefused(Exception):
    """The token cannot be used; the text is one line for people."""


async def check_token(base_url: str, secret: Secret, transport: httpx.AsyncBaseTransport | None) -> None:
    """Ask Intercom whose token this is. Raises `TokenRefused`."""
    from tui.intercom.client import IntercomClient  # the network stack: loaded when it is needed

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
        change_settings(settings.config_path, {"base_url": base_url})
        settings = msgspec.structs.replace(settings, base_url=base_url)
    save_token(secret, where, settings=settings)
    return settings


def fault(error: Exception, secret: Secret) -> str:
    """An unexpected error while a token is tried or kept, in one line; its traceback goes to the log.

    The token is in neither, whatever the error says.
    """
    log.error("trying the token failed\n%s", secret.hide_in("".join(traceback.format_exception(error))))
    words = secret.hide_in(one_line(f"{type(error).__name__}: {error}"))[:WORDS].removesuffix(":")
    return f"The token could not be tried or kept: {words}. Try again; the log has more."
