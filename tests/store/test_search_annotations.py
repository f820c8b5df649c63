"""Queries on what is noted locally, and comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest

from tests.store.records import START, conversation, with_thread
from tests.store.test_search import NOW, find
from tui.clock import to_epoch
from tui.query import parse
from tui.store.annotations import Field, write_field
from tui.store.database import Database
from tui.store.id_lists import as_list
from tui.store.ingest import store_threads
from tui.store.search import Search

DAY = 86_400


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Database]:
    """Conversations 1 to 5, each a day newer than the one before; now is ten days after the first."""
    database = Database(tmp_path / "test.db")
    now = to_epoch(NOW)
    with database.transaction() as connection:
        store_threads(
            connection,
            [
                with_thread(
                    conversation(
                        number,
                        updated_at=START + (number - 1) * DAY,
                        created_at=START + (number - 1) * DAY - (number - 1) * 2 * DAY,
                        text="refund" if number % 2 else "invoice",
                        state="closed" if number == 5 else "open",
                        rating={2: 5, 3: 2, 4: 1}.get(number),
                    ),
                    *["reply"] * number,
                )
                for number in range(1, 6)
            ],
        )
        write_field(connection, Field.STARRED, 1, as_list([1, 2, 5]))
        write_field(connection, Field.DONE_UNTIL, now + 1, as_list([2]))
        write_field(connection, Field.DONE_UNTIL, now, as_list([3]))
        write_field(connection, Field.FOLLOW_UP_AT, now - 60, as_list([4]))
        write_field(connection, Field.NOTE, "call back", as_list([5, 1]))
    yield database
    database.close()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("is:starred", [5, 2, 1]),
        ("-is:starred", [4, 3]),
        ("is:done", [2]),  # until a moment that is yet to come
        ("-is:done", [5, 4, 3, 1]),
        ("has:followup", [4]),
        ("has:mynote", [5, 1]),
        ("has:mynote is:starred", [5, 1]),
        ("call", []),  # a private note is no text of the conversation
        ("refund is:starred", [5, 1]),
        ("is:open is:starred", [2, 1]),
        ("is:open -is:starred", [4, 3]),
        ("refund OR is:done", [5, 3, 2, 1]),
        ("is:open (is:done OR has:followup)", [4, 2]),
        ("-(is:starred OR invoice)", [3]),
        ("is:starred sort:created", [1, 2, 5]),
        ("is:starred sort:oldest", [1, 2, 5]),
        ("refund is:starred sort:relevance", [1, 5]),
        ("refund is:starred sort:oldest", [1, 5]),
        ("is:starred since:2023-11-16", [5]),
        ("replies:>4", [5, 4]),
        ("replies:<=2", [1]),
        ("replies:3", [2]),
        ("replies:>=3 -replies:>5 refund", [3]),
        ("rating:<3", [4, 3]),
        ("rating:5", [2]),
        ("rating:>=2", [3, 2]),
        ("-rating:>=2", [5, 4, 1]),
        ("refund rating:<3", [3]),
        ("updated:>8d", [2, 1]),
        ("updated:>=8d", [3, 2, 1]),
        ("updated:<8d", [5, 4]),
        ("updated:<=8d", [5, 4, 3]),
        ("refund updated:>8d", [1]),
        ("refund updated:>=8d", [3, 1]),
        ("refund updated:<8d", [5]),
        ("refund updated:<=8d", [5, 3]),
        ("-updated:<8d is:open", [3, 2, 1]),
        ("updated:>100w", []),
        ("updated:>9999999999h", []),
        ("created:>12d", [5, 4]),
        ("created:<=12d", [3, 2, 1]),
        ("refund created:<11d", [1]),
        ("(updated:<7d OR rating:5) refund", [5]),
        ("created:2023-11-12", [3]),
        ("created:>2023-11-12", [2, 1]),
        ("created:>=2023-11-12", [3, 2, 1]),
        ("created:<2023-11-12", [5, 4]),
        ("created:<=2023-11-12", [5, 4, 3]),
        ("created:2023-11-12T22:13", [3]),
        ("created:>=2023-11-12T22:13:20", [3, 2, 1]),
        ("created:>2023-11-12T22:13:20", [2, 1]),
        ("created:>=2023-11-11 created:<2023-11-13 refund", [3]),
        ("created:2023-11-10 OR updated:2023-11-14", [5, 1]),
        ("-created:2023-11-12", [5, 4, 2, 1]),
        ("updated:2023-11-16", [3]),
        ("updated:>2023-11-16", [5, 4]),
        ("updated:>=2023-11-16", [5, 4, 3]),
        ("updated:<2023-11-16", [2, 1]),
        ("updated:<=2023-11-16", [3, 2, 1]),
        ("refund updated:2023-11-14T22:13", [1]),
        ("refund updated:>2023-11-14T22:13:20", [5, 3]),
        ("refund -updated:2023", []),
        ("created:<1mo updated:>1mo", []),
        ("created:<1mo", [5, 4, 3, 2, 1]),
        ("updated:yesterday", []),
    ],
)
def test_a_query_finds_what_it_says(inbox: Database, source: str, expected: list[int]) -> None:
    assert find(inbox, source) == expected
    assert Search(inbox).count(parse(source, now=NOW, tz=UTC), {}, NOW).total == len(expected)


def test_what_is_due_to_be_done_again_is_no_longer_done(inbox: Database) -> None:
    assert find(inbox, "is:done") == [2]
    with inbox.transaction() as connection:
        write_field(connection, Field.DONE_UNTIL, to_epoch(NOW) - DAY, as_list([2]))
    assert find(inbox, "is:done") == []
