"""What of the stored coverage is believed when clocks were wrong, and which threads are read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store.records import START, conversation, with_thread
from tui.clock import AGREEMENT
from tui.freshness import Coverage, Interval, LatestListing
from tui.store.coverage import (
    OPEN_EVERY,
    begin_doubt,
    change_coverage,
    forget_attempts,
    next_pending,
    note_failed_attempt,
    read_believed_coverage,
    read_coverage,
    to_check,
    trim_coverage,
)
from tui.store.database import Database
from tui.store.ingest import store_headers, store_threads
from tui.store.listing import read_listing, write_listing
from tui.store.problems import ProblemKind, note_problem

HOUR, DAY = 3600, 86_400
NOW = START + 10 * DAY
BEYOND = int(AGREEMENT) + 1


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "test.db")
    yield database
    database.close()


def cover(database: Database, *intervals: tuple[int, int]) -> None:
    with database.transaction() as connection:
        change_coverage(connection, add=[Interval(*i) for i in intervals])


def test_what_lies_after_now_is_not_believed_nor_what_only_the_same_clock_can_have_claimed(
    database: Database,
) -> None:
    with database.transaction() as connection:
        store_headers(connection, [conversation(1, updated_at=NOW - HOUR)])
    cover(database, (START, NOW + DAY))
    assert read_believed_coverage(database, NOW) == Coverage([(START, NOW - HOUR)])
    assert read_believed_coverage(database, NOW + DAY) == Coverage([(START, NOW + DAY)])
    assert trim_coverage(database, NOW, resolved=False)
    assert read_coverage(database) == Coverage([(START, NOW - HOUR)])


def test_a_doubt_that_is_resolved_takes_back_what_was_claimed_since_it_began(database: Database) -> None:
    cover(database, (START, NOW - DAY))
    assert begin_doubt(database, NOW - HOUR)
    cover(database, (START, NOW - HOUR))
    assert not begin_doubt(database, NOW), "the second run in doubt makes the first no more certain"
    cover(database, (START, NOW))
    assert not trim_coverage(database, NOW, resolved=False), "nothing is decided yet"
    assert trim_coverage(database, NOW, resolved=True)
    assert read_coverage(database) == Coverage([(START, NOW - DAY)])
    cover(database, (START, NOW))
    assert not trim_coverage(database, NOW, resolved=True), "once"


def test_a_listing_that_a_wrong_clock_dated_does_not_count(database: Database) -> None:
    with database.transaction():
        write_listing(database, LatestListing(NOW, NOW - 60))
    assert read_listing(database, NOW) == LatestListing(NOW, NOW - 60)
    assert read_listing(database, NOW - BEYOND) is None


def test_an_open_thread_is_due_within_a_day_and_those_longest_unread_come_first(database: Database) -> None:
    def fetched(id_: int, ago: int, state: str = "open") -> None:
        with database.transaction() as connection:
            record = with_thread(replace(conversation(id_), state=state), "reply")
            store_threads(connection, [record], NOW - ago)

    fetched(1001, OPEN_EVERY)
    fetched(1002, 2 * OPEN_EVERY)
    fetched(1003, OPEN_EVERY, "closed")
    fetched(1004, OPEN_EVERY // 4)
    assert [i for i, _ in to_check(database, NOW, 10)] == [1002, 1001]
    assert [i for i, _ in to_check(database, NOW, 1)] == [1002]


def test_a_thread_that_was_tried_in_vain_for_long_waits_until_it_is_due(database: Database) -> None:
    with database.transaction() as connection:
        store_headers(connection, [conversation(1), conversation(2)])
        for id_ in (1, 2):
            note_failed_attempt(connection, id_)
        for _ in range(2):
            note_problem(connection, ProblemKind.THREAD, "1", START, "refused", NOW)

    def tried_again(now: int) -> set[int]:
        with database.transaction() as connection:
            forget_attempts(connection, now)
        return {i for i, _ in next_pending(database, Interval(0, NOW), limit=9, max_attempts=1)}

    assert tried_again(NOW) == {2}
    assert tried_again(NOW + DAY) == {1, 2}
