"""The tables, as Peewee models. Their history is in `migrations/`; times are epoch seconds (UTC).

No model is bound to a database, because a process may have several workspaces open: queries are handed to a
`Database`. Scripts get models that are bound: see `tui.store.read_only`.
"""

from __future__ import annotations

from typing import Any

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CompositeKey,
    DeferredThroughModel,
    ForeignKeyField,
    IntegerField,
    ManyToManyField,
    Model,
    TextField,
)

from tui.store.done import CUSTOMER_MESSAGE


class Base(Model):
    class Meta:
        legacy_table_names = False


class NameReference(ForeignKeyField):
    """A foreign key that SQLite does not enforce, for the id of somebody or something that Intercom names.

    A conversation may name a teammate, team, tag or contact that Intercom does not list: the row may be
    missing, or come later. Reading such an attribute then raises `DoesNotExist`; use a left join.
    """

    def __init__(self, model: type[Model], **options: Any) -> None:
        super().__init__(model, index=False, _deferred=True, **options)  # deferred: no REFERENCES clause


class Admin(Base):
    """A teammate."""

    id = BigIntegerField(primary_key=True)
    name = TextField()
    email = TextField()
    has_inbox_seat = BooleanField(null=True)
    """Whether Intercom lets them act on conversations; null when it does not say."""


class Team(Base):
    id = BigIntegerField(primary_key=True)
    name = TextField()


class Tag(Base):
    id = BigIntegerField(primary_key=True)
    name = TextField()


class Contact(Base):
    """A person as Intercom's contacts endpoint names them; conversations carry ids only."""

    id = TextField(primary_key=True)
    name = TextField()
    email = TextField()
    fetched_at = BigIntegerField()
    company = TextField(default="", constraints=[SQL("DEFAULT ''")])
    custom_attributes = TextField(default="", constraints=[SQL("DEFAULT ''")])
    """JSON object, or empty."""
    details_at = BigIntegerField(null=True)
    """When company and attributes were asked for; null when only the name was."""


_conversation_tag = DeferredThroughModel()


class Conversation(Base):
    """One conversation: every field that the list, the filters and the queues need."""

    id = BigIntegerField(primary_key=True)
    docid = BigIntegerField(null=True, unique=True)
    """Its place by activity, also in the search index: grows with `updated_at`. Null once deleted."""
    title = TextField(default="")
    subject = TextField(default="")
    state = TextField()
    read = BooleanField()
    priority = TextField()
    assignee = NameReference(Admin, null=True, backref="conversations")
    team = NameReference(Team, null=True, backref="conversations")
    customer_kind = TextField(default="user")
    customer = NameReference(Contact, default="", backref="conversations")
    customer_name = TextField(default="")
    customer_email = TextField(default="")
    company = TextField(default="")
    created_at = BigIntegerField()
    updated_at = BigIntegerField()
    thread_updated_at = BigIntegerField(default=0)
    """`updated_at` of the answer that the stored thread came from; less than `updated_at` = pending."""
    thread_attempts = IntegerField(default=0)
    fetched_at = BigIntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    """When the stored thread was asked for; 0 when that is not known."""
    statistics = TextField(default="", constraints=[SQL("DEFAULT ''")])
    """JSON object of the numbers that Intercom gives with the header, or empty."""
    channel = TextField(default="", constraints=[SQL("DEFAULT ''")])
    """Where it began: "conversation" (the Messenger), "email", "whatsapp" …"""
    delivered_as = TextField(default="", constraints=[SQL("DEFAULT ''")])
    """Who began it: "customer_initiated", "admin_initiated", "automated" …"""
    recipients = TextField(default="", constraints=[SQL("DEFAULT ''")])
    """Whom its mails went to, one "Name <address>" a line."""
    ai_agent = TextField(default="", constraints=[SQL("DEFAULT ''")])
    """How the AI agent left it, such as "escalated" or "participated"; empty when it took no part."""
    decoded_with = IntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    """`DECODER_VERSION` of the answer that header and thread came from."""
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
    tags = ManyToManyField(Tag, backref="conversations", through_model=_conversation_tag)


IS_PENDING = (Conversation.thread_updated_at < Conversation.updated_at) & Conversation.deleted_at.is_null()
"""The thread is still to be fetched."""
_PENDING_SQL = SQL("thread_updated_at < updated_at AND deleted_at IS NULL")  # an index takes no table names
_ALIVE_SQL = SQL("deleted_at IS NULL")
_OPEN_SQL = SQL("state <> 'closed' AND deleted_at IS NULL")
for _index in (
    Conversation.index(Conversation.updated_at, name="conversation_pending", where=_PENDING_SQL),
    Conversation.index(
        Conversation.waiting_since,
        name="conversation_waiting",
        where=Conversation.waiting_since.is_null(False),
    ),
    Conversation.index(Conversation.created_at, name="conversation_created"),
    Conversation.index(Conversation.fetched_at, name="conversation_open", where=_OPEN_SQL),
    Conversation.index(Conversation.fetched_at, name="conversation_fetched"),
    Conversation.index(
        Conversation.decoded_with, Conversation.updated_at, name="conversation_decoded", where=_ALIVE_SQL
    ),
    Conversation.index(Conversation.customer, name="conversation_customer"),
    Conversation.index(
        Conversation.rating, name="conversation_rating", where=Conversation.rating.is_null(False)
    ),
):
    Conversation.add_index(_index)


