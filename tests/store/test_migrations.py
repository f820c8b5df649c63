"""An older database is brought up to date and keeps what it holds."""

from __future__ import annotations

from pathlib import Path

from peewee import SqliteDatabase
from playhouse.migrations import Runner

from tests.store.records import conversation, with_thread
from tui.store.annotations import Field, as_list, read_annotations, write_field
from tui.store.database import APPLICATION_ID, MIGRATIONS, Database
from tui.store.ingest import store_threads


def test_the_first_schema_gains_triage_and_views(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    old = SqliteDatabase(str(path))
    Runner(old, directory=str(MIGRATIONS)).up("0001_initial")
    old.execute_sql("PRAGMA user_version = 1")
    old.execute_sql(f"PRAGMA application_id = {APPLICATION_ID:d}")
    old.execute_sql("INSERT INTO setting VALUES ('me', '37')")
    old.close()
    database = Database(path)
    assert database.schema_version > 1
    assert database.one("SELECT value FROM setting WHERE key = 'me'") == ("37",)
    with database.transaction() as connection:
        store_threads(connection, [with_thread(conversation(1), "reply")])
        write_field(connection, Field.STARRED, 1, as_list([1]))
    assert read_annotations(database, [1], 0)[1].starred
    database.close()
