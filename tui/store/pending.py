"""What a sync still has to ask Intercom for, beside the threads of a range (`tui.store.coverage`)."""

from __future__ import annotations

from tui.store.database import Database
from tui.store.models import Contact, Conversation


def read_updated_at(database: Database, conversation_id: int) -> int | None:
    """The activity time (epoch seconds) that a conversation was listed with; None when it is unknown."""
    found = Conversation.select(Conversation.updated_at).where(Conversation.id == conversation_id)
    return next((int(updated_at) for (updated_at,) in database.all(found)), None)


def unnamed_customers(database: Database, not_since: int) -> list[str]:
    """Contact ids of conversations that came without a customer's name, apart from those that Intercom was
    asked for after `not_since` (epoch seconds) and had no name for."""
    asked = Contact.select(Contact.id).where(Contact.name == "", Contact.fetched_at > not_since)
    unnamed = (
        Conversation.select(Conversation.customer)
        .distinct()
        .where(
            Conversation.customer_name == "",
            Conversation.customer_email == "",
            Conversation.customer != "",
            Conversation.deleted_at.is_null(),
            Conversation.customer.not_in(asked),
        )
    )
    return [str(customer) for (customer,) in database.all(unnamed)]
