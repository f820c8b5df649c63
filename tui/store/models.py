"""The tables, as Peewee models. Their history is in `migrations/`; times are epoch seconds (UTC).

No model is bound to a database, because a process may have several workspaces open: bind each query,
`Admin.select().bind(database.peewee)`. Conversations, parts and the search index are written and searched
with SQL on the same connection (`ingest`, `search`): three to five times faster where it counts.
"""

from __future__ import annotations

from peewee import AutoField, BigIntegerField, BlobField, CompositeKey, IntegerField, Model, TextField


class Base(Model):
    class Meta:
        legacy_table_names = False


class Conversation(Base):
    """One conversation: every field that the table, the filters and the queues need."""

    id = BigIntegerField(primary_key=True)
    docid = BigIntegerField(null=True, unique=True)
    """Row id in the search index: grows with `updated_at`. Null once deleted."""
    title = TextField(default="")
    subject = TextField(default="")
    state = TextField()
    read = IntegerField()
    priority = TextField()
    assignee_id = BigIntegerField(null=True)
    team_id = BigIntegerField(null=True)
    customer_kind = TextField(default="user")
    customer_id = TextField(default="")
    customer_name = TextField(default="")
    customer_email = TextField(default="")
    company = TextField(default="")
    created_at = BigIntegerField()
    updated_at = BigIntegerField()
    thread_updated_at = BigIntegerField(default=0)
    """`updated_at` of the answer that the stored thread came from; less than `updated_at` = pending."""
    thread_attempts = IntegerField(default=0)
    waiting_since = BigIntegerField(null=True)
    snoozed_until = BigIntegerField(null=True)
    message_count = IntegerField(default=0)
    missing_parts = IntegerField(default=0)
    rating = IntegerField(null=True)
    rating_remark = TextField(default="")
    sla_name = TextField(default="")
    sla_status = TextField(default="")
    custom_attributes = TextField(default="")
    """JSON object, or empty."""
    deleted_at = BigIntegerField(null=True)


class Part(Base):
    """One entry of a thread; `part_id` 0 is the opening message."""

    id = AutoField()
    conversation_id = BigIntegerField()
    part_id = BigIntegerField()
    source_id = BigIntegerField(null=True)
    type = TextField()
    author_kind = TextField()
    author_id = TextField()
    author_name = TextField()
    author_email = TextField()
    created_at = BigIntegerField()
    text = TextField()
    event = TextField()
    """JSON of what an event did (`assigned_to`, `details`), or empty."""
    attachments = TextField()
    """JSON list, or empty."""
    redacted = IntegerField()
    truncated = IntegerField()

    class Meta:
        indexes = ((("conversation_id", "part_id"), True),)


class ConversationTag(Base):
    conversation_id = BigIntegerField()
    tag_id = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("conversation_id", "tag_id")


class Admin(Base):
    id = BigIntegerField(primary_key=True)
    name = TextField()
    email = TextField()


class Team(Base):
    id = BigIntegerField(primary_key=True)
    name = TextField()


class Tag(Base):
    id = BigIntegerField(primary_key=True)
    name = TextField()


class Contact(Base):
    """People as Intercom's contacts endpoint names them; conversations carry ids only."""

    id = TextField(primary_key=True)
    name = TextField()
    email = TextField()
    fetched_at = BigIntegerField()
    company = TextField(default="")
    custom_attributes = TextField(default="")
    """JSON object, or empty."""
    details_at = BigIntegerField(null=True)
    """When company and attributes were asked for; null when only the name was."""


class CoverageInterval(Base):
    start = BigIntegerField(primary_key=True)
    end = BigIntegerField()


class SyncRun(Base):
    id = AutoField()
    started_at = BigIntegerField()
    finished_at = BigIntegerField(null=True)
    outcome = TextField()
    new = IntegerField(default=0)
    updated = IntegerField(default=0)
    unchanged = IntegerField(default=0)
    deleted = IntegerField(default=0)
    requests = IntegerField(default=0)
    rate_limited = IntegerField(default=0)
    retries = IntegerField(default=0)
    error = TextField(default="")


class Setting(Base):
    """Facts that belong to the data: who the token belongs to, the sync lease, when deletions were read."""

    key = TextField(primary_key=True)
    value = TextField()


class Annotation(Base):
    """What is noted locally about a conversation. No row means nothing is."""

    class Meta:
        table_name = "overlay"

    conversation_id = BigIntegerField(primary_key=True)
    starred = IntegerField(default=0)
    done_until = BigIntegerField(null=True)
    follow_up_at = BigIntegerField(null=True)
    announced_at = BigIntegerField(null=True)
    """The newest `follow_up_at` that was announced."""
    note = TextField(default="")


class AnnotationAction(Base):
    """One step of the journal: `field` of the overlay was set to `value` on `count` conversations."""

    class Meta:
        table_name = "triage_action"

    id = AutoField()
    made_at = BigIntegerField()
    field = TextField()
    value = TextField()
    """JSON."""
    description = TextField()
    count = IntegerField()
    undone = IntegerField(default=0)
    note_of = BigIntegerField(null=True)
    """The conversation, when the step holds the text of a note: the step is forgotten with it."""


class AnnotationBefore(Base):
    """The conversations of a step that had the same value before it."""

    class Meta:
        table_name = "triage_before"

    id = AutoField()
    action_id = BigIntegerField()
    value = TextField()
    """JSON."""
    ids = BlobField()
    """Ascending ids as JSON differences, deflated."""


class Skip(Base):
    id = AutoField()
    conversation_id = BigIntegerField()
    skipped_at = BigIntegerField()
    reason = TextField()


class SavedView(Base):
    id = AutoField()
    position = IntegerField()
    name = TextField()
    query = TextField()
    sort = TextField(default="")
    columns = TextField(default="[]")
    """JSON list of names."""
    key = TextField(default="")


MODELS: tuple[type[Base], ...] = (
    Conversation,
    Part,
    ConversationTag,
    Admin,
    Team,
    Tag,
    Contact,
    CoverageInterval,
    SyncRun,
    Setting,
    Annotation,
    AnnotationAction,
    AnnotationBefore,
    Skip,
    SavedView,
)
