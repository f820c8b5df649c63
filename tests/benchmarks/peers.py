"""Other ways to search the same conversations, each given what it needs to find the newest first.

Conversations have numbers here, from the oldest on. Xapian and tantivy are no dependencies: they are imported
when they are used.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import ExitStack, closing
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from tests.benchmarks.corpus import build
from tests.benchmarks.offline import offline
from tui.records import ConversationRecord
from tui.store.database import Database

NEWEST = 50
FILES = 1000
"""Files in a folder."""
COMMITTED = 5000
"""Documents between two commits."""
LATEST = 1 << 31


class Unavailable(Exception):
    """This machine does not have it; says what is missing."""


class Wanted(NamedTuple):
    """Conversations that have all the words, or one that begins with the word."""

    words: tuple[str, ...]
    is_prefix: bool = False

    def __str__(self) -> str:
        return " ".join(self.words) + "*" * self.is_prefix


class Peer(ABC):
    """A way to search; what it opens in its folder, the stack closes. Making one raises `Unavailable`."""

    name: ClassVar[str]
    differs: ClassVar[str]
    """Why its answers are not those of fastintercom."""

    @abstractmethod
    def __init__(self, folder: Path, stack: ExitStack) -> None: ...

    @abstractmethod
    def build(self, records: Sequence[ConversationRecord]) -> None:
        """Take in the conversations, which are in order of time."""

    @abstractmethod
    def newest(self, wanted: Wanted) -> list[int]:
        """The numbers of the `NEWEST` conversations that match, the newest first."""

    @abstractmethod
    def size(self) -> str:
        """What it takes of the disk."""


def texts_of(record: ConversationRecord) -> list[str]:
    """What is searched: the subject, the customer, and the messages."""
    source = [record.source] if record.source else []
    parts = [part.text for part in [*source, *(record.parts or ())]]
    return [record.subject, f"{record.customer_name} {record.customer_email}", *parts]


class Fastintercom(Peer):
    name = "fastintercom"
    differs = ""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._path = folder / "mirror.db"
        self._stack = stack
        self._numbers: dict[int, int] = {}

    def build(self, records: Sequence[ConversationRecord]) -> None:
        self._numbers = {record.id: number for number, record in enumerate(records)}
        database = Database(self._path)
        build(database, records)
        database.close()
        self._workspace = self._stack.enter_context(offline(self._path))

    def newest(self, wanted: Wanted) -> list[int]:
        found = self._workspace.search_ids(self._workspace.parse(str(wanted)), limit=NEWEST)
        return [self._numbers[id_] for id_ in found]

    def size(self) -> str:
        with closing(sqlite3.connect(self._path)) as connection:
            tables = connection.execute("SELECT number FROM search_part").fetchall()
            sizes = [
                connection.execute(f"SELECT sum(length(block)) FROM search_{number:d}_data").fetchone()[0]  # noqa: S608
                for (number,) in tables
            ]
        return f"{megabytes(sum(sizes))} of a database of {megabytes(self._path.stat().st_size)}"


class Like(Peer):
    """`LIKE` over messages, with indexes on the time and on the conversation of a message."""

    name = "SQLite LIKE"
    differs = "it finds words inside other words, and no other spelling (accents, width)"

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._path = folder / "like.db"
        self._connection = stack.enter_context(closing(sqlite3.connect(self._path)))
        self._connection.executescript(
            "CREATE TABLE conversation (id INTEGER PRIMARY KEY, updated_at INTEGER);"
            "CREATE TABLE message (id INTEGER PRIMARY KEY, conversation_id INTEGER, body TEXT);"
        )

    def build(self, records: Sequence[ConversationRecord]) -> None:
        with self._connection:
            for number, record in enumerate(records):
                self._connection.execute(
                    "INSERT INTO conversation VALUES (?, ?)", (number, record.updated_at)
                )
                self._connection.executemany(
                    "INSERT INTO message (conversation_id, body) VALUES (?, ?)",
                    [(number, line) for line in texts_of(record)],
                )
            self._connection.execute("CREATE INDEX by_time ON conversation (updated_at)")
            self._connection.execute("CREATE INDEX by_conversation ON message (conversation_id)")

    def newest(self, wanted: Wanted) -> list[int]:
        has = "EXISTS (SELECT 1 FROM message WHERE conversation_id = conversation.id AND body LIKE ?)"
        conditions = " AND ".join([has] * len(wanted.words))
        found = self._connection.execute(
            f"SELECT id FROM conversation WHERE {conditions} ORDER BY updated_at DESC, id DESC LIMIT ?",  # noqa: S608
            (*(f"%{word}%" for word in wanted.words), NEWEST),
        )
        return [number for (number,) in found]

    def size(self) -> str:
        return f"{megabytes(self._path.stat().st_size)} with the texts"


class Ripgrep(Peer):
    """`rg -il` over one file a conversation; for the second of two words, over the files with the first."""

    name = "ripgrep"
    differs = "_ is a letter, scripts without spaces have no words, and there is no other spelling"

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        if shutil.which("rg") is None:
            raise Unavailable("rg is not installed")
        self._folder = folder / "texts"

    def build(self, records: Sequence[ConversationRecord]) -> None:
        for number, record in enumerate(records):
            path = self._folder / f"{number // FILES:04}" / f"{number:08}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(texts_of(record)), encoding="utf-8")

    def newest(self, wanted: Wanted) -> list[int]:
        options = ["--regexp", r"\b" + re.escape(wanted.words[0])] if wanted.is_prefix else []
        first = options or ["--word-regexp", "--fixed-strings", "--regexp", wanted.words[0]]
        found = self._files(first, str(self._folder), b"")
        for word in wanted.words[1:]:
            more = ["--word-regexp", "--fixed-strings", "--regexp", word]
            found = self._files(more, "", found) if found else b""
        numbers = [int(Path(os.fsdecode(name)).stem) for name in found.split(b"\0") if name]
        return sorted(numbers, reverse=True)[:NEWEST]

    def _files(self, options: list[str], folder: str, among: bytes) -> bytes:
        """The names of files that match, in the folder or `among` these, each ended by a zero byte."""
        command = ["rg", "--files-with-matches", "--null", "--ignore-case", "--no-ignore", *options, "--"]
        if folder:
            found = subprocess.run([*command, folder], stdout=subprocess.PIPE, check=False)
        else:
            found = subprocess.run(
                ["xargs", "--null", *command], input=among, stdout=subprocess.PIPE, check=False
            )
        return found.stdout

    def size(self) -> str:
        taken = sum(path.stat().st_blocks * 512 for path in self._folder.rglob("*"))
        return f"no index; the files take {megabytes(taken)}"


class Xapian(Peer):
    """Documents with the newest first by number, and no weights: so it stops when it has enough."""

    name = "Xapian"
    differs = "_, ' and & are letters, and there is no other spelling"

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._xapian: Any = imported("xapian")
        self._path = folder / "xapian"

    def build(self, records: Sequence[ConversationRecord]) -> None:
        xapian = self._xapian
        database = xapian.WritableDatabase(str(self._path), xapian.DB_CREATE)
        terms = xapian.TermGenerator()
        for number in range(len(records) - 1, -1, -1):
            document = xapian.Document()
            terms.set_document(document)
            for line in texts_of(records[number]):
                terms.index_text(line)
                terms.increase_termpos()
            database.replace_document(LATEST - number, document)
            if number % COMMITTED == 0:
                database.commit()
        database.close()
        self._database = xapian.Database(str(self._path))
        self._enquire = xapian.Enquire(self._database)
        self._enquire.set_weighting_scheme(xapian.BoolWeight())
        self._enquire.set_docid_order(xapian.Enquire.ASCENDING)

    def newest(self, wanted: Wanted) -> list[int]:
        query = self._xapian.Query
        if wanted.is_prefix:
            unlimited = (0, query.WILDCARD_LIMIT_ERROR)
            self._enquire.set_query(query(query.OP_WILDCARD, wanted.words[0], *unlimited, query.OP_OR))
        else:
            self._enquire.set_query(query(query.OP_AND, list(wanted.words)))
        return [LATEST - match.docid for match in self._enquire.get_mset(0, NEWEST)]

    def size(self) -> str:
        return f"{megabytes(size_of(self._path))} without the texts"


class Tantivy(Peer):
    """Documents sorted by a fast field."""

    name = "tantivy"
    differs = "scripts without spaces have no words, and there is no other spelling"

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._tantivy: Any = imported("tantivy")
        self._path = folder / "tantivy"
        self._path.mkdir()

    def build(self, records: Sequence[ConversationRecord]) -> None:
        tantivy = self._tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text")
        builder.add_integer_field("number", stored=True, fast=True)
        self._schema = builder.build()
        index = tantivy.Index(self._schema, path=str(self._path))
        writer = index.writer()
        for number, record in enumerate(records):
            writer.add_document(tantivy.Document(text=texts_of(record), number=number))
            if number % COMMITTED == COMMITTED - 1:
                writer.commit()
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def newest(self, wanted: Wanted) -> list[int]:
        tantivy = self._tantivy
        if wanted.is_prefix:
            query = tantivy.Query.regex_query(self._schema, "text", re.escape(wanted.words[0]) + ".*")
        else:
            terms = [tantivy.Query.term_query(self._schema, "text", word) for word in wanted.words]
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, term) for term in terms])
        found = self._searcher.search(query, NEWEST, count=False, order_by_field="number")
        return [self._searcher.doc(address)["number"][0] for _, address in found.hits]

    def size(self) -> str:
        return f"{megabytes(size_of(self._path))} without the texts"


PEERS: tuple[type[Peer], ...] = (Fastintercom, Like, Ripgrep, Xapian, Tantivy)


def imported(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise Unavailable(f"there is no module {name} for this Python") from error


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
