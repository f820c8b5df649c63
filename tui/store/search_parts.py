"""The tables of the search index: each holds the conversations of a stretch of activity time.

A search reads the newest part first and stops when it has enough; what an FTS5 table makes it read as a whole
(a long prefix, the numbers for relevance) concerns one part of about `PART_DOCUMENTS` documents. The row ids
are negative docids, because FTS5 is faster in the ascending order. `tests/benchmarks/million.py` prints
what it takes.

SQL, because the tables have names that are made at run time: Peewee's models cannot name them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from tui.folding import VERSION
from tui.store.errors import SearchIndexChanged

PART_DOCUMENTS = 100_000
MERGE_AFTER = 5_000
"""Documents taken out of a part after which its segments are merged: FTS5 merges by itself what was added."""
MERGE_PAGES = 200
"""Pages that one step of merging writes: about 20 ms."""
_CREATE = """
    CREATE VIRTUAL TABLE search_{number} USING fts5(
        subject, customer, company, body, other, meta, content='', tokenize='ascii', prefix='2 3 4'
    )
"""


class Document(NamedTuple):
    """One row of the search index: folded words, with spaces between them."""

    docid: int
    subject: str
    customer: str
    """All customers of the thread and the recipients of its mails."""
    company: str
    body: str
    other: str
    """What is neither: file names, a rating's remark."""
    meta: str
    """Words for what a filter asks; see `tui.store.search_index`."""


@dataclass(slots=True)
class Part:
    """A table of the index, and what it held when it was read."""

    number: int
    low: int
    """The lowest docid there ever was in it: a document between `low` and `high` is in this part."""
    high: int
    documents: int
    removed: int
    """Documents taken out since it was one segment: 0 only if no word of a document is left that is gone."""
    erased: bool
    """Whether words of documents that are to leave no trace may be left in it."""

    @property
    def table(self) -> str:
        return f"search_{self.number}"


def read_parts(connection: sqlite3.Connection) -> list[Part]:
    """The parts, oldest first. Read them in the transaction that uses them: another process may add one.

    Raises `SearchIndexChanged` when text was folded differently in them.
    """
    rows = connection.execute(
        "SELECT number, low, high, documents, removed, erased, folding FROM search_part ORDER BY low"
    ).fetchall()
    if any(row[6] != VERSION for row in rows):
        raise SearchIndexChanged
    return [Part(*row[:6]) for row in rows]


def add_documents(connection: sqlite3.Connection, documents: Iterable[Document]) -> None:
    """Add documents to the index."""
    parts = read_parts(connection)
    placed: dict[int, list[Document]] = {}
    touched: dict[int, Part] = {}
    for document in sorted(documents, reverse=True):
        part = _place(connection, parts, document.docid)
        part.documents += 1
        touched[part.number] = part
        placed.setdefault(part.number, []).append(document)
    for number, found in placed.items():
        # In ascending order of row ids: FTS5 takes twice as long in another one.
        connection.executemany(
            f"INSERT INTO search_{number} (rowid, subject, customer, company, body, other, meta)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(-document.docid, *document[1:]) for document in found],
        )
    _save(connection, touched.values())


def remove_documents(
    connection: sqlite3.Connection, documents: Iterable[Document], erased: Container[Document] = ()
) -> None:
    """Remove documents from the index, exactly as they were added.

    FTS5 only notes that they are gone: their words stay until the segments are merged. Those in `erased` are
    to leave no trace, see `tui.store.erasure`; earlier activity may have moved them from part to part.
    """
    parts = read_parts(connection)
    touched: dict[int, Part] = {}
    is_erasing = False
    for document in sorted(documents, reverse=True):
        part = _part_of(parts, document.docid)
        part.documents -= 1
        part.removed += 1
        is_erasing = is_erasing or document in erased
        touched[part.number] = part
        connection.execute(
            f"INSERT INTO {part.table} ({part.table}, rowid, subject, customer, company, body, other, meta)"
            " VALUES ('delete', ?, ?, ?, ?, ?, ?, ?)",
            (-document.docid, *document[1:]),
        )
    _save(connection, touched.values())
    if is_erasing:
        connection.execute("UPDATE search_part SET erased = 1 WHERE removed > 0")


def drop_parts(connection: sqlite3.Connection) -> None:
    """Remove the whole index."""
    for (number,) in connection.execute("SELECT number FROM search_part").fetchall():
        connection.execute(f"DROP TABLE search_{number:d}")
    connection.execute("DELETE FROM search_part")


def find_part_to_merge(connection: sqlite3.Connection) -> Part | None:
    """The part that most was taken out of, if that is so much that searching it became slower, or all."""
    waiting = [p for p in read_parts(connection) if p.removed > MERGE_AFTER or not p.documents]
    return max(waiting, key=attrgetter("removed"), default=None)


def find_erased_part(connection: sqlite3.Connection) -> Part | None:
    """A part in which words of what was erased may be left."""
    return next((part for part in read_parts(connection) if part.erased), None)


def merge_step(connection: sqlite3.Connection, part: Part, *, first: bool) -> bool:
    """Merge some of a part's segments: a short step. Returns False when none is left; drops an empty part."""
    if not part.documents:
        connection.execute(f"DROP TABLE {part.table}")
        connection.execute("DELETE FROM search_part WHERE number = ?", (part.number,))
        return False
    before = connection.total_changes
    connection.execute(
        f"INSERT INTO {part.table} ({part.table}, rank) VALUES ('merge', ?)",
        (-MERGE_PAGES if first else MERGE_PAGES,),  # a negative number begins with all segments at once
    )
    if connection.total_changes - before >= 2:  # FTS5's sign that there was something to do
        return True
    if first:  # there is one segment alone, in which FTS5 keeps no words of documents that are gone
        connection.execute("UPDATE search_part SET removed = 0, erased = 0 WHERE number = ?", (part.number,))
    return False


def _place(connection: sqlite3.Connection, parts: list[Part], docid: int) -> Part:
    """The part for a new document; a part that is not full grows in either direction, else one begins."""
    above = next((i for i, part in enumerate(parts) if docid <= part.high), len(parts))
    if above < len(parts):
        part = parts[above]
        if part.low <= docid or part.documents < PART_DOCUMENTS:
            part.low = min(part.low, docid)
            return part
    elif parts and parts[-1].documents < PART_DOCUMENTS:
        parts[-1].high = docid
        return parts[-1]
    cursor = connection.execute(
        "INSERT INTO search_part (low, high, documents, removed, folding) VALUES (?, ?, 0, 0, ?)",
        (docid, docid, VERSION),
    )
    part = Part(int(cursor.lastrowid or 0), docid, docid, 0, 0, erased=False)
    connection.execute(_CREATE.format(number=part.number))
    parts.insert(above, part)
    return part


def _part_of(parts: list[Part], docid: int) -> Part:
    for part in parts:
        if part.low <= docid <= part.high:
            return part
    raise LookupError(f"no part of the search index holds the document {docid}")


def _save(connection: sqlite3.Connection, parts: Iterable[Part]) -> None:
    connection.executemany(
        "UPDATE search_part SET low = ?, high = ?, documents = ?, removed = ?, erased = ? WHERE number = ?",
        [(p.low, p.high, p.documents, p.removed, p.erased, p.number) for p in parts],
    )
