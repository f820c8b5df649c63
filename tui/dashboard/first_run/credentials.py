"""Checks an access token with Intercom and stores it. Free of Textual."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import msgspec

from tui.intercom.errors import IntercomError, Unauthorized, WrongRegion
from tui.settings import ADDRESSES, Secret, Settings, change_settings, save_token
from tui.sync.jobs import SyncError
from tui.text import one_line

if TYPE_CHECKING:
    import httpx

    from tui.intercom.payloads import Me

_REGION_NAMES = {"US": "United States", "EU": "Europe", "AU": "Australia"}
REGIONS = {_REGION_NAMES[region]: address for region, address in ADDRESSES.items()}
"""Name of a region where Intercom hosts workspaces → address of its API."""
CHECK_TIMEOUT = 15.0
"""Seconds to wait for Intercom's answer."""
LONGEST_REASON = 200
"""Characters of an unexpected error that are shown."""

TokenPlace = Literal["file", "keyring"]

log = logging.getLogger(__name__)


class TokenRefused(Exception):
    """The token cannot be used; the text is one line for the user."""


async def check_token(
    base_url: str,
    secret: Secret,
    transport: httpx.AsyncBaseTransport | None,
    refuse_other_workspace: Callable[[Me], None],
) -> None:
    """Ask Intercom whose token this is. Raises `TokenRefused`, also when `refuse_other_workspace` does."""
    from tui.intercom.client import IntercomClient  # here, because only the first run needs it before a sync

    try:
        async with IntercomClient(
            base_url, secret, transport=transport, connections=1, timeout=CHECK_TIMEOUT, max_attempts=1
        ) as client:
            me = await client.me()
            try:
                client.check_region(me)
            except WrongRegion:
                name = one_line(me.app_name)
                where = _REGION_NAMES[me.region]
                raise TokenRefused(f"The workspace {name} is in another region: choose {where}.") from None
            refuse_other_workspace(me)
    except Unauthorized as error:
        raise TokenRefused(error.problem) from None
    except (IntercomError, SyncError) as error:
        raise TokenRefused(str(error)) from None


def save_token_and_region(secret: Secret, base_url: str, place: TokenPlace, settings: Settings) -> Settings:
    """Store the token, and the region if it differs from the settings. Returns the changed settings.

    Raises `SettingsError`.
    """
    if base_url != settings.base_url:
        change_settings(settings.config_path, {"base_url": base_url})
        settings = msgspec.structs.replace(settings, base_url=base_url)
    save_token(secret, place, settings=settings)
    return settings


def log_failure(error: Exception, secret: Secret) -> str:
    """Log an unexpected error with its traceback. Returns one line about it for the user.

    Neither contains the token.
    """
    log.error("checking the token failed\n%s", secret.hide_in("".join(traceback.format_exception(error))))
    reason = secret.hide_in(one_line(f"{type(error).__name__}: {error}"))[:LONGEST_REASON].removesuffix(":")
    return f"The token could not be checked or saved: {reason}. Try again; details are in the log."
