"""Answers of a server: they are decoded within limits or refused with `BadAnswer`, stored, and shown."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import msgspec

from tests.attacks import commands_in
from tests.fuzzing import corpus
from tests.fuzzing.mutation import changed_bytes, changed_json, json_bytes
from tui.cli.show import readable
from tui.intercom import decode
from tui.intercom.errors import BadAnswer
from tui.intercom.payloads import ConversationPage
from tui.markdown import thread_markdown
from tui.records import MAX_RECIPIENTS, MAX_TEXT, ConversationRecord
from tui.settings import Settings
from tui.store.database import Database
from tui.store.ingest import store_headers, store_threads, tombstone
from tui.workspace import Workspace

_MAX_ID = 2**63 - 1
DECODERS: dict[str, Callable[[bytes], Any]] = {
    "conversation": decode.conversation,
    "conversation_page": decode.conversation_page,
    "deleted_page": partial(decode.deleted_page, page=1),
    "me": decode.me,
    "admins": decode.admins,
    "teams": decode.teams,
    "tags": decode.tags,
    "contact": decode.contact,
    "companies": decode.companies,
    "contact_page": decode.contact_page,
    "problem": decode.problem,
}


class Answer(NamedTuple):
    decoder: str
    body: bytes


class Payloads:
    """Decodes; what is a conversation is stored in a real file, read again, and written for people."""

    def __init__(self) -> None:
        self._open = ExitStack()
        folder = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        self._database = Database(folder / "fuzz.db")
        self._open.callback(self._database.close)
        settings = Settings(database=folder / "fuzz.db", config_path=folder / "config.toml")
        self._workspace = Workspace(settings)
        self._open.callback(self._workspace.close)

    def close(self) -> None:
        self._open.close()

    def make(self, random: Random) -> Answer:
        if random.random() < 0.7:
            decoder, document = "conversation", random.choice(corpus.conversations())
        else:
            decoder, document = random.choice(list(corpus.lists().items()))
        changed = changed_json(random, document)
        body = json_bytes(changed, ascii_only=random.random() < 0.5)
        return Answer(decoder, changed_bytes(random, body) if random.random() < 0.15 else body)

    def size(self, value: Answer) -> int:
        return len(value.body)

    def check(self, value: Answer) -> None:
        try:
            found = DECODERS[value.decoder](value.body)
        except BadAnswer as error:
            message = str(error)
            assert not commands_in(message)
            assert "\n" not in message
            assert len(message) < 1_000
            return
        check_values(found)
        if isinstance(found, ConversationRecord):
            check_record(found)
            self._store(found)
        elif isinstance(found, ConversationPage):
            with self._database.transaction() as connection:
                store_headers(connection, found.conversations)
                tombstone(connection, [record.id for record in found.conversations], 1)

    def _store(self, record: ConversationRecord) -> None:
        with self._database.transaction() as connection:
            store_threads(connection, [record])
        thread = self._workspace.thread(record.id)
        assert thread is not None
        assert not commands_in("\n".join(readable(thread)))
        assert not commands_in(thread_markdown(thread))
        with self._database.transaction() as connection:
            tombstone(connection, [record.id], record.updated_at)  # so that no input depends on another


def check_values(value: Any) -> None:
    """Every number fits into SQLite, and every text is clean and can be encoded.

    Numbers in attributes and details are kept as JSON, and may have any size.
    """
    waiting = [(value, False)]
    while waiting:
        found, in_json = waiting.pop()
        inner: Iterable[Any] = ()
        match found:
            case bool() | None | float():
                pass
            case int():
                assert in_json or -_MAX_ID <= found <= _MAX_ID, found
            case str():
                assert not commands_in(found), ascii(found)
                found.encode()
            case dict():
                in_json, inner = True, (*found, *found.values())
            case list() | tuple():
                inner = found
            case msgspec.Struct():
                inner = (getattr(found, name) for name in found.__struct_fields__)
            case _:
                assert dataclasses.is_dataclass(found), type(found)
                inner = (getattr(found, field.name) for field in dataclasses.fields(found))
        waiting += ((item, in_json) for item in inner)


def check_record(record: ConversationRecord) -> None:
    assert 0 < record.id <= _MAX_ID
    assert record.created_at > 0 < record.updated_at
    assert len(record.recipients) <= MAX_RECIPIENTS
    assert len(record.tags) <= decode.MAX_TAGS
    for line in (record.title, record.subject, record.customer_name, record.company, record.problem):
        assert "\n" not in line
        assert len(line) <= decode.MAX_LINE
    for kept in (record.custom_attributes, *(part.event for part in record.parts or ())):
        assert len(kept.encode()) <= decode.MAX_JSON + 2
        check_values(json.loads(kept) if kept else None)
    for part in (record.source, *(record.parts or ())):
        if part is not None:
            assert len(part.text) <= MAX_TEXT
            check_values(json.loads(part.attachments) if part.attachments else None)
