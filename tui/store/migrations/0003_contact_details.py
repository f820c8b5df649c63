"""What a contact's card shows: company, custom attributes, and when Intercom was asked."""

from __future__ import annotations

from peewee import SqliteDatabase
from playhouse.migrate import SchemaMigrator

STATEMENTS = (
    "ALTER TABLE contact ADD COLUMN company TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE contact ADD COLUMN custom_attributes TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE contact ADD COLUMN details_at INTEGER",
)


def up(migrator: SchemaMigrator, db: SqliteDatabase) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
