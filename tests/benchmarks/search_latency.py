"""How long a search takes in the store.

Run `python -m tests.benchmarks.search_latency [--corpus FILE | --invented N]`.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.corpus import NOW, build, invented, real, replicated, stamp
from tui.clock import from_epoch
from tui.records import ConversationRecord
from tui.settings import Settings
from tui.store.database import Database
from tui.workspace import Workspace

QUERIES = 200


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--corpus", type=Path, help="conversations as JSON Lines, optionally .xz")
    arguments.add_argument("--invented", type=int, default=20_000, help="how many to invent without a corpus")
    arguments.add_argument("--count", type=int, help="repeat the texts until there are so many conversations")
    arguments.add_argument("--database", type=Path, help="keep the database here and use it if it exists")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.database or Path(folder) / "bench.db"
        if not path.exists():
            records = real(chosen.corpus) if chosen.corpus else invented(chosen.invented)
            _build(path, replicated(records, chosen.count) if chosen.count else records)
        settings = Settings(database=path, config_path=Path(folder) / "config.toml")
        with Workspace(settings, clock=lambda: from_epoch(NOW), tz=UTC) as workspace:
            _measure(workspace)


def _build(path: Path, records: Iterator[ConversationRecord]) -> None:
    database = Database(path)
    started, cpu = time.perf_counter(), time.process_time()
    count = build(database, records)
    wall, spent = time.perf_counter() - started, time.process_time() - cpu
    (pages, size) = database.one("SELECT page_count, page_size FROM pragma_page_count, pragma_page_size")
    (parts,) = database.one("SELECT count(*) FROM part")
    database.close()
    print(
        f"stored {count:,} conversations, {parts:,} parts in {wall:.0f} s"
        f" ({spent / count * 1000:.2f} ms CPU each, reading the source included);"
        f" {pages * size / count / 1000:.1f} kB a conversation"
    )


def _measure(workspace: Workspace) -> None:
    generator = random.Random(1)
    ids = workspace.search_ids(workspace.parse(""))
    words: Counter[str] = Counter()
    samples = []
    for conversation_id in generator.sample(list(ids), 2000):
        thread = workspace.thread(conversation_id)
        if thread is None:
            continue
        tokens = [re.findall(r"[^\W\d_]{3,}", part.text.lower()) for part in thread.parts]
        samples.append([t for t in tokens if len(t) >= 4])
        words.update(w for t in tokens for w in set(t))
    ranked = [w for w, _ in words.most_common(20_000)]

    def word() -> str:
        return ranked[min(int(len(ranked) ** generator.random() * 1.2), len(ranked) - 1)]

    def phrase() -> str:
        texts = generator.choice([s for s in samples if s])
        text = generator.choice(texts)
        start = generator.randrange(len(text) - 1)
        return f'"{text[start]} {text[start + 1]}"'

    kinds: dict[str, Callable[[], str]] = {
        "everything": lambda: "",
        "one word": word,
        "two words": lambda: f"{word()} {word()}",
        "phrase": phrase,
        "prefix of 2–4 letters": lambda: word()[: generator.choice((2, 3, 4))] + "*",
        "word and filters": lambda: f"{word()} is:open assignee:agent-{generator.randrange(1, 20)}",
        "filters only": lambda: f"is:open assignee:agent-{generator.randrange(1, 20)}",
        "word in the last 7 days": lambda: f"{word()} since:7d",
        "word without another": lambda: f"{word()} -{word()}",
        "by relevance": lambda: f"{word()} sort:relevance",
    }
    print(
        f"{len(ids):,} conversations; newest 50, {QUERIES} queries of each kind; {datetime.now(UTC):%Y-%m-%d}"
    )
    print(f"{'':26}{'median':>11}{'p95':>11}{'max':>11}")
    for name, make in kinds.items():
        queries = [workspace.parse(make()) for _ in range(QUERIES)]
        _report(name, [_timed(lambda q=q: workspace.search_ids(q, limit=50)) for q in queries])  # type: ignore[misc]
    queries = [workspace.parse(word()) for _ in range(QUERIES)]
    _report("count, capped at 1,000", [_timed(lambda q=q: workspace.count(q)) for q in queries])  # type: ignore[misc]
    pages = [(workspace.search_ids(q, limit=50), q) for q in queries]
    _report("50 rows with snippets", [_timed(lambda p=p: workspace.rows(*p)) for p in pages])  # type: ignore[misc]
    _report("all ids of a word", [_timed(lambda q=q: workspace.search_ids(q)) for q in queries])  # type: ignore[misc]
    _report("all ids", [_timed(lambda: workspace.search_ids(workspace.parse(""))) for _ in range(20)])


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _report(name: str, times: list[float]) -> None:
    p95 = statistics.quantiles(times, n=20)[18]
    print(f"{name:26}{stamp(statistics.median(times))}{stamp(p95)}{stamp(max(times))}")


if __name__ == "__main__":
    main()
