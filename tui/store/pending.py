"""What a sync still has to ask Intercom for, beside the threads of a range (`tui.store.coverage`)."""

from __future__ import annotations

from tui.store.database import Database
from tui.store.models import Contact, Conversation


def read_updated_at(database: Database, conversation_id: int) -> int | None:
    """The activity time (epoch seconds) that a conversation was listed with; None when it is unknown."""
    found = Conversation.select(Conversation.updated_at).where(Conversation.id == conversation_id)
    return next((int(row.updated_at) for row in found.bind(database.peewee)), None)


def count_given_up(database: Database, max_attempts: int) -> int:
    """How many threads are missing although they were asked for `max_attempts` times."""
    given_up = Conversation.select().where(
        Conversation.thread_updated_at < Conversation.updated_at,
        Conversation.deleted_at.is_null(),
        Conversation.thread_attempts >= max_attempts,
    )
    return int(given_up.bind(database.peewee).count())


def unnamed_customers(database: Database, not_since: int) -> list[str]:
    """Contact ids of conversations that came without a customer's name, apart from those that Intercom was
    asked for after `not_since` (epoch seconds) and had no name for."""
    asked = Contact.select(Contact.id).where(Contact.name == "", Contact.fetched_at > not_since)
    unnamed = (
        Conversation.select(Conversation.customer_id)
        .distinct()
        .where(
            Conversation.customer_name == "",
            Conversation.customer_email == "",
            Conversation.customer_id != "",
            Conversation.deleted_at.is_null(),
            Conversation.customer_id.not_in(asked),
        )
    )
    return [str(row.customer_id) for row in unnamed.bind(database.peewee)]
