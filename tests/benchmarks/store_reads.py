"""How long the reads of the store take that a search, its list and its rows are made of."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

from tests.benchmarks.measures import print_heads, print_times, timed
from tests.benchmarks.typed_queries import TypedQueries
from tui.store.listing_pages import Listing
from tui.workspace import Workspace

QUERIES = 200
SAMPLE = 2000
"""Conversations whose texts the queries are made of."""
PAGE = 50


def make_queries(workspace: Workspace) -> TypedQueries:
    """Queries from conversations of the whole store."""
    ids = workspace.search_ids(workspace.parse(""))
    chosen = random.Random(1).sample(ids, min(SAMPLE, len(ids)))
    threads = [thread for id_ in chosen if (thread := workspace.thread(id_)) is not None]
    return TypedQueries([part.text for part in thread.parts] for thread in threads)


def measure_reads(workspace: Workspace, made: TypedQueries) -> None:
    """Print a line for each kind of read."""
    print(f"\nreads of the store, {QUERIES} of each kind, newest {PAGE}")
    print_heads()
    number = random.Random(2)
    kinds: dict[str, tuple[Callable[[], str], float | None]] = {
        "everything": (lambda: "", None),
        "one word": (made.word, 0.005),
        "two words": (lambda: f"{made.word()} {made.word()}", 0.010),
        "phrase, mostly in no text": (made.two_words_of_a_text, 0.015),
        "phrase of 2 words of a text": (lambda: made.phrase(2), 0.015),
        "phrase of 3 words of a text": (lambda: made.phrase(3), 0.015),
        "prefix of 2–4 letters": (lambda: made.prefix(2, 4), 0.015),
        "prefix of 5 letters and more": (lambda: made.prefix(5, 9), 0.015),
        "word and prefix of 2–4 letters": (lambda: f"{made.word()} {made.prefix(2, 4)}", 0.015),
        "word and two filters": (
            lambda: f"{made.word()} is:open assignee:agent-{number.randrange(1, 20)}",
            None,
        ),
        "two filters": (lambda: f"is:open assignee:agent-{number.randrange(1, 20)}", None),
        "word in the last 7 days": (lambda: f"{made.word()} since:7d", None),
        "word without another": (lambda: f"{made.word()} -{made.word()}", None),
        "by relevance": (lambda: f"{made.word()} sort:relevance", 0.030),
    }
    for name, (make, wanted) in kinds.items():
        queries = [workspace.parse(make()) for _ in range(QUERIES)]
        print_times(name, timed(partial(workspace.search_ids, q, limit=PAGE) for q in queries), wanted)
    queries = [workspace.parse(made.word()) for _ in range(QUERIES)]
    found = [(workspace.search_ids(q, limit=PAGE), q) for q in queries]
    print_times(
        f"{PAGE} rows with snippets", timed(partial(workspace.rows, *page) for page in found), wanted=0.010
    )
    print_times("count, capped at 1,000", timed(partial(workspace.count, q) for q in queries))
    listings = [workspace.listing(q) for q in queries]
    print_times("exact total of a word", timed(partial(workspace.total, listing) for listing in listings))
    common = [workspace.listing(workspace.parse(made.common_word())) for _ in range(QUERIES)]
    print_times("exact total of a common word", timed(partial(workspace.total, c) for c in common))
    _measure_list(workspace, "a common word", common)
    _measure_list(workspace, "everything", [workspace.listing(workspace.parse(""))] * QUERIES)


def _measure_list(workspace: Workspace, name: str, listings: list[Listing]) -> None:
    """Jumps and steps in the middle of long lists."""
    middles = [workspace.total(listing) // 2 for listing in listings]
    places = list(zip(listings, middles, strict=True))
    print_times(
        f"to the middle of {name}",
        timed(partial(workspace.page, listing, first=middle, limit=PAGE) for listing, middle in places),
    )
    keys = [workspace.page(listing, first=middle, limit=1).keys[0] for listing, middle in places]
    print_times(
        f"the page after a line in {name}",
        timed(
            partial(workspace.page_after, listing, key, middle + 1, PAGE)
            for (listing, middle), key in zip(places, keys, strict=True)
        ),
    )
