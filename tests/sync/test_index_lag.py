from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.records import START
from tui.store.database import Database
from tui.sync.index_lag import FORGET_AFTER, MOST_OVERLAP, MOST_SETTLE, IndexLag, SeenLag, read_lag


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "test.db")
    yield database
    database.close()


def test_a_lag_is_not_claimed_and_listed_again_for_a_day(database: Database) -> None:
    lag = IndexLag(database, START)
    assert (lag.settle(30), lag.overlap(300)) == (30, 300)
    lag.found(START - 500, START - 300, START)
    for later in (lag, IndexLag(database, START + FORGET_AFTER - 1)):
        assert (later.settle(30), later.overlap(300)) == (201, 500)
        assert (later.settle(250), later.overlap(900)) == (250, 900), "never less than is set"
    lag.found(START - 2 * MOST_OVERLAP, START - 300, START)
    assert (lag.settle(30), lag.overlap(300)) == (MOST_SETTLE, MOST_OVERLAP)


def test_a_lag_is_forgotten_also_when_a_wrong_clock_noted_it(database: Database) -> None:
    IndexLag(database, START).found(START - 500, START - 300, START)
    assert read_lag(database, START) == SeenLag(200, 500, START)
    assert read_lag(database, START + FORGET_AFTER) is None
    assert read_lag(database, START - FORGET_AFTER) is None
