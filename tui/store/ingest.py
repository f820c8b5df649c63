"""Writing conversations: header, thread and search index change together, inside the caller's transaction.

SQL, because it takes a seventh of the time of Peewee's `insert_many` (measured:
`tests/benchmarks/raw_sql.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tui.records import DECODER_VERSION, ConversationRecord, PartRecord, merge_recipients
from tui.store.action_log import delete_note_actions
from tui.store.annotations import delete_annotations
from tui.store.database import Connection
from tui.store.erasure import note_erasure
from tui.store.outbox import erase_texts
from tui.store.problems import forget_problems
from tui.store.search_index import read_document
from tui.store.search_parts import Document, add_documents, remove_documents

DOCID_SHIFT = 20
"""`docid = updated_at << DOCID_SHIFT | tie-break`: a million conversations may share a second."""

_HEADER_COLUMNS = (
    "title",
    "subject",
    "state",
    "read",
    "priority",
    "assignee_id",
    "team_id",
    "customer_kind",
    "customer_id",
    "customer_name",
    "customer_email",
    "company",
    "created_at",
    "updated_at",
    "waiting_since",
    "snoozed_until",
    "rating",
    "rating_remark",
    "sla_name",
    "sla_status",
    "custom_attributes",
    "statistics",
    "channel",
    "delivered_as",
    "recipients",
    "ai_agent",
)
_OF_CUSTOMER = frozenset({"customer_kind", "customer_id", "customer_name", "customer_email"})
_KEPT_IF_EMPTY = ("statistics", "channel", "delivered_as", "ai_agent")
_REPLACED = [c for c in _HEADER_COLUMNS if c not in {*_OF_CUSTOMER, *_KEPT_IF_EMPTY}]
_DECODED_SINCE = {"title": 1, "subject": 2, "channel": 1, "delivered_as": 1, "recipients": 1, "ai_agent": 1}
"""The `DECODER_VERSION` that last changed what is kept of a column; 0 for all others."""
_UPSERT_HEADER = f"""
    INSERT INTO conversation (id, {", ".join(_HEADER_COLUMNS)},
        docid, thread_updated_at, thread_attempts, message_count, missing_parts, decoded_with)
    VALUES ({", ".join("?" * (len(_HEADER_COLUMNS) + 1))}, ?, 0, 0, 0, 0, {DECODER_VERSION:d})
    ON CONFLICT (id) DO UPDATE SET
        {", ".join(f"{c} = excluded.{c}" for c in _REPLACED)},
        {", ".join(f"{c} = iif(excluded.{c} = '', {c}, excluded.{c})" for c in _KEPT_IF_EMPTY)},
        thread_attempts = iif(excluded.updated_at = updated_at, thread_attempts, 0),
        customer_kind = iif(excluded.customer_name = '', customer_kind, excluded.customer_kind),
        customer_name = iif(excluded.customer_name = '', customer_name, excluded.customer_name),
        customer_email = iif(excluded.customer_email = '', customer_email, excluded.customer_email),
        customer_id = iif(excluded.customer_id = '', customer_id, excluded.customer_id),
        docid = excluded.docid,
        decoded_with = iif(deleted_at IS NULL, decoded_with, excluded.decoded_with),
        deleted_at = NULL
"""
_UPSERT_PART = """
    INSERT INTO part (conversation_id, part_id, source_id, type, author_kind, author_id, author_name,
        author_email, created_at, text, event, attachments, redacted, truncated)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (conversation_id, part_id) DO UPDATE SET
        source_id = excluded.source_id, type = excluded.type, author_kind = excluded.author_kind,
        author_id = excluded.author_id, author_name = excluded.author_name,
        author_email = excluded.author_email, created_at = excluded.created_at, text = excluded.text,
        event = excluded.event, attachments = excluded.attachments, redacted = excluded.redacted,
        truncated = excluded.truncated
