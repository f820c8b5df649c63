"""Who is named in the mails of a conversation that came by mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.simulator.model import Author, Json, MailAddress, SimulatedContact, Source

SUPPORT = MailAddress("Harbourly Support", "support@harbourly.example")
COPY_EVERY, LATER_COPY_EVERY = 3, 5
"""In one of so many conversations somebody gets a copy of the first mail, or of the answers only."""


def copies(number: int, contacts: Sequence[SimulatedContact]) -> tuple[tuple[MailAddress, ...], ...]:
    """Who gets copies of every mail, and who of the answers only, by the number of the first mail."""

    def somebody(every: int) -> tuple[MailAddress, ...]:
        if number % every or not contacts:
            return ()
        contact = contacts[number * 7919 % len(contacts)]
        return (MailAddress(contact.name, contact.email),)

    return somebody(COPY_EVERY), somebody(LATER_COPY_EVERY)


def headers(source: Source, author: Author, customer: MailAddress, *, is_answer: bool) -> Iterator[Json]:
    """The `email_address_headers` of a mail that `author` wrote."""
    to = SUPPORT if author.is_customer else customer
    yield header("from", MailAddress(author.name, author.email))
    yield header("to", to)
    for copied in (*source.copies, *(source.later_copies if is_answer else ())):
        yield header("cc", copied)


def header(kind: str, address: MailAddress) -> Json:
    return {"type": kind, "email_address": address.address, "name": address.name}


def opening_fields(source: Source, customer: MailAddress, *, legacy: bool) -> Json:
    """What the first message has because it is a mail; older ones only their headers."""
    named = list(headers(source, source.author, customer, is_answer=False))
    metadata = {
        "message_id": f"<{source.id}@mail.example>",
        "subject": source.subject,
        "email_address_headers": named,
        "history": "",
    }
    if legacy:
        return {"email_message_metadata": metadata}
    sender = {"email": source.author.email, "name": source.author.name}
    return {
        "recipients": [
            {"type": each["type"], "email": each["email_address"], "drop_reason": None}
            for each in named
            if each["type"] != "from"
        ],
        "reply_to": [sender],
        "email_message_metadata": metadata,
    }
