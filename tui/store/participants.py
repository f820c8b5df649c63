"""The conversations that a contact took part in, and what else names it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from peewee import fn

from tui.domain import CUSTOMER_KINDS
from tui.store.database import Connection
from tui.store.models import Admin, Contact, Conversation, Part

_KINDS = sorted(CUSTOMER_KINDS)
_IS_AUTHOR = Part.author_kind.in_(_KINDS)


@dataclass(frozen=True, slots=True)
class Participant:
    """One person: the contacts and addresses by which conversations name them."""

    ids: tuple[str, ...]
    emails: tuple[str, ...]
    """In small letters."""
    names: tuple[str, ...]

    @property
    def words(self) -> str:
        """ "Ada <ada@x.example>", or what is known of that."""
        name, email = next(iter(self.names), ""), next(iter(self.emails), "")
        if name and email:
            return f"{name} <{email}>"
        return name or email or f"contact {self.ids[0]}"


def find_participant(connection: Connection, named: str) -> Participant | None:
    """The person with this contact id or e-mail address; None when nothing stored names them.

    The address of a teammate alone is that of no participant: it stands in every mail.
    """
    named = named.strip()
    if not named:
        return None
    ids, emails = ({named}, set[str]()) if "@" not in named else (set[str](), {_small(named)})
    people = _people(connection, ids, emails)
    ids |= {id_ for id_, _, _ in people if id_}
    if emails:
        people += _people(connection, ids, set())
    emails |= {_small(email) for _, email, _ in people if email}
    if not people:
        teammate = Admin.select(Admin.id).where(_small_column(Admin.email).in_(sorted(emails)))
        is_known = bool(emails) and not connection.run(teammate.limit(1)).fetchone()
        if not is_known or not _named_in_mails(connection, emails):
            return None
    names = dict.fromkeys(name for _, _, name in people if name)
    return Participant(tuple(sorted(ids)), tuple(sorted(emails)), tuple(names))


def conversations_with(connection: Connection, participant: Participant) -> list[int]:
    """The ids of the conversations whose customer this is, in which they wrote, or of which a mail went to
    them, oldest first; conversations that Intercom deleted have nothing of that left."""
    ids, emails = list(participant.ids), list(participant.emails)
    found = _named_in_mails(connection, participant.emails)
    for query in (
        Conversation.select(Conversation.id).where(
            Conversation.customer.in_(ids) | _small_column(Conversation.customer_email).in_(emails)
        ),
        Part.select(Part.conversation)
        .distinct()
        .where(_IS_AUTHOR, Part.author_id.in_(ids) | _small_column(Part.author_email).in_(emails)),
    ):
        found |= {int(id_) for (id_,) in connection.run(query)}
    return sorted(found)


def delete_contact(connection: Connection, participant: Participant) -> None:
    """Delete what Intercom's contacts say of them."""
    connection.run(
        Contact.delete().where(
            Contact.id.in_(participant.ids) | _small_column(Contact.email).in_(participant.emails)
        )
    )


def _people(connection: Connection, ids: set[str], emails: set[str]) -> list[tuple[str, str, str]]:
    """(contact id, address, name) of everybody with one of the ids or addresses."""
    wanted_ids, wanted_emails = sorted(ids), sorted(emails)
    found: list[tuple[str, str, str]] = []
    for model, id_, email, name, condition in (
        (Contact, Contact.id, Contact.email, Contact.name, True),
        (
            Conversation,
            Conversation.customer,
            Conversation.customer_email,
            Conversation.customer_name,
            True,
        ),
        (Part, Part.author_id, Part.author_email, Part.author_name, _IS_AUTHOR),
    ):
        people = model.select(id_, email, name).distinct()
        found += connection.run(
            people.where(condition, id_.in_(wanted_ids) | _small_column(email).in_(wanted_emails))
        ).fetchall()
    return list(dict.fromkeys(found))


def _named_in_mails(connection: Connection, emails: Iterable[str]) -> set[int]:
    """The conversations of which a mail went to one of the addresses."""
    found: set[int] = set()
    for email in emails:
        rows = connection.run(
            Conversation.select(Conversation.id, Conversation.recipients).where(
                fn.instr(_small_column(Conversation.recipients), email) > 0
            )
        )
        found |= {int(id_) for id_, recipients in rows if email in map(_address, recipients.splitlines())}
    return found


def _address(recipient: str) -> str:
    """The address of "Name <address>"."""
    return _small(recipient.rpartition("<")[2].removesuffix(">").strip())


def _small(text: str) -> str:
    """As SQLite's `lower` makes it: only letters from A to Z have two cases."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def _small_column(column: Any) -> Any:
    return fn.lower(column)