"""


@dataclass(slots=True)
class Stored:
    """What a batch of writes changed, by conversation id."""

    new: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    pending: list[tuple[int, int]] = field(default_factory=list)
    """(id, updated_at) of the conversations whose thread is still to be fetched."""
    lagging: list[int] = field(default_factory=list)
    """Those of them that were fetched, but from a replica older than the header."""
    unsettled: list[int] = field(default_factory=list)
    """Those of them that were fetched so soon after their change that another may follow unseen."""
    left: list[int] = field(default_factory=list)
    """The activity times that conversations moved away from."""

    @property
    def changed(self) -> list[int]:
        return self.new + self.updated


@contextmanager
def _reindexed(connection: Connection, ids: Sequence[int]) -> Iterator[set[int]]:
    """Update the search index for whatever the block does to these conversations.

    The block adds the ids of those of which it erases text to the set it is given.
    """
    erased: set[int] = set()
    before = _documents(connection, ids)
    yield erased
    after = _documents(connection, ids)
    unchanged = set(before.values()) & set(after.values())
    remove_documents(
        connection,
        (d for d in before.values() if d not in unchanged),
        {d for i, d in before.items() if i in erased},
    )
    add_documents(connection, (d for d in after.values() if d not in unchanged))
    if erased:
        note_erasure(connection)


def _documents(connection: Connection, ids: Iterable[int]) -> dict[int, Document]:
    """What the search index holds of conversations, by id."""
    return {i: d for i in dict.fromkeys(ids) if (d := read_document(connection, i)) is not None}


def store_headers(
    connection: Connection, records: Iterable[ConversationRecord], *, compare: bool = False
) -> Stored:
    """Store what a search result says; a thread that does not match the header becomes pending.

    A header older than the stored one is a lagging answer and changes nothing. One with the same
    `updated_at` changes nothing either, unless told to `compare`: some changes do not raise `updated_at`.
    Then any difference is stored, and the thread fetched again. What the decoder kept otherwise when the
    conversation was stored is no difference; it is stored and leaves the thread alone.
    """
    stored, wanted, changed = Stored(), [], []
    for record in _without_purged(connection, records):
        row = connection.execute(
            "SELECT updated_at, thread_updated_at, deleted_at, decoded_with FROM conversation WHERE id = ?",
            (record.id,),
        ).fetchone()
        if row is None:
            stored.new.append(record.id)
        elif row[2] is None and row[0] >= record.updated_at:
            stored.unchanged.append(record.id)
            differs = compare and row[0] == record.updated_at and not _has_header(connection, record, row[3])
            if differs or row[1] < row[0]:
                stored.pending.append((record.id, row[0]))
            if differs:
                changed.append(record.id)
            elif not compare or row[0] != record.updated_at or row[3] >= DECODER_VERSION:
                continue
        else:
            stored.updated.append(record.id)
            stored.left.append(row[0])
        wanted.append(record)
        if row is None or row[1] < record.updated_at:
            stored.pending.append((record.id, record.updated_at))
    with _reindexed(connection, [r.id for r in wanted]) as erased:
        for record in wanted:
            if _redacts(connection, record):
                erased.add(record.id)
            _write_header(connection, record)
    make_pending(connection, changed)
    return stored


def _without_purged(
    connection: Connection, records: Iterable[ConversationRecord]
) -> list[ConversationRecord]:
    """The records without those of conversations that the user had deleted here; only their time is noted."""
    batch = list(records)
    ids = json.dumps([record.id for record in batch])
    purged = {
        i
        for (i,) in connection.execute(
            "SELECT id FROM purged_conversation WHERE id IN (SELECT value FROM json_each(?))", (ids,)
        )
    }
    connection.executemany(
        "UPDATE purged_conversation SET updated_at = max(updated_at, ?) WHERE id = ?",
        [(record.updated_at, record.id) for record in batch if record.id in purged],
    )
    return [record for record in batch if record.id not in purged]


def make_pending(connection: Connection, ids: Iterable[int]) -> None:
    """Have these threads fetched again."""
    connection.executemany(
        "UPDATE conversation SET thread_updated_at = min(thread_updated_at, updated_at - 1) WHERE id = ?",
        [(i,) for i in ids],
    )


def store_threads(
    connection: Connection, records: Iterable[ConversationRecord], fetched_at: int = 0
) -> Stored:
    """Store full conversations with all their parts.

    `fetched_at` is the server's time (epoch seconds), or 0 when that is not known.

    An answer older than the stored header (a lagging replica) stays pending, and adds its parts unless the
    stored ones come from a newer one. Pending stays also one that is not `final`, because a second change in
    the same second would leave no other trace, and one of which a part could not be read. Parts are only ever
    added or changed: Intercom gives out the newest 500, so an absent part is not a deleted one.
    """
    batch, stored = _without_purged(connection, records), Stored()
    with _reindexed(connection, [r.id for r in batch]) as erased:
        for record in batch:
            if _redacts(connection, record):
                erased.add(record.id)
            row = connection.execute(
                "SELECT updated_at, thread_updated_at, deleted_at, decoded_with FROM conversation"
                " WHERE id = ?",
                (record.id,),
            ).fetchone()
            is_new = row is None or not row[1]
            compared = _columns_of(0 if row is None else row[3])
            before = None if is_new else _snapshot(connection, record.id, compared)
            if row is None or row[2] is not None or record.updated_at >= row[0]:
                _write_header(connection, record)
            # What was read from a newer answer stays: an older one may show what was redacted since.
            if row is None or row[2] is not None or record.updated_at >= row[1]:
                _write_thread(connection, record, fetched_at)
            if row is not None and row[2] is None and record.updated_at < row[0]:
                stored.pending.append((record.id, row[0]))
                stored.lagging.append(record.id)
            elif record.problem:
                stored.pending.append((record.id, record.updated_at))
            elif not record.final:
                stored.pending.append((record.id, record.updated_at))
                stored.unsettled.append(record.id)
            if row is not None and row[0] != record.updated_at:
                stored.left.append(row[0])
            if is_new:
                stored.new.append(record.id)
            elif before == _snapshot(connection, record.id, compared):
                stored.unchanged.append(record.id)
            else:
                stored.updated.append(record.id)
    return stored


def store_written(connection: Connection, record: ConversationRecord) -> Stored:
    """Store what the answer to a write says. It may show only the new parts: the thread is pending."""
    stored = store_headers(connection, [record], compare=True)
    if _without_purged(connection, [record]):
        with _reindexed(connection, [record.id]):
            _write_parts(connection, record.id, record.parts or ())
        make_pending(connection, [record.id])
    return stored


def store_tag(connection: Connection, conversation_id: int, tag: tuple[int, str], *, present: bool) -> None:
    """Store that a tag, (id, name), was added to a conversation or removed from it."""
    with _reindexed(connection, [conversation_id]):
        if present:
            connection.execute("INSERT OR IGNORE INTO tag (id, name) VALUES (?, ?)", tag)
            connection.execute(
                "INSERT OR IGNORE INTO conversation_tag SELECT id, ? FROM conversation"
                " WHERE id = ? AND deleted_at IS NULL",
                (tag[0], conversation_id),
            )
        else:
            connection.execute(
                "DELETE FROM conversation_tag WHERE conversation_id = ? AND tag_id = ?",
                (conversation_id, tag[0]),
            )


def tombstone(connection: Connection, ids: Iterable[int], deleted_at: int) -> list[int]:
    """Forget the content of deleted conversations, keep the fact. Returns the ids that were alive."""
    alive = [
        i
        for i in ids
        if connection.execute(
            "SELECT 1 FROM conversation WHERE id = ? AND deleted_at IS NULL", (i,)
        ).fetchone()
    ]
    if not alive:
        return alive
    with _reindexed(connection, alive) as erased:
        erased.update(alive)
        for i in alive:
            connection.execute("DELETE FROM part WHERE conversation_id = ?", (i,))
            connection.execute("DELETE FROM conversation_tag WHERE conversation_id = ?", (i,))
            connection.execute(
                "UPDATE conversation SET docid = NULL, deleted_at = ?, title = '', subject = '',"
                " company = '', customer_id = '', customer_name = '', customer_email = '',"
                " custom_attributes = '', rating = NULL, rating_remark = '', message_count = 0,"
                " waiting_since = NULL, thread_updated_at = 0, statistics = '', channel = '',"
                " delivered_as = '', recipients = '', ai_agent = '' WHERE id = ?",
                (deleted_at, i),
            )
        delete_annotations(connection, alive)
        delete_note_actions(connection, alive)
        erase_texts(connection, alive)
        forget_problems(connection, alive)
    return alive


def remove(connection: Connection, ids: Sequence[int]) -> None:
    """Delete conversations with all that belongs to them: nothing says any more that they were here."""
    with _reindexed(connection, ids) as erased:
        erased.update(ids)
        delete_note_actions(connection, ids)
        erase_texts(connection, ids)
        forget_problems(connection, ids)
        # Parts, tags, annotations and skips have foreign keys, by which they are deleted too.
        connection.execute(
            "DELETE FROM conversation WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
        )


def move_in_time(connection: Connection, conversation_id: int, updated_at: int) -> None:
    """Give a stored conversation another `updated_at`; its thread becomes pending. A deleted one stays so."""
    with _reindexed(connection, [conversation_id]):
        connection.execute(
            "UPDATE conversation SET updated_at = ?, docid = ?, thread_updated_at = 0"
            " WHERE id = ? AND deleted_at IS NULL",
            (updated_at, _free_docid(connection, updated_at), conversation_id),
        )


def name_customers(connection: Connection, people: Iterable[tuple[str, str, str]], now: int) -> list[int]:
    """Give conversations without a customer's name the one of its contact: (contact id, name, email).

    Returns the ids of the conversations that changed.
    """
    changed: list[int] = []
    for contact_id, name, email in people:
        connection.execute(
            "INSERT INTO contact (id, name, email, fetched_at) VALUES (?, ?, ?, ?) ON CONFLICT (id)"
            " DO UPDATE SET name = excluded.name, email = excluded.email, fetched_at = excluded.fetched_at",
            (contact_id, name, email, now),
        )
        ids = [
            i
            for (i,) in connection.execute(
                "SELECT id FROM conversation WHERE customer_id = ? AND customer_name = ''"
                " AND customer_email = '' AND deleted_at IS NULL",
                (contact_id,),
            )
        ]
        if ids and (name or email):
            with _reindexed(connection, ids):
                connection.executemany(
                    "UPDATE conversation SET customer_name = ?, customer_email = ? WHERE id = ?",
                    [(name, email, i) for i in ids],
                )
            changed += ids
    return changed


def _redacts(connection: Connection, record: ConversationRecord) -> bool:
    """Whether Intercom redacted a message that is stored as it was."""
    parts = (record.source, *(record.parts or ()))
    redacted = [part.part_id for part in parts if part is not None and part.redacted]
    found = (
        redacted
        and connection.execute(
            "SELECT 1 FROM part WHERE conversation_id = ? AND NOT redacted"
            " AND part_id IN (SELECT value FROM json_each(?))",
            (record.id, json.dumps(redacted)),
        ).fetchone()
    )
    return bool(found)


def _columns_of(version: int) -> list[str]:
    """The columns of a header that a decoder of this version filled as today's does."""
    return [column for column in _HEADER_COLUMNS if _DECODED_SINCE.get(column, 0) <= version]


