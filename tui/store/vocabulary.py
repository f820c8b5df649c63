"""Words of the search index that are spelt almost like one that nothing has."""

from __future__ import annotations

import difflib

from tui.folding import words
from tui.store.database import Database, Snapshot
from tui.store.search_parts import Part, read_parts

SHORTEST = 4
"""Letters of a word that is looked up: shorter ones resemble too many."""
SIMILARITY = 0.75
"""As `difflib` counts it: one letter wrong in four."""
MAX_LONGER = 2
"""Letters that the other word may have more, or fewer."""


def similar_word(database: Database, text: str) -> str | None:
    """A word of newer conversations that is spelt almost like `text`, folded; None if there is none.

    Looks at words with the same first two letters, or with these two exchanged. Takes some ten milliseconds.
    Raises `Superseded` when interrupted.
    """
    found = words(text)
    if len(found) != 1 or len(found[0]) < SHORTEST:
        return None
    word = found[0]

    def read(snapshot: Snapshot) -> str | None:
        parts = read_parts(snapshot.connection)
        counts = _words_like(snapshot, parts[-1], word) if parts else {}
        close = difflib.get_close_matches(word, counts, n=5, cutoff=SIMILARITY)
        return max(close, key=lambda other: (_likeness(word, other), counts[other]), default=None)

    return database.snapshot(read)


def _words_like(snapshot: Snapshot, part: Part, word: str) -> dict[str, int]:
    """Words that may be meant, and how many documents of the part have each."""
    connection = snapshot.connection
    # The table is one of this connection: nothing is written to the file.
    connection.execute(f"CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', '{part.table}', 'row')")
    try:
        counts: dict[str, int] = {}
        for start in dict.fromkeys((word[:2], word[1] + word[0])):
            counts |= dict(
                snapshot.all(
                    "SELECT term, doc FROM temp.vocabulary WHERE term >= ? AND term < ?"
                    " AND length(term) BETWEEN ? AND ?",
                    (start, f"{start}\U0010ffff", len(word) - MAX_LONGER, len(word) + MAX_LONGER),
                )
            )
        return counts
    finally:
        connection.execute("DROP TABLE temp.vocabulary")


def _likeness(word: str, other: str) -> float:
    return difflib.SequenceMatcher(None, other, word).ratio()
