"""A search index in parts, of text that is folded before it is indexed, and what later searches ask for.

Only the tables change here: what is indexed is written afterwards, in batches (`tui.store.search_rebuild`).
What is stored already has `decoded_with` 0: it is read again by the next syncs.
"""

from __future__ import annotations

from peewee import SqliteDatabase
from playhouse.migrate import SchemaMigrator

STATEMENTS = (
    "DROP TABLE search_index",
    """
    CREATE TABLE search_part (
        number INTEGER NOT NULL PRIMARY KEY,
        low INTEGER NOT NULL,
        high INTEGER NOT NULL,
        documents INTEGER NOT NULL,
        removed INTEGER NOT NULL,
        folding TEXT NOT NULL
    )
    """,
    "CREATE TABLE search_state (content TEXT NOT NULL PRIMARY KEY, below INTEGER)",
    "ALTER TABLE conversation ADD COLUMN channel TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE conversation ADD COLUMN delivered_as TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE conversation ADD COLUMN recipients TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE conversation ADD COLUMN ai_agent TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE conversation ADD COLUMN decoded_with INTEGER NOT NULL DEFAULT 0",
    """
    CREATE INDEX conversation_decoded ON conversation (decoded_with, updated_at) WHERE deleted_at IS NULL
    """,
)


def up(migrator: SchemaMigrator, db: SqliteDatabase) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
