"""The local overlay with its journal, the reasons of skips, saved views; an index for `rating:`."""

from __future__ import annotations

from peewee import SqliteDatabase
from playhouse.migrate import SchemaMigrator

STATEMENTS = (
    """
    CREATE TABLE overlay (
        conversation_id INTEGER NOT NULL PRIMARY KEY REFERENCES conversation (id) ON DELETE CASCADE,
        starred INTEGER NOT NULL DEFAULT 0,
        done_until INTEGER,
        follow_up_at INTEGER,
        announced_at INTEGER,
        note TEXT NOT NULL DEFAULT ''
    )
    """,
    "CREATE INDEX overlay_starred ON overlay (conversation_id) WHERE starred",
    "CREATE INDEX overlay_done ON overlay (done_until) WHERE done_until IS NOT NULL",
    "CREATE INDEX overlay_follow_up ON overlay (follow_up_at) WHERE follow_up_at IS NOT NULL",
    "CREATE INDEX overlay_note ON overlay (conversation_id) WHERE note <> ''",
    """
    CREATE TABLE triage_action (
        id INTEGER NOT NULL PRIMARY KEY,
        made_at INTEGER NOT NULL,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        description TEXT NOT NULL,
        count INTEGER NOT NULL,
        undone INTEGER NOT NULL,
        note_of INTEGER
    )
    """,
    "CREATE INDEX triage_action_note ON triage_action (note_of) WHERE note_of IS NOT NULL",
    """
    CREATE TABLE triage_before (
        id INTEGER NOT NULL PRIMARY KEY,
        action_id INTEGER NOT NULL REFERENCES triage_action (id) ON DELETE CASCADE,
        value TEXT NOT NULL,
        ids BLOB NOT NULL
    )
    """,
    "CREATE INDEX triage_before_action ON triage_before (action_id)",
    """
    CREATE TABLE skip (
        id INTEGER NOT NULL PRIMARY KEY,
        conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
        skipped_at INTEGER NOT NULL,
        reason TEXT NOT NULL
    )
    """,
    "CREATE INDEX skip_conversation ON skip (conversation_id)",
    """
    CREATE TABLE saved_view (
        id INTEGER NOT NULL PRIMARY KEY,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        query TEXT NOT NULL,
        sort TEXT NOT NULL,
        columns TEXT NOT NULL,
        key TEXT NOT NULL
    )
    """,
    "CREATE INDEX conversation_rating ON conversation (rating) WHERE rating IS NOT NULL",
)


def up(migrator: SchemaMigrator, db: SqliteDatabase) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
