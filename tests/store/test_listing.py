"""The newest listing that reached the present."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from tui.clock import AGREEMENT
from tui.freshness import LatestListing
from tui.store.database import Database
from tui.store.listing import read_listing, write_listing


def test_the_newest_listing_is_kept_and_one_from_the_future_is_not_believed(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "mirror.db")) as database:
        assert read_listing(database, 2000) is None
        for listing in (LatestListing(900, 840), LatestListing(1000, 940)):
            with database.transaction():
                write_listing(database, listing)
        assert read_listing(database, 2000) == read_listing(database, 1000) == LatestListing(1000, 940)
        assert read_listing(database, 1000 - int(AGREEMENT) - 1) is None
