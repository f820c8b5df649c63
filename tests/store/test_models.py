"""The Peewee models: they describe the tables exactly, and a workspace offers them for reading."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from peewee import JOIN, SqliteDatabase, fn

from tests.store.records import START, conversation, with_thread
from tui.settings import Settings
from tui.store.annotations import Field, write_field
from tui.store.database import Database
from tui.store.errors import ReadOnly, StoreError
from tui.store.id_lists import as_list
from tui.store.ingest import store_threads
from tui.store.models import MODELS, Conversation
from tui.workspace import Workspace

Execute = Callable[[str], list[tuple[Any, ...]]]


def describe(execute: Execute) -> dict[str, Any]:
    """Every table of the models as SQLite sees it: columns, foreign keys, indexes, kind of table."""
    return {name: describe_table(execute, name) for name in (model._meta.table_name for model in MODELS)}


def describe_table(execute: Execute, table: str) -> dict[str, Any]:
    (without_rowid,) = (row[4] for row in execute("PRAGMA table_list") if row[1] == table)
    indexes = execute(f"PRAGMA index_list({table})")
    return {
        # name → type, NOT NULL, default, place in the primary key
        "columns": {name: tuple(rest) for _, name, *rest in execute(f"PRAGMA table_info({table})")},
        "foreign keys": {tuple(key[2:]) for key in execute(f"PRAGMA foreign_key_list({table})")},
        "indexes": sorted(
            (
                tuple(column for _, _, column in execute(f"PRAGMA index_info({name})")),
                unique,
                name if origin == "c" and not unique else "",  # constraints have automatic names
                condition(execute, name) if partial else "",
            )
            for _, name, unique, origin, partial in indexes
            if origin != "pk"
        ),
        "without rowid": without_rowid,
    }


def condition(execute: Execute, index: str) -> str:
    ((sql,),) = execute(f"SELECT sql FROM sqlite_master WHERE name = '{index}'")  # noqa: S608
    return " ".join(sql.split(" WHERE ")[1].strip(" ()\n").replace('"', "").split())


def test_the_models_are_exactly_the_tables(tmp_path: Path) -> None:
    made = SqliteDatabase(":memory:")
    with made.bind_ctx(MODELS):
        made.create_tables(MODELS)
        declared = describe(lambda sql: made.execute_sql(sql).fetchall())
    made.close()
    with closing(Database(tmp_path / "mirror.db")) as database:
        migrated = describe(database.all)
        tables = {name for (name,) in database.all("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert declared == migrated
    own = {name for name in tables if not re.match(r"search_\d", name)} - {"schema_migration"}
    assert own == set(declared)


@pytest.fixture
def workspaces(tmp_path: Path) -> Iterator[list[Workspace]]:
    """Two, with two and three conversations."""
    opened = []
    for name, count in (("one", 2), ("two", 3)):
        settings = Settings(database=tmp_path / f"{name} mirror.db", config_path=tmp_path / "config.toml")
        workspace = Workspace(settings)
        opened.append(workspace)
        with workspace._database.transaction() as connection:
            store_threads(
                connection,
                [
                    with_thread(
                        conversation(i, updated_at=START + i, assignee=37 + i, tags=((7, "bug"),)), *["r"] * i
                    )
                    for i in range(1, count + 1)
                ],
            )
            connection.execute("INSERT INTO admin (id, name, email) VALUES (38, 'Ada', 'ada@x.example')")
            write_field(connection, Field.STARRED, 1, as_list([1]))
    yield opened
    for workspace in opened:
        workspace.close()


def parts_by_conversation(m: ModuleType) -> dict[int, int]:
    query = (
        m.Conversation.select(m.Conversation.id, fn.COUNT(m.Part.id).alias("parts_stored"))
        .join(m.Part)
        .group_by(m.Conversation)
    )
    return {each.id: each.parts_stored for each in query}


def test_joins_and_back_references_work_on_two_workspaces_at_once(workspaces: list[Workspace]) -> None:
    first, second = (workspace.models for workspace in workspaces)
    assert parts_by_conversation(first) == {1: 2, 2: 3}
    assert parts_by_conversation(second) == {1: 2, 2: 3, 3: 4}
    assert parts_by_conversation(first) == {1: 2, 2: 3}
    one = first.Conversation.get_by_id(1)
    assert [part.text for part in one.parts.order_by(first.Part.part_id)] == ["hello", "r"]
    assert one.parts.get().conversation == one
    assert [tag.name for tag in one.tags] == ["bug"]
    assert [each.id for each in first.Tag.get().conversations] == [1, 2]
    assert one.annotations.get().starred is True
    assert one.read is True
    assert one.assignee.name == "Ada"
    assert first.Admin.get().conversations.count() == 1
    named = second.Conversation.select(second.Conversation, second.Admin).join(second.Admin, JOIN.LEFT_OUTER)
    assert [each.assignee_id for each in named.order_by(second.Conversation.id)] == [38, 39, 40]
    with pytest.raises(second.Admin.DoesNotExist):
        _ = second.Conversation.get_by_id(2).assignee
    assert Conversation._meta.database is None, "the product's own models stay unbound"


def test_models_see_what_is_written_later_from_any_thread(workspaces: list[Workspace]) -> None:
    m = workspaces[0].models
    assert m.Annotation.select().count() == 1
    workspaces[0].annotations.star([2])
    counted: list[int] = []
    thread = threading.Thread(target=lambda: counted.append(m.Annotation.select().count()))
    thread.start()
    thread.join()
    assert (m.Annotation.select().count(), counted) == (2, [2])


@pytest.mark.parametrize(
    "write",
    [
        lambda m: m.Conversation.update(state="closed").execute(),
        lambda m: m.Conversation.get_by_id(1).delete_instance(),
        lambda m: m.Tag.create(id=9, name="x"),
        lambda m: m.Annotation.get().save(force_insert=True),
        lambda m: m.Skip.drop_table(),
        lambda m: m.Part._meta.database.execute_sql("PRAGMA user_version = 99"),
    ],
)
def test_models_cannot_write(workspaces: list[Workspace], write: Callable[[ModuleType], object]) -> None:
    workspace = workspaces[0]
    with pytest.raises(ReadOnly, match=r"the models of a workspace are for reading; nothing was written to"):
        write(workspace.models)
    assert parts_by_conversation(workspace.models) == {1: 2, 2: 3}
    assert workspace.get_sync_status()["schema_version"] < 99


def test_a_query_that_sqlite_refuses_is_a_store_error(workspaces: list[Workspace]) -> None:
    with pytest.raises(StoreError, match="no such column"):
        workspaces[0].models.Tag.select(workspaces[0].models.Part.text).execute()
