"""What keeps the coverage from claiming too much: problems by name, when a thread was read, what it counts.

Threads whose age is not known (`fetched_at` 0) are read again first, a few with every sync.
"""

from __future__ import annotations

from peewee import SqliteDatabase
from playhouse.migrate import SchemaMigrator

STATEMENTS = (
    "ALTER TABLE conversation ADD COLUMN fetched_at INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE conversation ADD COLUMN statistics TEXT NOT NULL DEFAULT ''",
    """
    CREATE INDEX conversation_open ON conversation (fetched_at)
    WHERE state <> 'closed' AND deleted_at IS NULL
    """,
    "CREATE INDEX conversation_fetched ON conversation (fetched_at)",
    """
    CREATE TABLE problem (
        id TEXT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        second INTEGER NOT NULL,
        problem TEXT NOT NULL,
        since INTEGER NOT NULL,
        failures INTEGER NOT NULL,
        retry_at INTEGER NOT NULL,
        absent_at INTEGER
    )
    """,
    "ALTER TABLE sync_run ADD COLUMN problems TEXT NOT NULL DEFAULT ''",
    # It has another form now, and is measured again by the next sync.
    "DELETE FROM setting WHERE key = 'clock_offset'",
)


def up(migrator: SchemaMigrator, db: SqliteDatabase) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
