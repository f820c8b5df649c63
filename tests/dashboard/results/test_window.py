"""The part of a list that is in memory, read from a real store that changes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from tests.store.records import START, conversation
from tui.clock import from_epoch
from tui.dashboard.results.queries import fetch_page, read_again
from tui.dashboard.results.window import MOST, PAGE, Side, Window
from tui.settings import Settings
from tui.store.database import Database
from tui.store.ingest import store_headers, tombstone
from tui.store.listing_pages import Listing, Page
from tui.workspace import Workspace

COUNT = 5000
ORDERS = ("", "sort:oldest", "sort:created")
VIEW = 30


def store(path: Path, *ids: int) -> None:
    """Activity in these conversations, now."""
    database = Database(path)
    (newest,) = database.one("SELECT coalesce(max(updated_at), ?) FROM conversation", (START,))
    with database.transaction() as connection:
        store_headers(
            connection,
            [
                conversation(id_, updated_at=newest + number, created_at=START - id_ * 37 % 100_000)
                for number, id_ in enumerate(ids, 1)
            ],
        )
    database.close()


def delete(path: Path, *ids: int) -> None:
    database = Database(path)
    with database.transaction() as connection:
        tombstone(connection, ids, START)
    database.close()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("window") / "mirror.db"
    store(path, *range(1, COUNT + 1))
    return path


@pytest.fixture(scope="module")
def workspace(path: Path) -> Iterator[Workspace]:
    settings = Settings(base_url="http://localhost", database=path, config_path=path.with_name("config.toml"))
    with Workspace(settings, clock=lambda: from_epoch(START) + timedelta(days=1)) as workspace:
        yield workspace


class View:
    """Lines in view, and the window that follows them."""

    def __init__(self, workspace: Workspace, listing: Listing) -> None:
        self.workspace, self.listing = workspace, listing
        self.window = Window()
        self.first = 0
        self.window.show(workspace.page(listing, first=0, limit=PAGE), 0, is_counted=False)
        self.window.count(workspace.total(listing))

    def scroll(self, first: int) -> None:
        """Bring a line to the top of the view."""
        self.first = max(0, min(first, self.window.total - VIEW))
        for _ in range(20):
            last = min(self.first + VIEW, self.window.total)
            request = self.window.wanted(self.first, last)
            if request is None:
                return
            fetched = fetch_page(
                self.workspace, listing=self.listing, request=request, view=(0, 0), generation=0
            )
            before = self.window.between(self.first, last)
            lower = self.window.merge(request, fetched.page)
            if fetched.total is not None:
                self.window.count(fetched.total)
            self.first = max(0, self.first - lower)
            if request.side is not Side.AT:
                seen = self.window.between(self.first, last - lower)
                assert not before or before.tobytes() in seen.tobytes(), "what is in view stays"
        raise AssertionError("it never has what it wants")

    @property
    def ids(self) -> list[int]:
        return list(self.window.between(self.first, self.first + VIEW))


@pytest.mark.parametrize("order", ORDERS)
def test_whatever_is_scrolled_to_is_what_the_list_has_there(workspace: Workspace, order: str) -> None:
    listing = workspace.listing(workspace.parse(order))
    whole = list(workspace.listed_ids(listing))
    view, random = View(workspace, listing), Random(7)
    line, longest, total = 0, 0, len(whole)
    for _ in range(300):
        line = random.choice((line + 25, line - 25, line + 200, line - 200, random.randrange(total)))
        line = max(0, min(line, total - VIEW))
        view.scroll(line)
        assert view.ids == whole[view.first : view.first + VIEW]
        assert view.window.total == total
        longest = max(longest, len(view.window.ids))
    assert longest <= MOST


def test_far_parts_are_dropped(workspace: Workspace) -> None:
    view = View(workspace, workspace.listing(workspace.parse("")))
    for line in [*range(0, COUNT, 100), *range(COUNT, -1, -100)]:
        view.scroll(line)
        assert len(view.window.ids) <= MOST
    assert view.window.first == 0


@hypothesis(max_examples=25, deadline=None)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(("down", "up", "move", "new", "delete")),
            st.integers(1, 400),
        ),
        min_size=5,
        max_size=40,
    ),
    order=st.sampled_from(ORDERS),
)
def test_lines_are_not_repeated_nor_left_out_while_conversations_move(
    path: Path, workspace: Workspace, steps: list[tuple[str, int]], order: str
) -> None:
    """What is not concerned by a change is in its order and next to its neighbours."""
    listing = workspace.listing(workspace.parse(order))
    whole = list(workspace.listed_ids(listing))
    view, touched, new = View(workspace, listing), set[int](), max(whole) + 1
    for kind, amount in steps:
        if kind == "down":
            view.scroll(view.first + amount)
        elif kind == "up":
            view.scroll(view.first - amount)
        else:
            few = range(amount % 5 + 1)
            if kind == "new":
                ids = [new + number for number in few]
                new += len(few)
            else:
                ids = [whole[(amount * 13 + number) % len(whole)] for number in few]
            touched.update(ids)
            (delete if kind == "delete" else store)(path, *ids)
        ids = list(view.window.ids)
        assert len(ids) == len(set(ids)), "no conversation is there twice"
        kept = [id_ for id_ in ids if id_ not in touched]
        if kept:
            start = whole.index(kept[0])
            until = whole.index(kept[-1]) + 1
            assert kept == [id_ for id_ in whole[start:until] if id_ not in touched]
        assert view.window.first >= 0
        assert view.window.end <= view.window.total


def test_the_lines_shown_are_read_again_wherever_they_are(path: Path, workspace: Workspace) -> None:
    for order in ORDERS:
        listing = workspace.listing(workspace.parse(order))
        total = workspace.total(listing)
        for first, limit in ((0, 100), (2000, 100), (total - 100, 100)):
            shown = workspace.page(listing, first=first, limit=limit)
            again, ends = read_again(workspace, listing, shown, reaches_end=first + limit == total)
            assert list(again.ids) == list(shown.ids)
            assert ends is (first + limit == total)
        everything = workspace.page(listing, first=0, limit=total)
        gone = [everything.ids[line] for line in (1500, 2010, 2050)]
        shown = workspace.page(listing, first=2000, limit=100)
        delete(path, *gone)
        again, _ = read_again(workspace, listing, shown, reaches_end=False)
        assert list(again.ids) == [id_ for id_ in shown.ids if id_ not in gone]


def test_an_empty_window_wants_nothing() -> None:
    window = Window()
    assert window.wanted(0, 30) is None
    assert window.place(0) is None
    assert window.is_whole
    window.show(Page(0, window.ids, window.keys), 0, is_counted=True)
    assert window.total == 0
