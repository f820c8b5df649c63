"""Call annotations and their actions so; an action on a note refers to its conversation.

No large table is rewritten: `part`, `conversation_tag` and `skip` had their foreign keys from the beginning,
and `assignee_id`, `team_id`, `customer_id` and `tag_id` cannot have one, because a conversation may mention
somebody whom Intercom does not list.
"""

from __future__ import annotations

from peewee import SqliteDatabase
from playhouse.migrate import SchemaMigrator

STATEMENTS = (
    "ALTER TABLE overlay RENAME TO annotation",
    "DROP INDEX overlay_starred",
    "DROP INDEX overlay_done",
    "DROP INDEX overlay_follow_up",
    "DROP INDEX overlay_note",
    "CREATE INDEX annotation_starred ON annotation (conversation_id) WHERE starred",
    "CREATE INDEX annotation_done ON annotation (done_until) WHERE done_until IS NOT NULL",
    "CREATE INDEX annotation_follow_up ON annotation (follow_up_at) WHERE follow_up_at IS NOT NULL",
    "CREATE INDEX annotation_note ON annotation (conversation_id) WHERE note <> ''",
    # Renaming changes the REFERENCES clause of `triage_before` too.
    "ALTER TABLE triage_action RENAME TO annotation_action",
    "ALTER TABLE triage_before RENAME TO annotation_before",
    "DROP INDEX triage_before_action",
    "CREATE INDEX annotation_before_action_id ON annotation_before (action_id)",
    "DROP INDEX triage_action_note",
    "ALTER TABLE annotation_action RENAME COLUMN note_of TO old_note_of",
    "ALTER TABLE annotation_action ADD COLUMN note_of INTEGER REFERENCES conversation (id) ON DELETE CASCADE",
    "UPDATE annotation_action SET note_of = old_note_of",
    "ALTER TABLE annotation_action DROP COLUMN old_note_of",
    "CREATE INDEX annotation_action_note ON annotation_action (note_of) WHERE note_of IS NOT NULL",
    "DROP INDEX skip_conversation",
    "CREATE INDEX skip_conversation_id ON skip (conversation_id)",
)


def up(migrator: SchemaMigrator, db: SqliteDatabase) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
