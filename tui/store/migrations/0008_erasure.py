"""Has what deleted conversations left in the file overwritten, that of earlier versions too."""

from __future__ import annotations

from peewee import SqliteDatabase
from playhouse.migrate import SchemaMigrator

STATEMENTS = (
    "ALTER TABLE search_part ADD COLUMN erased INTEGER NOT NULL DEFAULT 0",
    # Earlier versions kept the contacts of deleted conversations.
    """
    DELETE FROM contact WHERE id NOT IN (SELECT customer_id FROM conversation WHERE deleted_at IS NULL)
    AND EXISTS (SELECT 1 FROM conversation WHERE deleted_at IS NOT NULL)
    """,
    # Earlier versions overwrote nothing. A new file has nothing to overwrite.
    "UPDATE search_part SET erased = 1",
    """
    INSERT INTO setting (key, value) SELECT 'to_overwrite', '1' WHERE EXISTS (SELECT 1 FROM conversation)
    """,
)


def up(migrator: SchemaMigrator, db: SqliteDatabase) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