def _has_header(connection: Connection, record: ConversationRecord, version: int) -> bool:
    """Whether everything the header says is stored already, as far as a decoder of `version` knew it."""
    columns = _columns_of(version)
    row = connection.execute(
        f"SELECT {', '.join(columns)} FROM conversation WHERE id = ?", (record.id,)
    ).fetchone()
    stored = dict(zip(columns, row, strict=True))
    tags = connection.execute("SELECT tag_id FROM conversation_tag WHERE conversation_id = ?", (record.id,))
    return (
        {tag for (tag,) in tags} == {tag for tag, _ in record.tags}
        and _agree(stored.pop("statistics"), record.statistics)
        and _has_opening(connection, record, version)
        and all(
            _column(record, column, old) == old
            or (column in _OF_CUSTOMER and not record.customer_name)
            or (column in _KEPT_IF_EMPTY and not getattr(record, column))
            for column, old in stored.items()
        )
    )


def _agree(stored: str, statistics: tuple[tuple[str, int], ...]) -> bool:
    """Whether all numbers that both have are equal; Intercom leaves out what it does not know."""
    known = json.loads(stored or "{}")
    return all(known.get(name, value) == value for name, value in statistics)


def _has_opening(connection: Connection, record: ConversationRecord, version: int) -> bool:
    if record.source is None:
        return True
    row = connection.execute(
        "SELECT text, redacted FROM part WHERE conversation_id = ? AND part_id = 0", (record.id,)
    ).fetchone()
    if row is not None and version < DECODER_VERSION:
        row = (record.source.text, row[1])  # the text of the same HTML may be another now
    return bool(row == (record.source.text, record.source.redacted))


