"""How far Intercom's search lags, from conversations that an earlier listing should have found."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tui.freshness import LatestListing
from tui.store.database import Database
from tui.store.listing import read_listing, write_listing
from tui.store.settings_table import read_setting, write_setting

SEARCH_LAG = "search_lag"
"""Setting: what was measured last, as JSON."""
FORGET_AFTER = 86_400
"""Seconds after which a lag that was not seen again no longer counts."""
MOST_OVERLAP = 86_400
MOST_SETTLE = 3600
"""Seconds: no lag makes a listing reach further back, or claim less, than that."""


@dataclass(frozen=True, slots=True)
class SeenLag:
    """A conversation was found late."""

    seconds: int
    """How late at least: a listing that long after its change did not contain it yet."""
    found_after: int
    """Seconds from its change to the listing that did."""
    seen_at: int


def read_lag(database: Database, now: int) -> SeenLag | None:
    """The lag seen in the last `FORGET_AFTER` seconds before `now`; None when there was none."""
    text = read_setting(database, SEARCH_LAG)
    if not text:
        return None
    lag = SeenLag(**json.loads(text))
    return lag if abs(now - lag.seen_at) < FORGET_AFTER else None


class IndexLag:
    """Measures the lag during one run."""

    def __init__(self, database: Database, now: int) -> None:
        self._database = database
        listing = read_listing(database, now)
        self.listed_until = 0 if listing is None else listing.until
        """Where the newest complete listing up to the present ended (epoch seconds)."""
        self._known = read_lag(database, now)

    def settle(self, settle: int) -> int:
        """Seconds before now of which nothing is claimed: the lag that was seen, if that is more."""
        return settle if self._known is None else max(settle, min(self._known.seconds + 1, MOST_SETTLE))

    def overlap(self, overlap: int) -> int:
        """Seconds of what is covered that are listed again: as late as a conversation was found, if more."""
        return overlap if self._known is None else max(overlap, min(self._known.found_after, MOST_OVERLAP))

    def found(self, updated_at: int, listed_before: int, now: int) -> None:
        """A conversation appeared in a time that the listing up to `listed_before` had covered."""
        seen = SeenLag(max(listed_before - updated_at, 0), max(now - updated_at, 0), now)
        if self._known is not None:
            seen = SeenLag(
                max(seen.seconds, self._known.seconds), max(seen.found_after, self._known.found_after), now
            )
        if seen.seconds and seen != self._known:
            self._known = seen
            with self._database.transaction():
                write_setting(
                    self._database,
                    SEARCH_LAG,
                    json.dumps(
                        {"seconds": seen.seconds, "found_after": seen.found_after, "seen_at": seen.seen_at}
                    ),
                )

    def listed(self, listing: LatestListing) -> None:
        """A listing up to the present is complete."""
        if listing.until > self.listed_until:
            self.listed_until = listing.until
            with self._database.transaction():
                write_listing(self._database, listing)
