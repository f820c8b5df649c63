"""The conversations that the user had deleted here, by number, so that no sync stores them again."""

from __future__ import annotations

from peewee import SqliteDatabase
from playhouse.migrate import SchemaMigrator

STATEMENT = """
    CREATE TABLE purged_conversation (
        id INTEGER NOT NULL PRIMARY KEY, updated_at INTEGER NOT NULL, purged_at INTEGER NOT NULL
    )
"""


def up(migrator: SchemaMigrator, db: SqliteDatabase) -> None:
    db.execute_sql(STATEMENT)
