"""Text measured in terminal cells, with the tables by which Rich, and so Textual, lays it out."""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells, set_cell_size

_WORD = re.compile(r" *[^ ]+")


def cell_width(text: str) -> int:
    """How many cells the text takes: an emoji with modifiers two, a combining mark none."""
    return cell_len(text)


def fit(text: str, width: int) -> str:
    """The text, shortened with "…" when it takes more than `width` cells."""
    if cell_len(text) <= width:
        return text
    for kept in range(width - 1, -1, -1):
        shown = set_cell_size(text, kept).rstrip() + "…"
        if cell_len(shown) <= width:  # only a joiner that joins nothing needs a second try
            return shown
    return ""


def align(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly `width` cells: shortened, or padded on the right (`right`: on the left)."""
    shown = fit(text, width)
    padding = " " * (width - cell_len(shown))
    return padding + shown if right else shown + padding


def wrap(text: str, width: int) -> list[str]:
    """The lines of a text, broken at spaces so that none takes more than `width` cells (2 or more).

    A word that takes more is broken too, but not a link: a terminal that breaks it itself still opens it.
    """
    lines, line, taken = list[str](), "", 0
    for word in _WORD.findall(text.rstrip(" ")):
        size = cell_len(word)
        if line and taken + size > width:
            lines.append(line)
            line, taken = "", 0
            word = word.lstrip(" ")
            size = cell_len(word)
        if size > width and "://" not in word:
            *whole, word = chop_cells(word, width)
            lines += whole
            size = cell_len(word)
        line += word
        taken += size
    return [*lines, line]
