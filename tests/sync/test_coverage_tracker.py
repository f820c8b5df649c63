"""What is covered after each step of a run, whatever comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store.records import START, conversation, with_thread
from tui.freshness import Coverage, Interval
from tui.records import ConversationRecord, UnreadableItem
from tui.store.coverage import next_pending, read_coverage
from tui.store.database import Database
from tui.sync.coverage_tracker import LAGGING, MAX_ATTEMPTS, Claim, CoverageTracker, FetchedBatch

WINDOW = Interval(START, START + 99)
NOW = START + 10_000
FIRST, SECOND = conversation(1, updated_at=START), conversation(2, updated_at=START + 50)
ODD = UnreadableItem("9", START + 70, "created_at is null")
"""An entry of a list."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "test.db")
    yield database
    database.close()


@pytest.fixture
def tracker(database: Database) -> CoverageTracker:
    return CoverageTracker(database)


def list_and_claim(
    tracker: CoverageTracker, *records: ConversationRecord, odd: UnreadableItem | None = None
) -> None:
    unreadable = [] if odd is None else [odd]
    tracker.store_listed(records, unreadable, NOW)
    present = frozenset({r.id for r in records} | {int(item.id) for item in unreadable})
    tracker.claim([Claim(WINDOW, present, tuple(unreadable))], lambda: None, NOW)


def fetch(
    tracker: CoverageTracker,
    *records: ConversationRecord,
    missing: int | None = None,
    failed: int | None = None,
) -> None:
    batch = FetchedBatch(
        [with_thread(r, "reply") for r in records],
        [] if missing is None else [missing],
        {} if failed is None else {failed: "refused"},
        [r.updated_at for r in (FIRST, SECOND) if r.id in {missing, failed}],
    )
    tracker.store_fetched(batch, NOW)


def covered(tracker: CoverageTracker) -> Coverage:
    return read_coverage(tracker._database)


def all_but(*records: ConversationRecord | UnreadableItem) -> Coverage:
    return Coverage([WINDOW]) - Coverage((r.updated_at or 0, r.updated_at or 0) for r in records)


def mirror(tracker: CoverageTracker) -> None:
    """Both conversations are stored, and the window is covered."""
    list_and_claim(tracker, FIRST, SECOND)
    fetch(tracker, FIRST, SECOND)
    assert covered(tracker) == all_but()


def test_a_slice_joins_the_coverage_with_its_last_thread(tracker: CoverageTracker) -> None:
    list_and_claim(tracker, FIRST, SECOND)
    assert covered(tracker) == Coverage()
    fetch(tracker, SECOND)
    assert covered(tracker) == Coverage()
    fetch(tracker, FIRST)
    assert covered(tracker) == all_but()


def test_a_slice_that_still_waits_at_the_end_is_told(tracker: CoverageTracker) -> None:
    list_and_claim(tracker, FIRST)
    assert not tracker.cover_remaining()
    assert covered(tracker) == Coverage()
    fetch(tracker, FIRST)
    assert tracker.cover_remaining()


def test_what_is_listed_anew_is_not_covered_until_it_is_fetched(tracker: CoverageTracker) -> None:
    mirror(tracker)
    moved = replace(SECOND, updated_at=SECOND.updated_at + 5)
    tracker.store_listed([FIRST, moved], [], NOW)
    assert covered(tracker) == all_but(moved)


def test_an_entry_that_becomes_unreadable_is_not_covered(tracker: CoverageTracker) -> None:
    mirror(tracker)
    tracker.store_listed([FIRST, SECOND], [ODD], NOW)
    assert covered(tracker) == all_but(ODD)


def test_an_entry_that_cannot_be_read_is_a_hole_in_its_slice(tracker: CoverageTracker) -> None:
    list_and_claim(tracker, FIRST, odd=ODD)
    fetch(tracker, FIRST)
    assert covered(tracker) == all_but(ODD)
    assert [p.id for p in tracker.problems.values()] == [ODD.id]


def test_what_vanished_from_the_list_is_not_covered(tracker: CoverageTracker) -> None:
    last = conversation(3, updated_at=WINDOW.end)
    list_and_claim(tracker, FIRST, SECOND, last)
    fetch(tracker, FIRST, SECOND, last)
    tracker.claim([Claim(WINDOW, frozenset({1}), ())], lambda: None, NOW)
    assert covered(tracker) == all_but(SECOND, last)


def test_what_is_denied_is_uncovered_by_the_first_404_and_not_claimed_again(
    database: Database, tracker: CoverageTracker
) -> None:
    mirror(tracker)
    fetch(tracker, missing=2)
    assert covered(tracker) == all_but(SECOND)
    list_and_claim(tracker, FIRST, SECOND)
    assert covered(tracker) == all_but(SECOND), "its thread is to be fetched again"
    assert next_pending(database, WINDOW, limit=9, max_attempts=MAX_ATTEMPTS) == [(2, SECOND.updated_at)]


@pytest.mark.parametrize("how", ["missing", "failed"])
def test_what_was_asked_for_often_enough_is_a_hole_of_a_second(tracker: CoverageTracker, how: str) -> None:
    list_and_claim(tracker, FIRST, SECOND)
    fetch(tracker, FIRST)
    for _ in range(MAX_ATTEMPTS):
        assert covered(tracker) == Coverage()
        fetch(tracker, **{how: 2})
    assert tracker.cover_remaining()
    assert covered(tracker) == all_but(SECOND)
    assert [p.id for p in tracker.problems.values()] == ["2"]


def test_a_lagging_replica_is_asked_only_so_often(database: Database, tracker: CoverageTracker) -> None:
    list_and_claim(tracker, FIRST, SECOND)
    fetch(tracker, FIRST)
    for _ in range(MAX_ATTEMPTS):
        assert next_pending(database, WINDOW, limit=9, max_attempts=MAX_ATTEMPTS)
        fetch(tracker, replace(SECOND, updated_at=SECOND.updated_at - 20))
    assert next_pending(database, WINDOW, limit=9, max_attempts=MAX_ATTEMPTS) == []
    assert [p.problem for p in tracker.problems.values()] == [LAGGING]
    assert tracker.cover_remaining()
    assert covered(tracker) == all_but(SECOND)