class Part(Base):
    """One entry of a thread; `part_id` 0 is the opening message."""

    id = AutoField()
    conversation = ForeignKeyField(Conversation, backref="parts", on_delete="CASCADE", index=False)
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
    redacted = BooleanField()
    truncated = BooleanField()

    class Meta:
        indexes = ((("conversation", "part_id"), True),)


Part.add_index(
    Part.index(
        Part.conversation, Part.created_at, Part.part_id, name="part_customer", where=SQL(CUSTOMER_MESSAGE)
    )
)


class ConversationTag(Base):
    """Which conversation carries which tag."""

    conversation = ForeignKeyField(
        Conversation, backref="conversation_tags", on_delete="CASCADE", index=False
    )
    tag = NameReference(Tag, backref="conversation_tags")

    class Meta:
        primary_key = CompositeKey("conversation", "tag")
        without_rowid = True


_conversation_tag.set_model(ConversationTag)


class SearchPart(Base):
    """A table of the search index, `search_<number>`, and its docids: see `tui.store.search_parts`."""

    number = AutoField()
    low = BigIntegerField()
    high = BigIntegerField()
    documents = IntegerField()
    removed = IntegerField()
    folding = TextField()
    """The version of `tui.folding` that its text was folded with."""
    erased = BooleanField(default=False, constraints=[SQL("DEFAULT 0")])
    """Whether words of what was erased may be left in it: see `tui.store.erasure`."""


class SearchState(Base):
    """How far the search index is made: one row, see `tui.store.search_rebuild`."""

    content = TextField(primary_key=True)
    """The version of what it holds."""
    below = BigIntegerField(null=True)
    """Conversations with a lower docid are still missing; null when none is."""


class CoverageInterval(Base):
    """A closed interval of activity time of which every conversation is stored with its thread."""

    start = BigIntegerField(primary_key=True)
    end = BigIntegerField()


class PurgedConversation(Base):
    """A conversation that the user had deleted here: nothing of it is left, and no sync stores it again."""

    id = BigIntegerField(primary_key=True)
    updated_at = BigIntegerField()
    """The activity time that Intercom last listed it with: a hole in the coverage if it is to come back."""
    purged_at = BigIntegerField()


class Problem(Base):
    """A conversation that Intercom names and does not give out, or not in a form that can be read."""

    id = TextField(primary_key=True)
    """As Intercom writes it; not always a number."""
    kind = TextField()
    """"missing" (404), "thread" (it cannot be read) or "header" (its entry in a list cannot)."""
    second = BigIntegerField()
    """The activity time that it was listed with: a hole in the coverage."""
    problem = TextField()
    since = BigIntegerField()
    failures = IntegerField()
    """Syncs in a row that met it."""
    retry_at = BigIntegerField()
    absent_at = BigIntegerField(null=True)
    """When a complete listing of its time last lacked it."""


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
    problems = TextField(default="", constraints=[SQL("DEFAULT ''")])
    """JSON list of [id, problem], or empty."""


class Setting(Base):
    """A fact that belongs to the data, by name: who the token belongs to, the sync lease, the last search."""

    key = TextField(primary_key=True)
    value = TextField()


class Annotation(Base):
    """What the user added to a conversation, never sent to Intercom. No row: nothing."""

    conversation = ForeignKeyField(Conversation, primary_key=True, backref="annotations", on_delete="CASCADE")
    starred = BooleanField(default=False, constraints=[SQL("DEFAULT 0")])
    done_until = BigIntegerField(null=True)
    done_at_message = BigIntegerField(null=True)
    """The newest message of the customer when it was marked; another one ends that: see `tui.store.done`."""
    follow_up_at = BigIntegerField(null=True)
    announced_at = BigIntegerField(null=True)
    """The newest `follow_up_at` that was announced."""
    note = TextField(default="", constraints=[SQL("DEFAULT ''")])


for _index in (
    Annotation.index(Annotation.conversation, name="annotation_starred", where=Annotation.starred),
    Annotation.index(
        Annotation.done_until, name="annotation_done", where=Annotation.done_until.is_null(False)
    ),
    Annotation.index(
        Annotation.follow_up_at, name="annotation_follow_up", where=Annotation.follow_up_at.is_null(False)
    ),
    Annotation.index(Annotation.conversation, name="annotation_note", where=SQL("note <> ''")),
):
    Annotation.add_index(_index)


