"""What a run does to the coverage when the clocks disagree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from tests.store.records import START
from tui.clock import OffsetClock, Span, from_epoch
from tui.freshness import Coverage, Interval
from tui.intercom.client import IntercomClient
from tui.intercom.server_time import ServerTimes
from tui.store.coverage import change_coverage, read_coverage
from tui.store.database import Database
from tui.sync.run_clock import RunClock

HOUR, DAY = 3600, 86_400
NOW = START + 10 * DAY


@dataclass
class Answers:
    """The client, as far as a `RunClock` knows it."""

    date: int | None = None
    reset: int | None = None

    def server_times(self) -> ServerTimes:
        date, reset = (None if at is None else Span(at, at + 1) for at in (self.date, self.reset))
        return ServerTimes(date, reset, None)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "test.db")
    yield database
    database.close()


def run_clock(database: Database, answers: Answers) -> RunClock:
    """The local clock says `NOW`."""
    return RunClock(cast(IntercomClient, answers), OffsetClock(lambda: from_epoch(NOW)), database)


def cover(database: Database, end: int) -> None:
    with database.transaction() as connection:
        change_coverage(connection, add=[Interval(START, end)])


def test_one_witness_destroys_nothing_and_two_do(database: Database) -> None:
    cover(database, NOW + 2 * HOUR)
    assert not run_clock(database, Answers(date=NOW - DAY)).settle()
    assert read_coverage(database) == Coverage([(START, NOW + 2 * HOUR)])
    assert run_clock(database, Answers(date=NOW)).settle()
    assert read_coverage(database).last in range(START - 1, NOW + 1)


def test_what_is_claimed_while_one_witness_contradicts_is_taken_back_once_all_agree(
    database: Database,
) -> None:
    cover(database, NOW - HOUR)
    run_clock(database, Answers(date=NOW - DAY, reset=NOW)).settle()
    cover(database, NOW - 60)
    assert run_clock(database, Answers(date=NOW, reset=NOW)).settle()
    assert read_coverage(database) == Coverage([(START, NOW - HOUR)])
    cover(database, NOW - 60)
    assert not run_clock(database, Answers(date=NOW, reset=NOW)).settle(), "nothing is in doubt any more"


def test_now_is_the_earliest_that_it_may_be(database: Database) -> None:
    assert run_clock(database, Answers(date=NOW + HOUR)).now() == NOW
    assert run_clock(database, Answers(date=NOW - HOUR)).now() == NOW - HOUR
