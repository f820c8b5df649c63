"""What later searches ask for: channel, recipients, the AI agent, and which decoder stored a conversation.

What is stored already has `decoded_with` 0: it is read again by the next syncs.
"""

from __future__ import annotations

from peewee import SqliteDatabase
from playhouse.migrate import SchemaMigrator

STATEMENTS = (
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
