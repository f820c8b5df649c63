"""The parts of a message to fold: quoted e-mails, and the end of a very long text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from tui.dashboard.thread.quote_heads import find_heads
from tui.formatting import counted

LONG = 40
"""A text with more rows than this, of about `ROW` characters each, is folded."""
KEPT = 30
"""Rows of a long text that are shown."""
ROW = 80
MIN_QUOTED_LINES = 3
"""Shorter quotations are not folded: the answer refers to them."""

_word = re.compile(r"\S").search
_QUOTED = re.compile(r"(?:^>[^\n]*(?:\n|\Z)(?:[ \t]*\n(?=>))?)+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fold:
    """A span of a text that is shown as one line: "12 quoted lines", "58 more lines"."""

    start: int
    end: int
    lines: int
    kind: Literal["quote", "more"]

    @property
    def label(self) -> str:
        return counted(self.lines, "quoted line" if self.kind == "quote" else "more line")


class _Span(NamedTuple):
    start: int
    end: int


def find_folds(text: str) -> tuple[Fold, ...]:
    """The spans to fold, ascending and disjoint. They never cover all of the text."""
    quoted = _merged(sorted(_quotations(text)))
    if not _remains(text, quoted):
        quoted = []
    folds = [Fold(s.start, s.end, _count(text, s), "quote") for s in quoted]
    return _shortened(text, folds)


def _quotations(text: str) -> Iterator[_Span]:
    for block in _QUOTED.finditer(text):
        span = _Span(block.start(), block.end())
        if _count(text, span) >= MIN_QUOTED_LINES:
            yield span
    for head in find_heads(text):
        answered = _QUOTED.match(text, _next_word(text, head.end)) if head.is_attribution else None
        yield _Span(head.start, answered.end() if answered else len(text))
        if answered is None:
            return


def _next_word(text: str, position: int) -> int:
    found = _word(text, position)
    return found.start() if found else len(text)


def _merged(spans: list[_Span]) -> list[_Span]:
    merged: list[_Span] = []
    for span in spans:
        if merged and span.start <= merged[-1].end:
            merged[-1] = _Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _remains(text: str, spans: list[_Span]) -> bool:
    """Whether there is any text outside of the spans."""
    position, kept = 0, False
    for span in spans:
        kept = kept or bool(text[position : span.start].strip())
        position = span.end
    return kept or bool(text[position:].strip())


def _count(text: str, span: _Span) -> int:
    return len(text[span.start : span.end].strip("\n").split("\n"))


def _shortened(text: str, folds: list[Fold]) -> tuple[Fold, ...]:
    """The folds, with one for the end of the text if it is long."""
    rows = list(_rows(text, folds))
    if len(rows) <= LONG:
        return tuple(folds)
    cut = rows[KEPT]
    hidden = len(rows) - KEPT + sum(fold.lines for fold in folds if fold.start >= cut)
    return (*(fold for fold in folds if fold.end <= cut), Fold(cut, len(text), hidden, "more"))


def _rows(text: str, folds: list[Fold]) -> Iterator[int]:
    """The start of each row of text outside of the folds; a long line has several rows."""
    position, remaining = 0, list(folds)
    while position < len(text):
        if remaining and position >= remaining[0].start:
            position = max(position, remaining.pop(0).end)
            continue
        limit = remaining[0].start if remaining else len(text)
        newline = text.find("\n", position, limit)
        end = newline + 1 if newline >= 0 else limit
        yield position
        if end - position > ROW + 1:
            space = text.rfind(" ", position + 1, position + ROW + 1)
            end = space + 1 if space > 0 else position + ROW
        position = end
