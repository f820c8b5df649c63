"""What statistics hand to Python does not grow with the number of conversations."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from peewee import BaseQuery

from tests.store.records import START, conversation, with_thread
from tui.freshness import Interval
from tui.store.database import Database, Row
from tui.store.id_lists import as_list
from tui.store.ingest import store_threads
from tui.store.stats import Stats

COUNT = 60
WINDOW = Interval(START - 2_000, START + COUNT)
EDGES = (0, 10, 1_000)
Read = Callable[[Stats, "str | None"], object]
READS: dict[str, tuple[Read, int]] = {
    "active": (lambda stats, ids: stats.active([WINDOW], ids), 1),
    "created": (lambda stats, ids: stats.created([WINDOW], ids), 1),
    "created_quarters": (lambda stats, ids: stats.created_quarters(WINDOW, ids), 2),
    "open_now": (lambda stats, ids: stats.open_now(ids), 1),
    "waiting": (lambda stats, ids: stats.waiting(START + 90, EDGES, ids).counts, 1),
    "first_replies": (lambda stats, ids: stats.first_replies(WINDOW, EDGES, ids).counts, 1),
    "tags_by_week": (lambda stats, ids: stats.tags_by_week(WINDOW.end, 2, ids), 1),
    "ratings": (lambda stats, ids: stats.ratings(WINDOW, ids), 1),
}


@pytest.mark.parametrize("name", READS)
def test_no_statement_returns_a_row_for_every_conversation(tmp_path: Path, name: str) -> None:
    sizes = list[int]()
    with closing(Database(tmp_path / "mirror.db")) as database:
        with database.transaction() as connection:
            store_threads(
                connection,
                [
                    with_thread(
                        conversation(
                            id_,
                            updated_at=START + id_,
                            waiting_since=START + id_,
                            created_at=START - 100 - id_,
                            rating=5,
                            tags=((1, "refund"),),
                        ),
                        "a reply",
                    )
                    for id_ in range(1, COUNT + 1)
                ],
            )

        def read(query: BaseQuery) -> list[Row]:
            rows = database.all(query)
            sizes.append(len(rows))
            return rows

        call, most = READS[name]
        for ids in (None, as_list(range(1, COUNT + 1))):
            found = call(Stats(read), ids)
            assert _total(found) == COUNT, found
    assert max(sizes) <= most


def _total(found: object) -> int:
    """The sum of the numbers, which are the last items of the rows."""
    assert isinstance(found, (list, tuple))
    return sum(item[-1] if isinstance(item, tuple) else item for item in found)
