"""Tables of plain text, aligned by terminal cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.cells import align, cell_width, fit

GAP = "  "


@dataclass(frozen=True, slots=True)
class TableColumn:
    """How a column of a table is laid out."""

    title: str
    longest: int = 40
    """Cells."""
    flexible: bool = False
    """Takes the width that is left; at most one column."""
    right: bool = False


def table(columns: Sequence[TableColumn], rows: Sequence[Sequence[str]], space: int | None) -> list[str]:
    """The title line and one line for each row, of at most `space` cells; None: as wide as the texts."""
    sizes = [
        min(max(map(cell_width, (column.title, *cells))), column.longest if space else 1_000)
        for column, cells in zip(
            columns, zip(*rows, strict=True) if rows else [()] * len(columns), strict=True
        )
    ]
    if space is not None:
        for index, column in enumerate(columns):
            if column.flexible:
                taken = sum(sizes) - sizes[index] + len(GAP) * (len(columns) - 1)
                widest = max(map(cell_width, (column.title, *(row[index] for row in rows))))
                sizes[index] = max(10, min(widest, space - taken))
    lines = []
    for row in ([column.title for column in columns], *rows):
        parts = [
            align(text, size, right=column.right)
            for text, size, column in zip(row, sizes, columns, strict=True)
        ]
        line = GAP.join(parts).rstrip()
        lines.append(line if space is None else fit(line, space))
    return lines
