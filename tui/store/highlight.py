"""Where the words of a query occur in a text, folded as in the search index: case and diacritics ignored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from tui.domain import Snippet
from tui.query import Text
from tui.store.search_index import UNSPACED

SNIPPET_WIDTH = 160
"""Characters of a snippet; about a third of them come before the first match."""
MAX_MATCHES = 1_000
"""Matches of one text that are found; nobody looks at more."""
_WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")
_UNSPACED = re.compile(f"[{UNSPACED}]")
Spans = tuple[tuple[int, int], ...]


def find_matches(text: str, terms: Iterable[Text]) -> Spans:
    """(start, end) of the first `MAX_MATCHES` matches of the positive, free terms, ascending and disjoint."""
    pattern = _pattern(tuple((t.text, t.prefix) for t in terms if t.field == "any"))
    if pattern is None or not text:
        return ()
    folded, offsets = _fold(text)
    spans = (found.span() for found in islice(pattern.finditer(folded), MAX_MATCHES))
    if offsets is None:
        return tuple(spans)
    return tuple((offsets[start], offsets[end]) for start, end in spans)


def make_snippet(texts: Iterable[str], terms: tuple[Text, ...]) -> Snippet:
    """One line around the first match in `texts`, or the start of the first of them when none matches."""
    fallback = ""
    for text in texts:
        fallback = fallback or text
        if spans := find_matches(text, terms):
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
def _pattern(terms: tuple[tuple[str, bool], ...]) -> re.Pattern[str] | None:
    alternatives = []
    for text, prefix in terms:
        words = _WORD.findall(_fold(text)[0])
        if not words:
            continue
        pieces = []
        for i, word in enumerate(words):
            if _UNSPACED.match(word):
                pieces.append(word)
                continue
            last = i == len(words) - 1
            pieces.append(rf"(?<![^\W_{UNSPACED}]){re.escape(word)}")
            if not (last and prefix):
                pieces.append(rf"(?![^\W_{UNSPACED}])")
            else:
                pieces.append(r"[^\W_]*")
        joined = ""
        for piece in pieces:
            opens = not piece.startswith(("(?!", "[^"))
            joined += (r"[\W_]*" if joined and opens else "") + piece
        alternatives.append(joined)
    alternatives.sort(key=len, reverse=True)
    return re.compile("|".join(alternatives)) if alternatives else None


class _Folding(dict[int, str]):
    """Character → lower case without diacritics, computed on first use; combining characters vanish."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        pieces = unicodedata.normalize("NFD", character.lower())
        bare = "".join(c for c in pieces if not unicodedata.combining(c))
        # Hangul comes apart into letters; the search index keeps its syllables whole.
        folded = bare if len(bare) <= 1 else character
        self[code] = folded
        return folded


_FOLDING = _Folding()


def _fold(text: str) -> tuple[str, list[int] | None]:
    """Lower case without diacritics, and where each folded character came from (None: same offsets)."""
    if text.isascii():
        return text.lower(), None
    folded = text.translate(_FOLDING)
    if len(folded) == len(text):
        return folded, None
    offsets = [i for i, character in enumerate(text) if _FOLDING[ord(character)]]
    return folded, [*offsets, len(text)]
