"""Conversations for benchmarks: real ones from a JSON Lines file, or generated ones of a known size."""

from __future__ import annotations

import gc
import json
import lzma
import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from tui.intercom.html import html_to_text
from tui.records import ConversationRecord, PartRecord
from tui.store.database import Database
from tui.store.ingest import store_threads

NOW = 1_790_000_000
SPAN = 90 * 86_400
BATCH = 25
WORDS_PER_PART = 80
PARTS = 8


def real(path: Path, limit: int | None = None) -> Iterator[ConversationRecord]:
    """Records of a JSONL[.xz] file: `{id, subject, messages: [{author, who, name, body, created_at}], …}`."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        lines = [line for _, line in zip(range(limit or 1 << 40), file, strict=False)]
    for number, line in enumerate(lines):
        entry = json.loads(line)
        at = NOW - SPAN + number * SPAN // len(lines)
        texts = [html_to_text(m["body"] or "") for m in entry["messages"]]
        names = [m.get("name") or m["author"] for m in entry["messages"]]
        yield record(number + 1, at, entry.get("subject") or "", list(zip(names, texts, strict=True)))


def replicated(records: Iterator[ConversationRecord], count: int) -> Iterator[ConversationRecord]:
    """So many conversations with the texts of these, newest first, as a first sync stores them."""
    originals = list(records)
    gc.freeze()  # a sync holds no such list, which each garbage collection would go through
    for number in range(count, 0, -1):
        original = originals[number % len(originals)]
        at = NOW - SPAN + number * SPAN // count
        later = at - original.updated_at
        parts = [replace(part, created_at=part.created_at + later) for part in original.parts or ()]
        yield replace(
            original,
            id=number * 7919,
            updated_at=at,
            created_at=original.created_at + later,
            waiting_since=original.waiting_since and at,
            source=original.source and replace(original.source, created_at=original.created_at + later),
            parts=tuple(parts),
        )


def invented(
    count: int, *, parts: int = PARTS, words_per_part: int = WORDS_PER_PART
) -> Iterator[ConversationRecord]:
    """The words are distributed as in natural text (Zipf)."""
    generator = random.Random(7)
    syllables = [c + v for c in "bcdfghjklmnprstvz" for v in "aeiou"]
    words = [
        "".join(generator.choices(syllables, k=generator.choice((1, 2, 2, 3, 3, 4)))) for _ in range(50_000)
    ]
    weights = [1 / (rank + 2.7) for rank in range(len(words))]
    cumulative = [0.0]
    for weight in weights:
        cumulative.append(cumulative[-1] + weight)
    for number in range(count):
        texts = [
            " ".join(generator.choices(words, cum_weights=cumulative[1:], k=words_per_part))
            for _ in range(parts)
        ]
        at = NOW - SPAN + number * SPAN // count
        yield record(number + 1, at, " ".join(texts[0].split()[:6]), [("someone", t) for t in texts])


def invented_briefly() -> Iterator[ConversationRecord]:
    """As many words as support conversations have on average."""
    return invented(20_000, parts=4, words_per_part=60)


def record(number: int, at: int, subject: str, messages: list[tuple[str, str]]) -> ConversationRecord:
    generator = random.Random(number)
    parts = tuple(
        PartRecord(
            part_id=0 if i == 0 else number * 1000 + i,
            source_id=number if i == 0 else None,
            type="source" if i == 0 else "comment",
            author_kind="admin" if i % 2 else "user",
            author_id=str(generator.randrange(20)),
            author_name=name,
            author_email="",
            created_at=at - (len(messages) - i) * 600,
            text=text,
        )
        for i, (name, text) in enumerate(messages)
    )
    return ConversationRecord(
        id=number * 7919,
        title="",
        subject=subject,
        state=generator.choices(("open", "closed", "snoozed"), (17, 78, 5))[0],
        read=generator.random() < 0.8,
        priority="none",
        assignee_id=generator.randrange(20) or None,
        team_id=generator.randrange(6) or None,
        customer_kind="user",
        customer_id=f"{number:x}",
        customer_name=messages[0][0] if messages else "",
        customer_email="",
        company="",
        created_at=at - len(messages) * 600,
        updated_at=at,
        waiting_since=at if generator.random() < 0.1 else None,
        snoozed_until=None,
        rating=None,
        rating_remark="",
        sla_name="",
        sla_status="",
        custom_attributes="",
        tags=tuple((t, f"tag {t}") for t in generator.sample(range(1, 25), generator.randrange(3))),
        source=parts[0] if parts else None,
        parts=parts[1:],
    )


@dataclass(slots=True)
class Stored:
    """How many conversations were stored, and what that took; making the records is not included."""

    conversations: int = 0
    parts: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    """Seconds of the thread."""


def build(database: Database, records: Iterable[ConversationRecord]) -> Stored:
    """Store all records as a sync does."""
    with database.transaction() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO admin (id, name, email) VALUES (?, ?, ?)",
            [(i, f"Agent {i}", f"agent{i}@x.example") for i in range(1, 20)],
        )
    stored, rest = Stored(), iter(records)
    while batch := list(islice(rest, BATCH)):
        started, worked = time.perf_counter(), time.thread_time()
        with database.transaction() as connection:
            store_threads(connection, batch)
        stored.seconds += time.perf_counter() - started
        stored.cpu += time.thread_time() - worked
        stored.conversations += len(batch)
        stored.parts += sum(len(record.parts or ()) + 1 for record in batch)
    return stored


def invent_database(path: Path, number: int) -> None:
    """Write a database of generated conversations, unless the file exists."""
    if not path.exists():
        database = Database(path)
        build(database, invented(number))
        database.close()


def stamp(seconds: float) -> str:
    return f"{seconds * 1000:8.2f} ms"
