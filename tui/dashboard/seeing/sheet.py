"""Lines made of cells, some of which can be stood on: what a `Sheet` shows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from rich.cells import cell_len, set_cell_size


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of a line. One with `words` can be stood on: they tell what it is.

    `query` lists the conversations behind it; these among others when it is not `exact`.
    """

    text: str
    style: str = ""
    """The name of a component style of the sheet, such as "muted"."""
    words: str = ""
    query: str = ""
    exact: bool = True

    @property
    def width(self) -> int:
        return cell_len(self.text)


Line = tuple[Cell, ...]
BLANK: Line = ()
STYLES = ("title", "muted", "bar", "other", "number", "warning", "error", "good")


@dataclass(frozen=True, slots=True)
class Stop:
    """A cell that can be stood on, and where it is."""

    line: int
    start: int
    end: int
    cell: Cell


def stops(lines: Sequence[Line]) -> list[Stop]:
    """All cells that can be stood on, from top to bottom and left to right."""
    found = []
    for number, line in enumerate(lines):
        at = 0
        for cell in line:
            if cell.words:
                found.append(Stop(number, at, at + cell.width, cell))
            at += cell.width
    return found


def fit(text: str, width: int) -> str:
    """Exactly `width` cells of the text, cut with "…"."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, width - 1) + "…" if width > 0 else ""


def clipped(line: Line, width: int) -> Line:
    """The line, its last cell cut where it reaches beyond `width`."""
    before = sum(cell.width for cell in line[:-1])
    if not line or before + line[-1].width <= width:
        return line
    return (*line[:-1], replace(line[-1], text=fit(line[-1].text, max(0, width - before))))


def beside(left: Sequence[Line], right: Sequence[Line], width: int) -> list[Line]:
    """Two blocks next to each other, the left one `width` cells wide."""
    joined = []
    for one, other in zip_longest(left, right, fillvalue=BLANK):
        one = clipped(one, width - 2)
        gap = width - sum(cell.width for cell in one)
        joined.append((*one, Cell(" " * max(1, gap)), *other) if other else one)
    return joined