def _snapshot(connection: Connection, conversation_id: int, columns: Iterable[str]) -> tuple[object, ...]:
    """All that people can see of a stored conversation, to tell whether it changed; links to files expire."""
    return (
        connection.execute(
            f"SELECT {', '.join(columns)}, deleted_at FROM conversation WHERE id = ?",
            (conversation_id,),
        ).fetchone(),
        connection.execute(
            "SELECT tag_id FROM conversation_tag WHERE conversation_id = ?", (conversation_id,)
        ).fetchall(),
        connection.execute(
            "SELECT part_id, type, author_name, text, event, redacted FROM part WHERE conversation_id = ?",
            (conversation_id,),
        ).fetchall(),
    )


def _write_header(connection: Connection, record: ConversationRecord) -> None:
    row = connection.execute(
        "SELECT docid, updated_at, recipients FROM conversation WHERE id = ?", (record.id,)
    ).fetchone()
    recipients = "" if row is None else row[2]
    if row is not None and row[0] is not None and row[1] == record.updated_at:
        docid = row[0]
    else:
        docid = _free_docid(connection, record.updated_at)
    connection.execute(
        _UPSERT_HEADER,
        (record.id, *(_column(record, column, recipients) for column in _HEADER_COLUMNS), docid),
    )
    connection.execute("DELETE FROM conversation_tag WHERE conversation_id = ?", (record.id,))
    for tag_id, name in record.tags:
        connection.execute("INSERT OR IGNORE INTO conversation_tag VALUES (?, ?)", (record.id, tag_id))
        connection.execute("INSERT OR IGNORE INTO tag (id, name) VALUES (?, ?)", (tag_id, name))
    if record.source is not None:
        _write_parts(connection, record.id, (record.source,))


