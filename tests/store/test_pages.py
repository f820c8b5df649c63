"""Lists that are read in pages: by number, by key, while conversations come, move and leave."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.records import START, conversation
from tui.clock import from_epoch
from tui.query import Query, parse
from tui.store.database import Database
from tui.store.errors import Superseded
from tui.store.ingest import store_headers, tombstone
from tui.store.listing_pages import Listing, Page
from tui.store.search import Search

NOW = from_epoch(START + 10 * 86_400)
ORDERS = ("updated", "oldest", "created", "waiting", "relevance")
BY_ACTIVITY = ("updated", "oldest")
COUNT = 60


class Mirror:
    """A database, its search, and its pages without the arguments that every call has."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(folder / "test.db")
        self.search = Search(self.database)
        self.second = START

    def store(self, *ids: int) -> None:
        """Activity in these conversations, each a second later than the one before."""
        records = []
        for id_ in ids:
            self.second += 1
            records.append(
                conversation(
                    id_,
                    updated_at=self.second,
                    created_at=START - id_ * 37 % 1000,
                    waiting_since=START - id_ * 53 % 1000 if id_ % 3 else None,
                    text="refund " * (id_ % 7 + 1) if id_ % 2 else "thanks",
                )
            )
        with self.database.transaction() as connection:
            store_headers(connection, records)

    def delete(self, *ids: int) -> None:
        with self.database.transaction() as connection:
            tombstone(connection, ids, self.second)

    def ids(self, query: Query, *, reverse: bool = False) -> list[int]:
        """The whole list, from the search that knows no pages."""
        found = list(self.search.ids(query, {}, NOW))
        return found[::-1] if reverse else found

    def listing(self, source: str, *, reverse: bool = False) -> Listing:
        return self.search.listing(parse(source, now=NOW, tz=UTC), reverse=reverse)

    def page(self, listing: Listing, first: int, limit: int) -> Page:
        return self.search.page(listing, {}, NOW, first=first, limit=limit)

    def after(self, listing: Listing, key: int, first: int, limit: int) -> Page:
        return self.search.page_after(listing, {}, NOW, key, first, limit)

    def before(self, listing: Listing, key: int, first: int, limit: int) -> Page:
        return self.search.page_before(listing, {}, NOW, key, first, limit)

    def total(self, listing: Listing) -> int:
        return self.search.total(listing, {}, NOW)

    def newer(self, listing: Listing, limit: int = 100) -> list[int]:
        return list(self.search.newer(listing, {}, NOW, limit))


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    mirror = Mirror(tmp_path)
    mirror.store(*range(1, COUNT + 1))
    yield mirror
    mirror.database.close()


@pytest.mark.parametrize("reverse", [False, True], ids=["", "reverse"])
@pytest.mark.parametrize("words", ["", "refund ", "-is:starred "])
@pytest.mark.parametrize("sort", ORDERS)
def test_pages_by_number_and_by_key_are_parts_of_the_list(
    mirror: Mirror, sort: str, words: str, reverse: bool
) -> None:
    listing = mirror.listing(f"{words}sort:{sort}", reverse=reverse)
    whole = mirror.ids(listing.query, reverse=reverse)
    assert len(whole) > COUNT // 3
    assert mirror.total(listing) == len(whole)
    middle = mirror.page(listing, 10, 5)
    assert (middle.first, list(middle.ids)) == (10, whole[10:15])
    assert len(middle.keys) == 5
    after = mirror.after(listing, middle.keys[-1], 15, 4)
    assert (after.first, list(after.ids)) == (15, whole[15:19])
    before = mirror.before(listing, middle.keys[0], 10, 4)
    assert (before.first, list(before.ids)) == (6, whole[6:10])
    top = mirror.before(listing, before.keys[0], 6, 100)
    assert (top.first, list(top.ids)) == (0, whole[:6])
    last = mirror.page(listing, len(whole) - 2, 10)
    assert list(last.ids) == whole[-2:]
    assert list(mirror.page(listing, len(whole), 10).ids) == []
    assert list(mirror.after(listing, last.keys[-1], len(whole), 10).ids) == []
    assert list(mirror.before(listing, top.keys[0], 0, 10).ids) == []
    every = mirror.page(listing, 0, 1 << 62)
    assert list(every.ids) == whole
    assert [mirror.search.line(listing, {}, NOW, key) for key in every.keys] == list(range(len(whole)))


@pytest.mark.parametrize("sort", BY_ACTIVITY)
def test_a_key_keeps_its_place_when_its_conversation_has_left(mirror: Mirror, sort: str) -> None:
    listing = mirror.listing(f"sort:{sort}")
    page = mirror.page(listing, 20, 3)
    mirror.delete(page.ids[1])
    assert mirror.after(listing, page.keys[1], 22, 1).ids[0] == page.ids[2]
    assert mirror.before(listing, page.keys[1], 21, 1).ids[0] == page.ids[0]
    assert mirror.search.line(listing, {}, NOW, page.keys[1]) == 21


