"""Serves a file of real conversations as the workspace. One JSON object a line; see `Record`."""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, BinaryIO, Literal, cast
from zlib import crc32

import msgspec

from tui.simulator import mail
from tui.simulator.content.people import TEAMS
from tui.simulator.model import (
    AppliedTag,
    Author,
    SimulatedAdmin,
    SimulatedContact,
    SimulatedConversation,
    SimulatedPart,
    Source,
)

if TYPE_CHECKING:
    from tui.simulator.world import World

DAY = 86400
LONGEST = 14 * DAY
"""Threads that took longer are squeezed into this, so that they fit the history."""
FIRST_ADMIN = 5_000_000
FIRST_TAG = 20_000
MOST_TAGS = 400


class Message(msgspec.Struct):
    author: Literal["customer", "agent"]
    body: str
    created_at: int
    who: str = "customer"
    name: str = ""


class Record(msgspec.Struct):
    """A conversation of the corpus. Times are epoch seconds; only their order and distances are used."""

    id: str
    messages: list[Message]
    subject: str = ""
    source: str = ""
    lang: str = "en"
    tags: list[str] = []
    topic: str = ""
    state: Literal["open", "closed", "snoozed"] = "closed"
    created_at: int = 0
    updated_at: int = 0
    url: str = ""
    subject_derived: bool = False


class CorpusError(ValueError):
    """The corpus cannot be read; the message says where and why."""


def read_corpus(path: Path) -> Iterator[Record]:
    """The records that have messages. Raises `CorpusError` for a missing file or a line that does not fit."""
    decoder = msgspec.json.Decoder(Record)
    number = 0
    try:
        with lzma.open(path) if path.suffix == ".xz" else path.open("rb") as stream:
            for line in cast("BinaryIO", stream):
                number += 1
                if line.strip():
                    record = decoder.decode(line)
                    if record.messages:
                        yield record
    except (OSError, lzma.LZMAError, EOFError) as error:
        raise CorpusError(f"cannot read the corpus {path}: {error}") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}, line {number}: not a conversation record: {error}") from None


def load_corpus(world: World, path: Path) -> list[SimulatedConversation]:
    """Conversations in the order of their last activity, spread over the days of the options up to now.

    The record's own id is the custom attribute "corpus_id". Adds its people and tags to the world."""
    records = sorted(read_corpus(path), key=lambda record: (record.updated_at, record.id))
    reader = CorpusReader(world)
    amount = len(records)
    random = Random(f"{world.options.seed}/corpus")
    span = world.options.days * DAY
    made = []
    for number in range(amount):
        last_at = world.started - 3 - int(span * (amount - 1 - number + random.random()) / amount)
        made.append(reader.conversation(records[number], number, last_at))
        records[number] = EMPTY
    return made


EMPTY = Record("", [])
"""Takes the place of a record that was read, so that its memory is free."""


class CorpusReader:
    """Turns records into conversations and collects the people and tags that they name."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._admins: dict[str, SimulatedAdmin] = {}
        self._contacts: list[SimulatedContact] = []
        self._tags: dict[str, int] = {}

    def conversation(self, record: Record, number: int, last_at: int) -> SimulatedConversation:
        """The record as the conversation number `number`, last active at `last_at` (epoch seconds)."""
        world = self._world
        first = record.messages[0]
        began, ended = first.created_at, max(message.created_at for message in record.messages)
        squeeze = min(1.0, LONGEST / max(1, ended - began))
        created_at = last_at - int((ended - began) * squeeze)
        people: dict[str, Author] = {}
        authors = [self.author(message, number, people, record.lang) for message in record.messages]
        admin = next((author for author in reversed(authors) if author.kind == "admin"), None)
        team = TEAMS[crc32(record.topic.encode()) % len(TEAMS)]
        source_id = world.next_id()
        copies, later_copies = ((), ()) if record.subject_derived else mail.copies(source_id, self._contacts)
        source = Source(
            source_id,
            "conversation" if record.subject_derived else "email",
            "customer_initiated",
            "" if record.subject_derived else record.subject,
            first.body,
            authors[0],
            record.url or None,
            copies=copies,
            later_copies=later_copies,
        )
        parts: list[SimulatedPart] = []
        at = created_at
        for message, author in zip(record.messages[1:], authors[1:], strict=True):
            at = max(at, created_at + int((message.created_at - began) * squeeze))
            parts.append(SimulatedPart(world.next_id(), "comment", author, at, "open", message.body))
        closer = admin or Author(
            "admin", str(world.me), world.admins[world.me].name, world.admins[world.me].email
        )
        if record.state == "closed":
            parts.append(SimulatedPart(world.next_id(), "close", closer, last_at, "closed"))
        waits = record.state == "open" and authors[-1].is_customer
        return SimulatedConversation(
            id=1_000 + number * 3 if number < 3_000 else 190_000_000_000_000 + number * 101,
            created_at=created_at,
            updated_at=last_at,
            source=source,
            contacts=tuple(author.id for author in people.values()) or (authors[0].id,),
            parts=parts,
            part_count=len(parts),
            title=record.subject or None,
            state=record.state,
            read=not waits,
            admin=int(admin.id) if admin else 0,
            team=team.id if admin else 0,
            waiting_since=last_at if waits else None,
            tags=tuple(AppliedTag(tag, last_at, int(closer.id)) for tag in self.tags(record)),
            attributes={"corpus_id": record.id, "Language": record.lang, "Topic": record.topic},
        )

    def author(self, message: Message, number: int, people: dict[str, Author], language: str) -> Author:
        """The same teammate for the same name throughout; customers belong to their conversation."""
        if message.author == "agent":
            return self.admin(message).author
        known = people.get(message.who)
        if known is None:
            contact_id = f"{0x60000000 + number:08x}{crc32(message.who.encode()):08x}{number:08x}"
            email = f"{message.name.lower().replace(' ', '.')}.{number}@customers.example"
            contact = SimulatedContact(
                contact_id, str(number), "user", message.name or None, email, None, 0, "", "", language,
                self._world.started - 400 * DAY,
            )  # fmt: skip
            self._world.contacts[contact_id] = contact
            self._contacts.append(contact)
            known = people[message.who] = Author("user", contact_id, contact.name, email)
        return known

    def admin(self, message: Message) -> SimulatedAdmin:
        known = self._admins.get(message.who)
        if known is None:
            number = FIRST_ADMIN + len(self._admins)
            email = f"{message.who}@harbourly.example"
            known = SimulatedAdmin(
                number, message.name or message.who, email, teams=(TEAMS[number % len(TEAMS)].id,)
            )
            self._admins[message.who] = self._world.admins[number] = known
        return known

    def tags(self, record: Record) -> list[int]:
        """Ids of the record's tags; rare ones beyond a few hundred names are dropped."""
        found = []
        for name in dict.fromkeys(record.tags):
            if name not in self._tags:
                if len(self._tags) >= MOST_TAGS:
                    continue
                self._tags[name] = FIRST_TAG + len(self._tags)
                self._world.tags[self._tags[name]] = name
            found.append(self._tags[name])
        return found
