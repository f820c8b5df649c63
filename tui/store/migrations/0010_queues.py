"""What is done until the customer writes again, actions of several fields and sessions, arranged queues.

The index makes the newest message of a customer quick to find. In the log, field and value move from the
action to its parts, because marking a conversation done also clears a follow-up that is due. The view for
programs says until when a conversation is done only while it is.
"""

from __future__ import annotations

from peewee import SqliteDatabase
from playhouse.migrate import SchemaMigrator

_CUSTOMER_MESSAGE = (
    "author_kind IN ('user', 'lead', 'contact')"
    " AND (type IN ('source', 'comment') OR text <> '' OR attachments <> '')"
)
_NEWEST_CUSTOMER_MESSAGE = (
    "(SELECT part_id FROM part WHERE conversation_id = annotation.conversation_id"
    f" AND {_CUSTOMER_MESSAGE} ORDER BY created_at DESC, part_id DESC LIMIT 1)"
)
STATEMENTS = (
    f"CREATE INDEX part_customer ON part (conversation_id, created_at, part_id) WHERE {_CUSTOMER_MESSAGE}",
    "ALTER TABLE annotation ADD COLUMN done_at_message INTEGER",
    f"UPDATE annotation SET done_at_message = {_NEWEST_CUSTOMER_MESSAGE} WHERE done_until IS NOT NULL",
    "ALTER TABLE annotation_before ADD COLUMN field TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE annotation_before ADD COLUMN after TEXT NOT NULL DEFAULT ''",
    """
    UPDATE annotation_before SET (field, after) = (
        SELECT field, value FROM annotation_action WHERE id = annotation_before.action_id
    )
    """,
    "ALTER TABLE annotation_action DROP COLUMN field",
    "ALTER TABLE annotation_action DROP COLUMN value",
    "ALTER TABLE annotation_action ADD COLUMN session TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE annotation_action ADD COLUMN undone_by TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE saved_view ADD COLUMN queue TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE saved_view ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0",
)
_DONE_UNTIL = (
    """iif(
            n.done_until > CAST(strftime('%s', 'now') AS INTEGER) AND n.done_at_message IS """
    + _NEWEST_CUSTOMER_MESSAGE.replace("annotation.", "n.")
    + """,
            n.done_until, NULL)"""
)


def up(migrator: SchemaMigrator, db: SqliteDatabase) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
    _make_view_anew(db)


def _make_view_anew(db: SqliteDatabase) -> None:
    """The view `conversations` as it is, but for one column."""
    (view,) = db.execute_sql("SELECT sql FROM sqlite_master WHERE name = 'conversations'").fetchone()
    before, after = view.split("n.done_until")
    db.execute_sql("DROP VIEW conversations")
    db.execute_sql(before + _DONE_UNTIL + after)