def test_what_is_newer_is_not_in_a_list_that_begins_with_the_newest(mirror: Mirror) -> None:
    for reverse, sort in ((False, "updated"), (True, "oldest")):
        listing = mirror.listing(f"refund sort:{sort}", reverse=reverse)
        before = list(mirror.page(listing, 0, 1000).ids)
        assert listing.is_newest_first
        assert mirror.newer(listing) == []
        mirror.store(1, 101, 102, 103)
        assert mirror.newer(listing) == [103, 101, 1], "102 does not match"
        assert mirror.newer(listing, 2) == [103, 101]
        assert list(mirror.page(listing, 0, 1000).ids) == [id_ for id_ in before if id_ not in (1, 101, 103)]
        again = mirror.listing(f"refund sort:{sort}", reverse=reverse)
        assert list(mirror.page(again, 0, 3).ids) == [103, 101, 1]
        mirror.delete(101, 102, 103)


@pytest.mark.parametrize(
    ("sort", "reverse"), [("oldest", False), ("updated", True), ("created", False), ("waiting", True)]
)
def test_in_other_orders_what_is_newer_is_in_its_place(mirror: Mirror, sort: str, reverse: bool) -> None:
    listing = mirror.listing(f"sort:{sort}", reverse=reverse)
    mirror.store(1, 101)
    assert list(mirror.page(listing, 0, 1000).ids) == mirror.ids(listing.query, reverse=reverse)
    assert mirror.total(listing) == COUNT + 1
    assert mirror.newer(listing) == [101, 1]


def test_a_list_read_from_an_empty_store_stays_empty(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path)
    listing = mirror.listing("")
    mirror.store(1)
    assert mirror.total(listing) == 0
    assert mirror.newer(listing) == [1]
    mirror.database.close()


def test_of_given_conversations_those_that_match_are_told(mirror: Mirror) -> None:
    for source, expected in (("refund", [7, 3]), ("", [8, 7, 3]), ("is:starred", []), ("-refund", [8])):
        found = mirror.search.matching(mirror.listing(source), {}, NOW, [3, 999, 8, 7])
        assert list(found) == expected, source


def test_a_list_is_read_until_it_is_interrupted(mirror: Mirror) -> None:
    listing, stopped = mirror.listing("refund"), threading.Event()

    def interrupt() -> None:
        while not stopped.wait(0.0005):
            mirror.database.interrupt()

    other = threading.Thread(target=interrupt)
    other.start()
    try:
        with pytest.raises(Superseded):
            read_for_long(mirror, listing)
    finally:
        stopped.set()
        other.join()


def read_for_long(mirror: Mirror, listing: Listing) -> None:
    for _ in range(100_000):
        mirror.total(listing)
        mirror.page(listing, 0, 1000)


@settings(max_examples=60, deadline=None)
@given(
    changes=st.lists(
        st.lists(st.tuples(st.sampled_from(("move", "new", "delete")), st.integers(1, 30)), max_size=4),
        max_size=30,
    ),
    sort=st.sampled_from(BY_ACTIVITY),
    reverse=st.booleans(),
    down=st.booleans(),
    size=st.integers(1, 7),
    words=st.sampled_from(("", "refund ", "-is:starred ")),
)
def test_pages_by_key_are_the_whole_list_while_conversations_move(
    changes: list[list[tuple[str, int]]], sort: str, reverse: bool, down: bool, size: int, words: str
) -> None:
    """Whatever happens between two pages, what it does not concern is seen once, in its order."""
    with TemporaryDirectory() as folder:
        mirror = Mirror(Path(folder))
        mirror.store(*range(1, 31))
        listing = mirror.listing(f"{words}sort:{sort}", reverse=reverse)
        whole = list(mirror.page(listing, 0, 1000).ids)
        touched, seen, new = set[int](), list[int](), 1000
        page = mirror.page(listing, 0 if down else len(whole) - size, size) if whole else None
        for batch in [*changes, *[[]] * 40]:
            if page is None or not page.ids:
                break
            seen = seen + list(page.ids) if down else list(page.ids) + seen
            for kind, id_ in batch:
                if kind == "new":
                    new += 1
                    mirror.store(new)
                    touched.add(new)
                else:
                    (mirror.store if kind == "move" else mirror.delete)(id_)
                    touched.add(id_)
            if down:
                page = mirror.after(listing, page.keys[-1], page.first + len(page.ids), size)
            else:
                page = mirror.before(listing, page.keys[0], page.first, size)
        assert [id_ for id_ in seen if id_ not in touched] == [id_ for id_ in whole if id_ not in touched]
        if listing.is_newest_first:
            assert len(seen) == len(set(seen)), "nothing is seen twice"
            assert set(seen) <= set(whole)
        mirror.database.close()
