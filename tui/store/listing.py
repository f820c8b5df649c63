"""The newest listing that reached the present: until when Intercom was asked, and what that could prove."""

from __future__ import annotations

from tui.clock import AGREEMENT
from tui.freshness import LatestListing
from tui.store.database import Database
from tui.store.settings_table import read_setting, write_setting

_UNTIL, _PROVABLE = "listed_until", "provable_until"


def read_listing(database: Database, now: int) -> LatestListing | None:
    """None when there was none yet, or it lies after `now` (epoch seconds): then a clock was wrong."""
    until, provable = read_setting(database, _UNTIL), read_setting(database, _PROVABLE)
    if until is None or provable is None or int(until) > now + AGREEMENT:
        return None
    return LatestListing(int(until), int(provable))


def write_listing(database: Database, listing: LatestListing) -> None:
    """Inside a transaction."""
    write_setting(database, _UNTIL, str(listing.until))
    write_setting(database, _PROVABLE, str(listing.provable_until))
