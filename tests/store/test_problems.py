"""How often what cannot be read is asked for, and when a 404 is believed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.records import START
from tui.store.database import Database
from tui.store.problems import (
    CONFIRM_AFTER,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    MANY_CONFIRM_AFTER,
    ProblemKind,
    confirmed_missing,
    note_absent,
    note_problem,
    problems_not_due,
    unreadable_seconds,
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "test.db")
    yield database
    database.close()


def note(database: Database, kind: ProblemKind, now: int) -> None:
    with database.transaction() as connection:
        note_problem(connection, kind, "7", START, "cannot be read", now)


def pause(database: Database, now: int) -> int:
    """Seconds after `now` for which conversation 7 is left alone, in steps of the first pause."""
    due = next(s for s in range(0, 2 * LONGEST_PAUSE, FIRST_PAUSE) if not problems_not_due(database, now + s))
    assert bool(unreadable_seconds(database, now)) is (due > 0)
    assert unreadable_seconds(database, now + due) == []
    return due


def test_pauses_begin_with_the_second_failure_and_double_up_to_a_day(database: Database) -> None:
    pauses = []
    for _ in range(12):
        note(database, ProblemKind.THREAD, START)
        pauses.append(pause(database, START))
    assert pauses[:4] == [0, FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-2:] == [LONGEST_PAUSE, LONGEST_PAUSE]


def test_a_pause_that_a_wrong_clock_noted_does_not_last(database: Database) -> None:
    for _ in range(2):
        note(database, ProblemKind.THREAD, START + 10 * LONGEST_PAUSE)
    assert pause(database, START) == 0


def test_a_404_is_believed_only_if_a_much_later_listing_lacks_the_conversation_too(
    database: Database,
) -> None:
    def confirmed(absent_at: int, plausible: int = 1) -> list[int]:
        with database.transaction() as connection:
            note_absent(connection, [7], absent_at)
            return confirmed_missing(connection, [7], plausible)

    note(database, ProblemKind.MISSING, START)
    assert confirmed(START + CONFIRM_AFTER - 1) == []
    note(database, ProblemKind.MISSING, START + CONFIRM_AFTER)
    assert confirmed(START + CONFIRM_AFTER) == [7], "counted from the first 404"
    assert confirmed(START + MANY_CONFIRM_AFTER - 1, plausible=0) == []
    assert confirmed(START + MANY_CONFIRM_AFTER, plausible=0) == [7]


def test_what_cannot_be_read_is_never_taken_as_deleted(database: Database) -> None:
    note(database, ProblemKind.THREAD, START)
    with database.transaction() as connection:
        note_absent(connection, [7], START + 2 * CONFIRM_AFTER)
        assert confirmed_missing(connection, [7], plausible=1) == []
