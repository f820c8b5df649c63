"""Checks an access token with Intercom and stores it: for the dashboard and for `fastintercom login`."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import msgspec

from tui.intercom.errors import IntercomError, Unauthorized, Unreachable, WrongRegion
from tui.secrecy import TOKEN_VARIABLE
from tui.settings import ADDRESSES, Secret, Settings, change_settings, is_intercom, origin, save_token
from tui.sync.jobs import SyncError
from tui.text import one_line

if TYPE_CHECKING:
    import httpx

    from tui.intercom.payloads import Me

REGION_NAMES = {"US": "United States", "EU": "Europe", "AU": "Australia"}
REGIONS = {REGION_NAMES[region]: address for region, address in ADDRESSES.items()}
"""Name of a region where Intercom hosts workspaces → address of its API."""
CHECK_TIMEOUT = 15.0
"""Seconds to wait for Intercom's answer."""
LONGEST_REASON = 200
"""Characters of an unexpected error that are shown."""
WHERE = "In Intercom: Settings → Integrations → Developer Hub → your app → Authentication → Access token."
"""Where a token is found."""

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
    try:
        me = await ask_whose(base_url, secret, transport)
        refuse_other_workspace(me)
    except WrongRegion as error:
        where = REGION_NAMES[error.region]
        raise TokenRefused(f"The workspace {error.workspace} is in another region: choose {where}.") from None
    except Unauthorized as error:
        raise TokenRefused(error.problem) from None
    except (IntercomError, SyncError) as error:
        raise TokenRefused(str(error)) from None


async def ask_whose(base_url: str, secret: Secret, transport: httpx.AsyncBaseTransport | None = None) -> Me:
    """The teammate and the workspace of a token, by what the host of `base_url` says.

    Raises `WrongRegion` when the workspace is in another one, and the other `IntercomError`s.
    """
    from tui.intercom.client import IntercomClient  # here, because only this needs it before a sync

    async with IntercomClient(
        base_url, secret, transport=transport, connections=1, timeout=CHECK_TIMEOUT, max_attempts=1
    ) as client:
        me = await client.me()
        client.check_region(me)
        return me


async def find_workspace(
    settings: Settings, secret: Secret, transport: httpx.AsyncBaseTransport | None = None
) -> tuple[Me, str]:
    """The teammate and the workspace of a token, and the address of the region that it is in.

    The region of the settings is asked first, then Intercom's others, unless a variable names the address or
    it is not Intercom's. Raises what `ask_whose` raises: for the region of the settings, but `Unreachable`
    when a region that might know the token does not answer.
    """
    try:
        return await ask_whose(settings.base_url, secret, transport), settings.base_url
    except (Unauthorized, WrongRegion) as error:
        if not is_intercom(settings.base_url) or "base_url" in settings.overrides:
            raise
        refused = error
    unreachable: Unreachable | None = None
    for address in ADDRESSES.values():
        if address == origin(settings.base_url):
            continue
        try:
            return await ask_whose(address, secret, transport), address
        except (Unauthorized, WrongRegion):
            continue
        except Unreachable as error:
            unreachable = error
    raise unreachable or refused


def save_token_and_region(secret: Secret, base_url: str, place: TokenPlace, settings: Settings) -> Settings:
    """Store the token, and the region if it differs from the settings. Returns the changed settings.

    Raises `SettingsError`.
    """
    if base_url != settings.base_url:
        change_settings(settings.config_path, {"base_url": base_url})
        settings = msgspec.structs.replace(settings, base_url=base_url)
    save_token(secret, place, settings=settings)
    return settings


def used_instead(settings: Settings) -> str:
    """The sentence about where the next start takes its token from instead of the saved one; empty if it uses
    that."""
    source = "token_command" if settings.token_command else ""
    source = TOKEN_VARIABLE if settings.token is not None else source
    return f"The next start takes {source} again: change that too." if source else ""


def log_failure(error: Exception, secret: Secret) -> str:
    """Log an unexpected error with its traceback. Returns one line about it for the user.

    Neither contains the token.
    """
    log.error("checking the token failed\n%s", secret.hide_in("".join(traceback.format_exception(error))))
    reason = secret.hide_in(one_line(f"{type(error).__name__}: {error}"))[:LONGEST_REASON].removesuffix(":")
    return f"The token could not be checked or saved: {reason}. Try again; details are in the log."