def _column(record: ConversationRecord, column: str, recipients: str) -> object:
    """What is stored of a column. `recipients` are stored already: an answer names those of some mails."""
    if column == "statistics":
        return json.dumps(dict(record.statistics)) if record.statistics else ""
    if column == "recipients":
        return "\n".join(merge_recipients(recipients.splitlines(), record.recipients))
    return getattr(record, column)


def _write_thread(connection: Connection, record: ConversationRecord, fetched_at: int = 0) -> None:
    _write_parts(connection, record.id, record.parts or ())
    messages, parts = connection.execute(
        "SELECT count(*) FILTER (WHERE text <> ''), count(*) FILTER (WHERE part_id <> 0) FROM part"
        " WHERE conversation_id = ?",
        (record.id,),
    ).fetchone()
    connection.execute(
        "UPDATE conversation SET thread_updated_at = max(thread_updated_at, :at), fetched_at = :fetched,"
        " thread_attempts = iif(:at >= updated_at, 0, thread_attempts),"
        " missing_parts = :missing, message_count = :messages,"
        " decoded_with = iif(:listed >= updated_at, :version, decoded_with) WHERE id = :id",
        {
            "at": record.updated_at if record.final and not record.problem else record.updated_at - 1,
            "fetched": fetched_at,
            "listed": record.updated_at,
            "version": DECODER_VERSION,
            "missing": max(record.total_parts - parts, 0),
            "messages": messages,
            "id": record.id,
        },
    )


def _write_parts(connection: Connection, conversation_id: int, parts: Iterable[PartRecord]) -> None:
    connection.executemany(
        _UPSERT_PART,
        [
            (
                conversation_id,
                p.part_id,
                p.source_id,
                p.type,
                p.author_kind,
                p.author_id,
                p.author_name,
                p.author_email,
                p.created_at,
                p.text,
                p.event,
                p.attachments,
                p.redacted,
                p.truncated,
            )
            for p in parts
        ],
    )


def _free_docid(connection: Connection, updated_at: int) -> int:
    low = updated_at << DOCID_SHIFT
    (highest,) = connection.execute(
        "SELECT max(docid) FROM conversation WHERE docid >= ? AND docid < ?", (low, low + (1 << DOCID_SHIFT))
    ).fetchone()
    return low if highest is None else int(highest) + 1
