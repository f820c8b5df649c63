"""Plain aligned text, measured in terminal cells."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

GAP = "  "


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    longest: int = 40
    """Cells."""
    flexible: bool = False
    """Takes the width that is left; at most one column."""
    right: bool = False


@lru_cache(maxsize=4096)
def _cells(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def width(text: str) -> int:
    """How many terminal cells the text takes."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def cut(text: str, cells: int) -> str:
    """The text, shortened with "…" when it is wider than `cells`."""
    if width(text) <= cells:
        return text
    kept, used = [], 1
    for character in text:
        used += _cells(character)
        if used > cells:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], space: int | None) -> list[str]:
    """The title line and one line for each row, of at most `space` cells; None: as wide as the texts."""
    sizes = [
        min(max(map(width, (column.title, *cells))), column.longest if space else 1_000)
        for column, cells in zip(
            columns, zip(*rows, strict=True) if rows else [()] * len(columns), strict=True
        )
    ]
    if space is not None:
        for index, column in enumerate(columns):
            if column.flexible:
                taken = sum(sizes) - sizes[index] + len(GAP) * (len(columns) - 1)
                widest = max(map(width, (column.title, *(row[index] for row in rows))))
                sizes[index] = max(10, min(widest, space - taken))
    lines = []
    for row in ([column.title for column in columns], *rows):
        parts = [
            _fit(text, size, column.right) for text, size, column in zip(row, sizes, columns, strict=True)
        ]
        line = GAP.join(parts).rstrip()
        lines.append(line if space is None else cut(line, space))
    return lines


def _fit(text: str, cells: int, right: bool) -> str:
    text = cut(text, cells)
    padding = " " * (cells - width(text))
    return padding + text if right else text + padding
