"""What of a message need not be seen at first: the mail it answers, and the end of a very long one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from tui.formatting import counted

LONG = 40
"""Rows of text, at about `ROW` characters each, above which a message is folded."""
KEPT = 30
"""Rows of a long message that stay."""
ROW = 80
QUOTED_AT_LEAST = 3
"""Lines; a shorter quotation is part of what is being said."""

_WROTE = (
    r"(?:wrote|a écrit|schrieb\b.*|escribió|ha scritto|schreef\b.*|escreveu|skrev|napisał\(?a?\)?|"
    r"kirjoitti|написал\(?а?\)?)"
)
_ATTRIBUTION = re.compile(
    rf"^(?:On|Le|Am|El|Il|Op|Em|Den|W dniu|Dnia)\b[^\n]{{8,200}}(?:\n[^\n]{{0,120}})?{_WROTE}\s?:[ \t]*$",
    re.MULTILINE,
)
_ORIGINAL = re.compile(
    r"^-{2,}\s?(?:Original Message|Original Email|Ursprüngliche Nachricht|Originalnachricht|"
    r"Message d.origine|Mensaje original|Messaggio originale|Oorspronkelijk bericht|"
    r"Mensagem original)\s?-{2,}[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_HEADERS = re.compile(
    r"^\**(?:From|Von|De|Da|Van)\**:[^\n]+\n(?:[^\n]*\n){0,2}?\**(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|"
    r"Fecha|Inviato|Data|Verzonden)\**:[^\n]+\n(?:[^\n]*\n){0,3}?\**(?:Subject|Betreff|Objet|Asunto|Oggetto|"
    r"Onderwerp|Assunto)\**:",
    re.MULTILINE,
)
"""The head of the answered mail, as Outlook writes it."""
_QUOTED = re.compile(r"(?:^>[^\n]*(?:\n|\Z)(?:[ \t]*\n(?=>))?)+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fold:
    """A stretch of a text to be shown as one line: "12 quoted lines", "58 more lines"."""

    start: int
    end: int
    lines: int
    kind: Literal["quote", "rest"]

    @property
    def label(self) -> str:
        return counted(self.lines, "quoted line" if self.kind == "quote" else "more line")


class _Stretch(NamedTuple):
    start: int
    end: int


def find_folds(text: str) -> tuple[Fold, ...]:
    """The stretches to fold, ascending and disjoint. Something of the text always stays."""
    quoted = _merged(sorted(_quotations(text)))
    if not _remains(text, quoted):
        quoted = []
    folds = [Fold(s.start, s.end, _count(text, s), "quote") for s in quoted]
    return _shortened(text, folds)


def _quotations(text: str) -> Iterator[_Stretch]:
    for pattern in (_ORIGINAL, _HEADERS):
        if found := pattern.search(text):
            yield _Stretch(found.start(), len(text))
    for block in _QUOTED.finditer(text):
        stretch = _Stretch(block.start(), block.end())
        if _count(text, stretch) >= QUOTED_AT_LEAST:
            yield stretch
    for found in _ATTRIBUTION.finditer(text):
        if not any(map(str.isdecimal, found[0])):
            continue  # without a date or a time it is part of what is being said
        body = len(text) - len(text[found.end() :].lstrip())
        answered = _QUOTED.match(text, body)
        yield _Stretch(found.start(), answered.end() if answered else len(text))


def _merged(stretches: list[_Stretch]) -> list[_Stretch]:
    merged: list[_Stretch] = []
    for stretch in stretches:
        if merged and stretch.start <= merged[-1].end:
            merged[-1] = _Stretch(merged[-1].start, max(merged[-1].end, stretch.end))
        else:
            merged.append(stretch)
    return merged


def _remains(text: str, stretches: list[_Stretch]) -> bool:
    position, kept = 0, False
    for stretch in stretches:
        kept = kept or bool(text[position : stretch.start].strip())
        position = stretch.end
    return kept or bool(text[position:].strip())


def _count(text: str, stretch: _Stretch) -> int:
    return len(text[stretch.start : stretch.end].strip("\n").split("\n"))


def _shortened(text: str, folds: list[Fold]) -> tuple[Fold, ...]:
    """The same, with the end of a long text folded as well."""
    rows = list(_rows(text, folds))
    if len(rows) <= LONG:
        return tuple(folds)
    cut = rows[KEPT]
    hidden = len(rows) - KEPT + sum(fold.lines for fold in folds if fold.start >= cut)
    return (*(fold for fold in folds if fold.end <= cut), Fold(cut, len(text), hidden, "rest"))


def _rows(text: str, folds: list[Fold]) -> Iterator[int]:
    """Where each row of what is not folded begins; a long line takes several."""
    position, waiting = 0, list(folds)
    while position < len(text):
        if waiting and position >= waiting[0].start:
            position = max(position, waiting.pop(0).end)
            continue
        limit = waiting[0].start if waiting else len(text)
        newline = text.find("\n", position, limit)
        end = newline + 1 if newline >= 0 else limit
        yield position
        if end - position > ROW + 1:
            space = text.rfind(" ", position + 1, position + ROW + 1)
            end = space + 1 if space > 0 else position + ROW
        position = end
