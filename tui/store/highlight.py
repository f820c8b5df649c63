"""Where the words of a query occur in a text, folded as in the search index."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, takewhile

from tui.domain import Snippet
from tui.folding import WORD_CHARACTER, fold, separate, separate_with_offsets, term_pattern, words
from tui.query import Text

SNIPPET_WIDTH = 160
"""Characters of a snippet; about a third of them come before the first match."""
MAX_MATCHES = 1_000
"""Matches of one text that are found; nobody looks at more."""
_SEPARATED = 3
"""Characters that one becomes in separated text: with a space on each side."""
Spans = tuple[tuple[int, int], ...]
_words_in = re.compile(f"{WORD_CHARACTER}+").finditer


def find_matches(text: str, terms: Iterable[Text]) -> Spans:
    """(start, end) of the first `MAX_MATCHES` matches of the positive, free terms, ascending and disjoint."""
    return _find(text, tuple(term for term in terms if term.field == "any"), None)


def _find(text: str, terms: tuple[Text, ...], within: int | None) -> Spans:
    """The matches, or at least those that begin so many characters after the first one."""
    if not terms:
        return ()
    separated, pattern = separate(fold(text)), _pattern(terms)
    near = [span for term in terms if term.near is not None for span in _near_matches(separated, term)]
    match = None if pattern is None else pattern.search(separated)
    begins = [start for start, _ in near] + ([] if match is None else [match.start()])
    if not begins:
        return ()
    last = len(separated) if within is None else min(begins) + _SEPARATED * within
    found = [span for span in near if span[0] <= last]
    if pattern is not None and match is not None:
        matches = takewhile(lambda other: other.start() <= last, pattern.finditer(separated, match.start()))
        found += (other.span() for other in islice(matches, MAX_MATCHES))
    found = sorted(found)[:MAX_MATCHES]
    if text.isascii():
        return _disjoint(found)
    _, offsets = separate_with_offsets(text)
    return _disjoint(offsets.span(*span) for span in found)


def _disjoint(spans: Iterable[tuple[int, int]]) -> Spans:
    """Spans in ascending order, with those as one that overlap: "½" is two words in one character."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def _near_matches(separated: str, term: Text) -> list[tuple[int, int]]:
    """Where the words of a term are as near to each other as FTS5 wants them."""
    assert term.near is not None  # noqa: S101  (the callers pass only such terms)
    phrases = [found for word in term.text.split() if (found := words(word))]
    present = list(_words_in(separated))
    known = [match[0] for match in present]
    places: list[list[int]] = [[] for _ in phrases]
    for at, word in enumerate(known):
        for phrase, found_at in zip(phrases, places, strict=True):
            if word == phrase[0] and known[at : at + len(phrase)] == phrase:
                found_at.append(at)
    marked: set[tuple[int, int]] = set()
    for last in sorted({at for found_at in places for at in found_at}):
        together: list[tuple[int, int]] = []
        for phrase, found_at in zip(phrases, places, strict=True):
            low = bisect_left(found_at, last - len(phrase) - term.near)
            inside = found_at[low : bisect_right(found_at, last)]
            if not inside:
                break
            together += ((at, at + len(phrase) - 1) for at in inside)
        else:
            marked.update(together)
            if len(marked) >= MAX_MATCHES:
                break
    return [(present[first].start(), present[end].end()) for first, end in sorted(marked)]


def make_snippet(texts: Iterable[str], terms: tuple[Text, ...]) -> Snippet:
    """One line around the first match in `texts`, or the start of the first of them when none matches."""
    fallback, free = "", tuple(term for term in terms if term.field == "any")
    for text in texts:
        fallback = fallback or text
        if spans := _find(text, free, SNIPPET_WIDTH):
            return _cut(text, spans)
    return _cut(fallback, ())


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
def _pattern(terms: tuple[Text, ...]) -> re.Pattern[str] | None:
    """For the first term that matches at a place; longer ones first."""
    found = [(term.text, term.prefix) for term in dict.fromkeys(terms) if term.near is None]
    found.sort(key=lambda pair: len(pair[0]), reverse=True)
    patterns = [p for text, prefix in found if (p := term_pattern(text, prefix=prefix)) is not None]
    return re.compile("|".join(patterns)) if patterns else None
