from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest

from tests.permissions import needs_permissions, run_bound
from tests.store.records import START, conversation
from tui.clock import system_clock
from tui.lookup import MAX_WORDS, Lookup
from tui.query import parse
from tui.store.database import Database
from tui.store.ingest import store_headers
from tui.store.search import Search
from tui.store.vocabulary import similar_word


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "test.db")
    texts = [
        "the refund is late",
        "a refund, please",
        "refused again",
        "Rückerstattung",
        "thunderbird",
        "商品",
    ]
    with database.transaction() as connection:
        store_headers(
            connection, [conversation(i, updated_at=START + i, text=text) for i, text in enumerate(texts)]
        )
    yield database
    database.close()


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("refnud", "refund"),
        ("erfund", "refund"),
        ("refundd", "refund"),
        ("THUDERBIRD", "thunderbird"),
        ("Rückestattung", "ruckerstattung"),
        ("refu", "refund"),
        ("ref", None),
        ("xylophone", None),
        ("two words", None),
        ("商品", None),
        ("", None),
    ],
)
def test_a_word_of_the_index_that_may_be_meant(database: Database, word: str, expected: str | None) -> None:
    assert similar_word(database, word) == expected


def test_words_are_looked_up_for_a_short_query_only(database: Database) -> None:
    lookup = Lookup(database, Search(database), system_clock, UTC)

    def suggestion(words: int) -> str | None:
        query = parse(" ".join(["refnud"] * words), now=system_clock(), tz=UTC)
        return lookup.suggestion(query)

    assert suggestion(MAX_WORDS) == " ".join(["refund"] * MAX_WORDS)
    assert suggestion(MAX_WORDS + 1) is None


def test_an_empty_index_has_no_words(tmp_path: Path) -> None:
    database = Database(tmp_path / "empty.db")
    assert similar_word(database, "refund") is None
    database.close()


@needs_permissions
def test_a_file_that_can_only_be_read_has_words_too(database: Database) -> None:
    database.close()
    database.path.chmod(0o400)
    done = run_bound("--database", database.path, "search", "refnud", "--no-sync")
    assert "Did you mean: refund" in done.stderr
