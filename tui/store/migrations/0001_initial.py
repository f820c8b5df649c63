"""The first schema."""

from __future__ import annotations

from peewee import SqliteDatabase
from playhouse.migrate import SchemaMigrator

STATEMENTS = (
    """
    CREATE TABLE conversation (
        id INTEGER NOT NULL PRIMARY KEY,
        docid INTEGER UNIQUE,
        title TEXT NOT NULL,
        subject TEXT NOT NULL,
        state TEXT NOT NULL,
        read INTEGER NOT NULL,
        priority TEXT NOT NULL,
        assignee_id INTEGER,
        team_id INTEGER,
        customer_kind TEXT NOT NULL,
        customer_id TEXT NOT NULL,
        customer_name TEXT NOT NULL,
        customer_email TEXT NOT NULL,
        company TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        thread_updated_at INTEGER NOT NULL,
        thread_attempts INTEGER NOT NULL,
        waiting_since INTEGER,
        snoozed_until INTEGER,
        message_count INTEGER NOT NULL,
        missing_parts INTEGER NOT NULL,
        rating INTEGER,
        rating_remark TEXT NOT NULL,
        sla_name TEXT NOT NULL,
        sla_status TEXT NOT NULL,
        custom_attributes TEXT NOT NULL,
        deleted_at INTEGER
    )
    """,
    """
    CREATE INDEX conversation_pending ON conversation (updated_at)
    WHERE thread_updated_at < updated_at AND deleted_at IS NULL
    """,
    "CREATE INDEX conversation_waiting ON conversation (waiting_since) WHERE waiting_since IS NOT NULL",
    "CREATE INDEX conversation_created ON conversation (created_at)",
    "CREATE INDEX conversation_customer ON conversation (customer_id)",
    """
    CREATE TABLE part (
        id INTEGER NOT NULL PRIMARY KEY,
        conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
        part_id INTEGER NOT NULL,
        source_id INTEGER,
        type TEXT NOT NULL,
        author_kind TEXT NOT NULL,
        author_id TEXT NOT NULL,
        author_name TEXT NOT NULL,
        author_email TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        text TEXT NOT NULL,
        event TEXT NOT NULL,
        attachments TEXT NOT NULL,
        redacted INTEGER NOT NULL,
        truncated INTEGER NOT NULL,
        UNIQUE (conversation_id, part_id)
    )
    """,
    """
    CREATE TABLE conversation_tag (
        conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
        tag_id INTEGER NOT NULL,
        PRIMARY KEY (conversation_id, tag_id)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE admin (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL)",
    "CREATE TABLE team (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL)",
    "CREATE TABLE tag (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL)",
    """
    CREATE TABLE contact (
        id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, fetched_at INTEGER NOT NULL
    )
    """,
    'CREATE TABLE coverage_interval (start INTEGER NOT NULL PRIMARY KEY, "end" INTEGER NOT NULL)',
    """
    CREATE TABLE sync_run (
        id INTEGER NOT NULL PRIMARY KEY,
        started_at INTEGER NOT NULL,
        finished_at INTEGER,
        outcome TEXT NOT NULL,
        new INTEGER NOT NULL,
        updated INTEGER NOT NULL,
        unchanged INTEGER NOT NULL,
        deleted INTEGER NOT NULL,
        requests INTEGER NOT NULL,
        rate_limited INTEGER NOT NULL,
        retries INTEGER NOT NULL,
        error TEXT NOT NULL
    )
    """,
    "CREATE TABLE setting (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
    # Contentless: the text lives in `part` only. `search_index.py` hands the old text back to delete a row.
    """
    CREATE VIRTUAL TABLE search_index USING fts5(
        subject, customer, body, meta,
        content='', tokenize='unicode61 remove_diacritics 2', prefix='2 3'
    )
    """,
)


def up(migrator: SchemaMigrator, db: SqliteDatabase) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
