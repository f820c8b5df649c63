"""An older database is brought up to date and keeps what it holds."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from peewee import SqliteDatabase
from playhouse.migrations import Runner

from tests.store.records import START, conversation, with_thread
from tui.records import ConversationRecord
from tui.store.action_log import redo_action, undo_action
from tui.store.annotations import Field, read_annotations, write_field
from tui.store.database import MIGRATIONS, Database
from tui.store.database_file import APPLICATION_ID
from tui.store.erasure import TO_OVERWRITE
from tui.store.id_lists import as_list
from tui.store.ingest import store_threads, tombstone

RENAMED = {
    "overlay": "annotation",
    "triage_action": "annotation_action",
    "triage_before": "annotation_before",
}


def build_old(path: Path, last: str) -> SqliteDatabase:
    """A database as the migrations up to `last` leave it."""
    old = SqliteDatabase(str(path), pragmas={"foreign_keys": 1})
    Runner(old, directory=str(MIGRATIONS)).up(last)
    old.execute_sql(f"PRAGMA user_version = {int(last[:4])}")
    old.execute_sql(f"PRAGMA application_id = {APPLICATION_ID:d}")
    return old


def test_the_first_schema_gains_annotations_and_views(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    old = build_old(path, "0001_initial")
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


ON_A_FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from tui.store.database import Database
from tui.store.errors import StoreError

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
try:
    Database(Path(sys.argv[1]))
except StoreError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")
def test_a_full_disk_is_said_so_and_leaves_the_old_database(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    build_old(path, "0005_claims").close()
    done = subprocess.run(
        [sys.executable, "-c", ON_A_FULL_DISK, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(f"DatabaseUnwritable cannot write to {path} (")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (5,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    Database(path).close()


def packed(*differences: int) -> bytes:
    return zlib.compress(json.dumps(differences).encode())


def fill_old(path: Path) -> None:
    """Something in every table of the third schema, without the code of today."""
    old = build_old(path, "0003_contact_details")
    records = [with_thread(conversation(i, updated_at=START + i, tags=((7, "bug"),)), "r") for i in (1, 2, 3)]
    store_conversations(path, records)
    for statement in (
        "INSERT INTO overlay VALUES (1, 1, NULL, 1700009999, 1700000001, '')",
        "INSERT INTO overlay VALUES (2, 1, 1700005000, NULL, NULL, 'x')",
        "INSERT INTO triage_action VALUES (4, 1700000100, 'starred', '1', 'Starred 2', 2, 0, NULL)",
        "INSERT INTO triage_action VALUES (5, 1700000200, 'note', '\"x\"', 'Wrote a note', 1, 0, 2)",
        "INSERT INTO skip VALUES (1, 2, 1700000300, 'later')",
        "INSERT INTO saved_view VALUES (1, 0, 'Late', 'late', '', '[]', 'f2')",
        "INSERT INTO admin VALUES (37, 'Ada', 'ada@x.example')",
        "INSERT INTO team VALUES (5, 'Billing')",
        "INSERT INTO contact VALUES ('5f', 'Grace', 'g@x.example', 1700000000, 'Navy', '', 1700000000)",
        "INSERT INTO coverage_interval VALUES (1700000000, 1700000500)",
        "INSERT INTO sync_run VALUES (1, 1700000000, 1700000010, 'complete', 1, 2, 3, 4, 5, 6, 7, '')",
        "INSERT INTO setting VALUES ('me', '37')",
    ):
        old.execute_sql(statement)
    for id_, action, value, ids in ((1, 4, "0", packed(1, 1)), (2, 5, '""', packed(2))):
        old.execute_sql("INSERT INTO triage_before VALUES (?, ?, ?, ?)", (id_, action, value, ids))
    old.close()


def store_conversations(path: Path, records: list[ConversationRecord]) -> None:
    """Conversations as the present code stores them, with the columns that an old schema has."""
    new = Database(path.with_name("new.db"))
    with new.transaction() as connection:
        store_threads(connection, records)
    new.close()
    with closing(sqlite3.connect(path)) as old, old:
        old.execute("ATTACH ? AS new", (str(new.path),))
        for table in ("conversation", "part", "tag", "conversation_tag"):
            names = [name for _, name, *_ in old.execute(f"PRAGMA main.table_info({table})")]
            columns = ", ".join(names)
            old.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM new.{table}")  # noqa: S608


def contents(path: Path) -> dict[str, list[dict[str, Any]]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        listed = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = [name for (name,) in listed if not name.startswith(("schema_migration", "search_"))]
        return {
            RENAMED.get(table, table): [
                dict(row)
                for row in connection.execute(f"SELECT * FROM {table}")  # noqa: S608
            ]
            for table in tables
        }


def starred_and_notes(database: Database) -> dict[int, tuple[bool, str]]:
    found = read_annotations(database, [1, 2], START)
    return {id_: (annotation.starred, annotation.note) for id_, annotation in found.items()}


def test_the_third_schema_keeps_everything_and_its_actions_can_be_undone(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    fill_old(path)
    before = contents(path)
    assert all(before.values()), "there is something in every table"
    database = Database(path)
    after = contents(path)
    for action in before["annotation_action"]:
        del action["field"], action["value"]  # they belong to its parts now
    assert [(part["field"], part["after"]) for part in after["annotation_before"]] == [
        ("starred", "1"),
        ("note", '"x"'),
    ]
    for table, rows in before.items():
        kept = [{name: row[name] for name in rows[0]} for row in after[table]]
        if table == "setting":
            kept.remove({"key": TO_OVERWRITE, "value": "1"})
        assert kept == rows
    assert database.all("PRAGMA foreign_key_check") == []
    assert database.all("PRAGMA integrity_check") == [("ok",)]
    with database.user_transaction() as connection:
        assert [undo_action(connection, START, "", anyone=True) for _ in range(3)][2] is None
    assert starred_and_notes(database) == {1: (False, ""), 2: (False, "")}
    with database.user_transaction() as connection:
        assert redo_action(connection, START, "") is not None
        assert redo_action(connection, START, "") is not None
    assert {id_: each.note for id_, each in read_annotations(database, [1, 2], START).items()} == {
        1: "",
        2: "x",
    }
    with database.transaction() as connection:
        tombstone(connection, [2], START)
    assert database.all("SELECT id FROM annotation_action") == [(4,)]
    database.close()


def test_a_database_brought_up_to_date_has_the_schema_of_a_new_one(tmp_path: Path) -> None:
    fill_old(tmp_path / "old.db")
    schemas = []
    for name in ("old.db", "new.db"):
        with closing(Database(tmp_path / name)) as database:
            schemas.append(
                {
                    (kind, name): sql
                    for kind, name, sql in database.all("SELECT type, name, sql FROM sqlite_master")
                }
            )
    assert schemas[0] == schemas[1]
