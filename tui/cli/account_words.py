"""A workspace and a teammate in words, as `login` and `whoami` say them."""

from __future__ import annotations

from tui.account import Account
from tui.credentials import REGION_NAMES

_SEATS = {True: "has an Inbox seat", False: "has no Inbox seat, so nothing can be changed in Intercom"}


def workspace_words(account: Account) -> str:
    """ "Acme, in the region EU (Europe)"."""
    region = account.region
    if not region:
        return f"{account.workspace}, in a region that Intercom does not name"
    name = REGION_NAMES.get(region)
    return f"{account.workspace}, in the region {region}" + (f" ({name})" if name else "")


def teammate_words(account: Account) -> str:
    """ "Ada (ada@acme.example), has an Inbox seat"."""
    name = account.teammate or account.email or f"teammate {account.teammate_id}"
    email = f" ({account.email})" if account.teammate and account.email else ""
    seat = "" if account.has_inbox_seat is None else f", {_SEATS[account.has_inbox_seat]}"
    return f"{name}{email}{seat}"
