"""How much faster SQL is than Peewee where the store uses SQL: `python -m tests.benchmarks.raw_sql [NUMBER]`.

Each of the two paths runs on the same data in both ways, which must give the same answers. Told is the CPU
time of the best of several rounds, and its ratio, which depends little on the machine.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from peewee import JOIN, SqliteDatabase, chunked, fn

from tests.benchmarks.corpus import NOW, invent_database, invented
from tui.records import ConversationRecord, PartRecord
from tui.store.database import Database
from tui.store.ingest import _HEADER_COLUMNS, _write_header, _write_thread
from tui.store.read_only import bind_models
from tui.store.rows import Rows

NUMBER = 2000
ROUNDS = 5
PAGE = 50
ROWS = 200
"""Of one statement of Peewee: SQLite allows 32,766 values."""


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mirror.db"
        invent_database(path, number)
        own = SqliteDatabase(str(path), pragmas={"synchronous": "normal", "foreign_keys": 1})
        with closing(Database(path)) as database:
            m = bind_models(own)
            for compare in (ingest, rows):
                compare(database, m)
        own.close()


def tell(name: str, raw: Callable[[], object], peewee: Callable[[], object]) -> None:
    answers = raw(), peewee()
    assert answers[0] == answers[1], name
    costs = [min(cost(run) for _ in range(ROUNDS)) for run in (raw, peewee)]
    raw_ms, peewee_ms = (seconds * 1000 for seconds in costs)
    print(f"{name:14}{raw_ms:8.2f} ms of SQL{peewee_ms:9.2f} ms of Peewee{peewee_ms / raw_ms:6.1f} x")


def cost(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


def ingest(database: Database, m: ModuleType) -> None:
    """Headers, tags and parts of 250 stored conversations, written once more, without the search index."""
    records = list(islice(invented(NUMBER), 250))

    def raw() -> int:
        with database.transaction() as connection:
            for record in records:
                _write_header(connection, record)
                _write_thread(connection, record)
        return len(records)

    def peewee() -> int:
        with m.Part._meta.database.atomic("IMMEDIATE"):
            write_with_peewee(m, records)
        return len(records)

    tell("ingest", raw, peewee)


def write_with_peewee(m: ModuleType, records: list[ConversationRecord]) -> None:
    """In as few statements as Peewee and SQLite allow."""
    model, part, tagged = m.Conversation, m.Part, m.ConversationTag
    fields = [model._meta.columns[column] for column in _HEADER_COLUMNS]
    ids = [record.id for record in records]
    docids = dict(model.select(model.id, model.docid).where(model.id.in_(ids)).tuples())
    headers = [
        (record.id, docids[record.id], *(getattr(record, column) for column in _HEADER_COLUMNS))
        for record in records
    ]
    for rows in chunked(headers, ROWS):
        model.insert_many(rows, [model.id, model.docid, *fields]).on_conflict(
            conflict_target=[model.id], preserve=[model.docid, *fields]
        ).execute()
    tagged.delete().where(tagged.conversation.in_(ids)).execute()
    tags = [(record.id, *tag) for record in records for tag in record.tags]
    tagged.insert_many([tag[:2] for tag in tags], [tagged.conversation, tagged.tag]).execute()
    m.Tag.insert_many({tag[1:] for tag in tags}, [m.Tag.id, m.Tag.name]).on_conflict_ignore().execute()
    names = list(PartRecord.__dataclass_fields__)
    columns = [getattr(part, name) for name in names]
    parts = [
        (record.id, *(getattr(each, name) for name in names))
        for record in records
        for each in (record.source, *(record.parts or ()))
        if each is not None
    ]
    for rows in chunked(parts, ROWS):
        part.insert_many(rows, [part.conversation, *columns]).on_conflict(
            conflict_target=[part.conversation, part.part_id], preserve=columns[1:]
        ).execute()
    messages = part.select(fn.COUNT()).where((part.conversation == model.id) & (part.text != ""))
    model.update(thread_updated_at=model.updated_at, thread_attempts=0, message_count=messages).where(
        model.id.in_(ids)
    ).execute()


def rows(database: Database, m: ModuleType) -> None:
    """What the list shows of 50 conversations."""
    newest = "SELECT id FROM conversation ORDER BY docid DESC LIMIT ?"
    ids = [id_ for (id_,) in database.all(newest, (PAGE,))]
    reader = Rows(database, "app", "US", NOW)

    def raw() -> list[Any]:
        return [
            (row.id, row.subject, row.assignee, row.team, row.tags, row.state, row.snippet.text[:20])
            for row in reader.read(ids)
        ]

    def peewee() -> list[Any]:
        conversation = m.Conversation
        text = (
            m.Part.select(m.Part.text)
            .where((m.Part.conversation == conversation.id) & (m.Part.text != ""))
            .order_by(m.Part.part_id == 0, m.Part.created_at.desc(), m.Part.part_id.desc())
            .limit(1)
        )
        found = (
            conversation.select(conversation, m.Admin, m.Team, m.Annotation, text.alias("newest_text"))
            .join(m.Admin, JOIN.LEFT_OUTER)
            .switch(conversation)
            .join(m.Team, JOIN.LEFT_OUTER)
            .switch(conversation)
            .join(m.Annotation, JOIN.LEFT_OUTER)
            .where(conversation.id.in_(ids))
        )
        tags: dict[int, list[str]] = {}
        tagged = m.ConversationTag.select(m.ConversationTag, m.Tag).join(m.Tag)
        for each in tagged.where(m.ConversationTag.conversation.in_(ids)).order_by(m.Tag.name):
            tags.setdefault(each.conversation_id, []).append(each.tag.name)
        by_id = {
            each.id: (
                each.id,
                each.title or each.subject,
                each.assignee.name if each.assignee_id else "",
                f"Team {each.team_id}" if each.team_id else "",
                tuple(tags.get(each.id, ())),
                each.state,
                " ".join(each.newest_text.split())[:20],
            )
            for each in found
        }
        return [by_id[id_] for id_ in ids]

    tell("rows", raw, peewee)


if __name__ == "__main__":
    main()
