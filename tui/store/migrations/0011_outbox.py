"""The outbox of what is done in Intercom, which is its record too; drafts and macros."""

from __future__ import annotations

from peewee import SqliteDatabase
from playhouse.migrate import SchemaMigrator

STATEMENTS = (
    """
    CREATE TABLE outbox_entry (
        id INTEGER NOT NULL PRIMARY KEY,
        batch INTEGER NOT NULL,
        session TEXT NOT NULL,
        conversation_id INTEGER NOT NULL,
        content TEXT NOT NULL,
        admin_id INTEGER NOT NULL,
        composed_at INTEGER NOT NULL,
        due_at INTEGER NOT NULL,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        error TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        seen TEXT NOT NULL,
        before TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        sending_at INTEGER,
        ended_at INTEGER,
        part_id INTEGER,
        request_id TEXT NOT NULL,
        undoes INTEGER
    )
    """,
    "CREATE INDEX outbox_entry_conversation ON outbox_entry (conversation_id)",
    "CREATE INDEX outbox_entry_batch ON outbox_entry (batch)",
    "CREATE INDEX outbox_entry_going ON outbox_entry (due_at) WHERE state IN ('waiting', 'sending')",
    """
    CREATE INDEX outbox_entry_open ON outbox_entry (conversation_id)
        WHERE state IN ('waiting', 'sending', 'held', 'failed')
    """,
    """
    CREATE TABLE draft (
        conversation_id INTEGER NOT NULL PRIMARY KEY
            REFERENCES conversation (id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        saved_at INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE macro (
        id INTEGER NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        text TEXT NOT NULL
    )
    """,
    "ALTER TABLE admin ADD COLUMN has_inbox_seat INTEGER",
)


def up(migrator: SchemaMigrator, db: SqliteDatabase) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
