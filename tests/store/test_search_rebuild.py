"""The search index is made anew when this version defines it otherwise, and goes on where it stopped."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.permissions import needs_permissions, run_bound
from tests.store.records import START, conversation
from tests.store.search_tables import search_index_faults
from tui.clock import from_epoch
from tui.query import Query, Text
from tui.store import search_parts, search_rebuild
from tui.store.database import Database
from tui.store.errors import SearchIndexChanged
from tui.store.ingest import store_headers
from tui.store.search import Search

NOW = from_epoch(START)
COUNT = 11


class StopHereError(Exception):
    pass


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_rebuild, "BATCH", 2)
    monkeypatch.setattr(search_parts, "PART_DOCUMENTS", 4)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database whose index another version made."""
    path = tmp_path / "mirror.db"
    with closing(Database(path)) as database, database.transaction() as connection:
        store_headers(connection, [conversation(n, updated_at=START + n) for n in range(1, COUNT + 1)])
        connection.execute("UPDATE search_state SET content = 'older'")
        connection.execute("UPDATE search_part SET folding = 'older'")
    return path


def found(database: Database) -> list[int]:
    return list(Search(database).ids(Query("", Text("hello")), {}, NOW))


def faults(path: Path) -> list[str]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return search_index_faults(connection)


def test_it_is_made_anew_newest_first_and_tells_how_far_it_is(path: Path) -> None:
    told: list[tuple[int, int]] = []
    with closing(Database(path, lambda done, total: told.append((done, total)))) as database:
        assert found(database) == list(range(COUNT, 0, -1))
    assert told == [(done, COUNT) for done in (2, 4, 6, 8, 10, 11)]
    assert faults(path) == []
    Database(path, lambda *_: pytest.fail("it is complete")).close()


def test_it_goes_on_where_it_was_stopped(path: Path) -> None:
    told: list[int] = []

    def stop(done: int, _total: int) -> None:
        told.append(done)
        raise StopHereError

    for _ in range(3):
        with pytest.raises(StopHereError):
            Database(path, stop)
    with closing(Database(path, lambda done, _: told.append(done))) as database:
        assert found(database) == list(range(COUNT, 0, -1))
    assert told == [2, 4, 6, 8, 10, 11]
    assert faults(path) == []


def test_what_another_version_made_meanwhile_is_neither_read_nor_written(path: Path) -> None:
    with closing(Database(path)) as database:
        with closing(sqlite3.connect(path)) as other, other:
            other.execute("UPDATE search_part SET folding = 'newer'")
        with pytest.raises(SearchIndexChanged, match="start this program again"):
            found(database)
        with pytest.raises(SearchIndexChanged), database.transaction() as connection:
            store_headers(connection, [conversation(99, updated_at=START + 99)])
        assert database.one("SELECT count(*) FROM conversation") == (COUNT,)


@needs_permissions
def test_a_file_that_can_only_be_read_is_refused_until_it_was_opened_for_writing(path: Path) -> None:
    path.chmod(0o400)
    refused = run_bound("--database", path, "search", "hello", "--no-sync")
    assert "make it writable once" in refused.stderr
    path.chmod(0o600)
    Database(path).close()
    path.chmod(0o400)
    done = run_bound("--database", path, "search", "hello", "--no-sync")
    assert done.stdout.count("hello") == COUNT


def test_an_empty_database_has_nothing_to_tell(tmp_path: Path) -> None:
    Database(tmp_path / "new.db", lambda *_: pytest.fail("there is nothing to do")).close()