class AnnotationAction(Base):
    """One action on the annotations of `count` conversations, which can be undone."""

    id = AutoField()
    made_at = BigIntegerField()
    description = TextField()
    count = IntegerField()
    undone = IntegerField(default=0)
    """0, or a number that is higher the later it was undone."""
    session = TextField(default="", constraints=[SQL("DEFAULT ''")])
    """The random id of the session that made it."""
    undone_by = TextField(default="", constraints=[SQL("DEFAULT ''")])
    """The session that can redo it."""
    note_of = ForeignKeyField(
        Conversation,
        null=True,
        column_name="note_of",
        object_id_name="note_of_id",
        backref="note_actions",
        on_delete="CASCADE",
        index=False,
    )
    """The conversation, when the action holds the text of one note: it is deleted with the conversation."""


AnnotationAction.add_index(
    AnnotationAction.index(
        AnnotationAction.note_of, name="annotation_action_note", where=AnnotationAction.note_of.is_null(False)
    )
)


class AnnotationBefore(Base):
    """The conversations of an action of which it set a field that had the same value before."""

    id = AutoField()
    action = ForeignKeyField(AnnotationAction, backref="before", on_delete="CASCADE")
    field = TextField(default="", constraints=[SQL("DEFAULT ''")])
    value = TextField()
    """What it was, in JSON."""
    after = TextField(default="", constraints=[SQL("DEFAULT ''")])
    """What it was set to, in JSON."""
    ids = BlobField()
    """Ascending ids as JSON differences, deflated."""


class Skip(Base):
    """That a conversation was passed over in play mode."""

    id = AutoField()
    conversation = ForeignKeyField(Conversation, backref="skips", on_delete="CASCADE")
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
    queue = TextField(default="", constraints=[SQL("DEFAULT ''")])
    """The usual name of a built-in queue that was arranged otherwise; it has no query here."""
    hidden = BooleanField(default=False, constraints=[SQL("DEFAULT 0")])


class OutboxEntry(Base):
    """Something done in Intercom, or to be done: see `tui.writes.QueuedWrite`. None is ever deleted."""

    id = AutoField()
    batch = BigIntegerField()
    session = TextField()
    conversation_id = BigIntegerField()
    """No foreign key: the record stays when the conversation is deleted."""
    content = TextField()
    """The write, in JSON."""
    admin_id = BigIntegerField()
    composed_at = BigIntegerField()
    due_at = BigIntegerField()
    state = TextField()
    reason = TextField(default="")
    error = TextField(default="")
    attempts = IntegerField(default=0)
    seen = TextField()
    """JSON of a `Seen`."""
    before = TextField()
    """JSON of `ChangeableFields`."""
    fingerprint = TextField(default="")
    sending_at = BigIntegerField(null=True)
    ended_at = BigIntegerField(null=True)
    part_id = BigIntegerField(null=True)
    request_id = TextField(default="")
    undoes = BigIntegerField(null=True)


for _index in (
    OutboxEntry.index(OutboxEntry.conversation_id, name="outbox_entry_conversation"),
    OutboxEntry.index(OutboxEntry.batch, name="outbox_entry_batch"),
    OutboxEntry.index(
        OutboxEntry.due_at, name="outbox_entry_going", where=SQL("state IN ('waiting', 'sending')")
    ),
    OutboxEntry.index(
        OutboxEntry.conversation_id,
        name="outbox_entry_open",
        where=SQL("state IN ('waiting', 'sending', 'held', 'failed')"),
    ),
):
    OutboxEntry.add_index(_index)


class Draft(Base):
    """A message that is being written, until it is sent or discarded."""

    conversation = ForeignKeyField(Conversation, primary_key=True, backref="drafts", on_delete="CASCADE")
    kind = TextField()
    """"reply" or "note"."""
    text = TextField()
    saved_at = BigIntegerField()


class Macro(Base):
    """A saved reply of the workspace."""

    id = BigIntegerField(primary_key=True)
    name = TextField()
    text = TextField()
    """Plain text; its placeholders are as Intercom writes them: `{{user.name|fallback:"there"}}`."""


MODELS: tuple[type[Model], ...] = (
    Admin,
    Team,
    Tag,
    Contact,
    Conversation,
    Part,
    ConversationTag,
    SearchPart,
    SearchState,
    CoverageInterval,
    PurgedConversation,
    Problem,
    SyncRun,
    Setting,
    Annotation,
    AnnotationAction,
    AnnotationBefore,
    Skip,
    SavedView,
    OutboxEntry,
    Draft,
    Macro,
)
