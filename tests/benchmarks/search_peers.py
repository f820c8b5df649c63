"""The search beside other ways to search, on the same texts in one run.

Run `python -m tests.benchmarks.search_peers [--corpus FILE] [--count N] [--queries N]`. Each is asked for the
newest 50 of the same words, pairs of words and prefixes. What the machine does not have is left out: ripgrep
(`rg`), and the Python modules xapian and tantivy. ripgrep starts a process for each word.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tests.benchmarks.corpus import invented_briefly, real, replicated, stamp
from tests.benchmarks.measures import p95, timed
from tests.benchmarks.peers import PEERS, Peer, Unavailable, Wanted, texts_of
from tests.benchmarks.typed_queries import TypedQueries
from tui.records import ConversationRecord

SAMPLE = 2000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--corpus", type=Path, help="conversations as JSON Lines, optionally .xz")
    arguments.add_argument("--count", type=int, default=100_000)
    arguments.add_argument("--queries", type=int, default=50, help="of each kind")
    chosen = arguments.parse_args()
    source = real(chosen.corpus) if chosen.corpus else invented_briefly()
    records = sorted(replicated(source, chosen.count), key=lambda record: record.updated_at)
    kinds = _queries(records, chosen.queries)
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    size = sum(len(text.encode()) for record in records for text in texts_of(record))
    print(
        f"{len(records):,} conversations, {size / 1e6:,.0f} MB of text; {chosen.queries} queries of each kind"
    )
    expected: dict[Wanted, list[int]] = {}
    for kind in PEERS:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            try:
                peer = kind(Path(folder), stack)
            except Unavailable as error:
                print(f"{kind.name}: left out, because {error}")
                continue
            _measure(peer, records, kinds, expected)
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M}, load {os.getloadavg()[0]:.1f}")


def _queries(records: list[ConversationRecord], each: int) -> dict[str, list[Wanted]]:
    chosen = random.Random(1).sample(records, min(SAMPLE, len(records)))
    made = TypedQueries(map(texts_of, chosen))
    prefixes = [made.prefix(2, 5).rstrip("*") for _ in range(each)]
    return {
        "one word": [Wanted((made.word(),)) for _ in range(each)],
        "two words": [Wanted((made.word(), made.word())) for _ in range(each)],
        "prefix of 2–5 letters": [Wanted((prefix,), is_prefix=True) for prefix in prefixes],
    }


def _measure(
    peer: Peer,
    records: list[ConversationRecord],
    kinds: dict[str, list[Wanted]],
    expected: dict[Wanted, list[int]],
) -> None:
    """Print what a peer does. `expected`: the answers of the first one, which are added."""
    started = time.perf_counter()
    peer.build(records)
    print(f"\n{peer.name}: built in {time.perf_counter() - started:.0f} s; {peer.size()}")
    for kind, queries in kinds.items():
        answers: list[list[int]] = []
        times = timed(partial(_ask, peer, wanted, answers) for wanted in queries)
        print(
            f"{kind:26} median{stamp(statistics.median(times.clock))}   p95{stamp(p95(times.clock))}", end=""
        )
        pairs = list(zip(queries, answers, strict=True))
        different = [
            (wanted, answer) for wanted, answer in pairs if expected.setdefault(wanted, answer) != answer
        ]
        print(f"   {len(different)} of {len(queries)} answers differ" if peer.differs else "", flush=True)
        for wanted, answer in different[:1]:
            known = expected[wanted]
            more, fewer = len(set(answer) - set(known)), len(set(known) - set(answer))
            print(f"{'':26} such as {wanted}: {more} others, {fewer} missing")
    if peer.differs:
        print(f"{'':26} because {peer.differs}")


def _ask(peer: Peer, wanted: Wanted, answers: list[list[int]]) -> None:
    answers.append(peer.newest(wanted))


if __name__ == "__main__":
    main()
