"""Where the words of a query occur in a text, folded as in the search index."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, takewhile

from tui.domain import Snippet
from tui.folding import fold, fold_with_offsets, term_pattern
from tui.query import Text

SNIPPET_WIDTH = 160
"""Characters of a snippet; about a third of them come before the first match."""
MAX_MATCHES = 1_000
"""Matches of one text that are found; nobody looks at more."""
Spans = tuple[tuple[int, int], ...]


def find_matches(text: str, terms: Iterable[Text]) -> Spans:
    """(start, end) of the first `MAX_MATCHES` matches of the positive, free terms, ascending and disjoint."""
    return _find(text, tuple(t for t in terms if t.field == "any"), None)


def make_snippet(texts: Iterable[str], terms: tuple[Text, ...]) -> Snippet:
    """One line around the first match in `texts`, or the start of the first of them when none matches."""
    fallback, free = "", tuple(t for t in terms if t.field == "any")
    for text in texts:
        fallback = fallback or text
        if spans := _find(text, free, SNIPPET_WIDTH):
            return _cut(text, spans)
    return _cut(fallback, ())


def _find(text: str, terms: tuple[Text, ...], within: int | None) -> Spans:
    """The matches, or those that begin so many characters after the first one at most."""
    if not terms:
        return ()
    folded = fold(text)
    pattern = _pattern(terms, folded.isascii())
    first = None if pattern is None else pattern.search(folded)
    if pattern is None or first is None:
        return ()
    last = len(folded) if within is None else first.start() + within
    near = takewhile(lambda match: match.start() <= last, pattern.finditer(folded, first.start()))
    found = islice(near, MAX_MATCHES)
    if text.isascii():
        return tuple(match.span() for match in found)
    _, offsets = fold_with_offsets(text)
    return tuple(offsets.span(*match.span()) for match in found)


def _cut(text: str, spans: Spans) -> Snippet:
    first = spans[0][0] if spans else 0
    start = max(0, first - SNIPPET_WIDTH // 3)
    if start:
        space = text.find(" ", start, first)
        start = space + 1 if space >= 0 else start
    line, matches = "…" if start else "", []
    end = min(len(text), start + SNIPPET_WIDTH)
    # Whitespace is folded piece by piece, so that the offsets of the matches can follow.
    position = start
    for low, high in [*(s for s in spans if start <= s[0] and s[1] <= end), (end, end)]:
        line = _append(line, text[position:low])
        begin = len(line)
        line = _append(line, text[low:high])
        if high > low:
            matches.append((begin, len(line)))
        position = high
    return Snippet(line + ("…" if end < len(text) else ""), tuple(matches))


def _append(line: str, piece: str) -> str:
    folded = " ".join(piece.split())
    if not folded:
        return line + " " if piece and line and not line.endswith(" ") else line
    before = " " if piece[0].isspace() and line and not line.endswith(" ") else ""
    return line + before + folded + (" " if piece[-1].isspace() else "")


@lru_cache(maxsize=64)
def _pattern(terms: tuple[Text, ...], is_ascii: bool) -> re.Pattern[str] | None:
    """For the first term that matches at a place in folded text, which is ASCII or not; longer ones first."""
    found = [
        (text, term.prefix)
        for term in terms
        for text in ([term.text] if term.near is None else term.text.split())
    ]
    found.sort(key=lambda pair: len(pair[0]), reverse=True)
    possible = (term_pattern(text, prefix=prefix, is_ascii=is_ascii) for text, prefix in found)
    patterns = [pattern for pattern in possible if pattern is not None]
    return re.compile("|".join(patterns)) if patterns else None
