"""A long text in a scrolling window, of which only the lines in view are drawn."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

Row = tuple[Content, int, int]
"""What stands on a row of the screen, its line in the text, and where in that line it begins."""


class TallText(Widget):
    """Drawing all of a text of 200 lines takes some 20 ms; it can be selected all the same."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._lines: tuple[Content, ...] = ()
        self._rows: list[Row] = []
        self._width = 0
        """What the rows are wrapped for."""

    @property
    def text(self) -> str:
        return "\n".join(line.plain for line in self._lines)

    def show(self, lines: Sequence[Content]) -> None:
        self._lines, self._width = tuple(lines), 0
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._wrapped(width))

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        return selection.extract(self.text), "\n"

    def render_line(self, y: int) -> Strip:
        rows, style = self._wrapped(self.size.width), self.visual_style
        if y >= len(rows):
            return Strip.blank(self.size.width, style.rich_style)
        row, number, start = rows[y]
        if (chosen := self.text_selection) is not None and (span := chosen.get_span(number)) is not None:
            first, last = max(0, span[0] - start), len(row) if span[1] < 0 else span[1] - start
            if first < last:
                look = Style.from_styles(self.screen.get_component_styles("screen--selection"))
                row = row.stylize(look, first, last)
        strip = Strip(row.render_segments(style), row.cell_length).apply_offsets(start, number)
        return strip.extend_cell_length(self.size.width, style.rich_style)

    def _wrapped(self, width: int) -> list[Row]:
        if width != self._width:
            self._width = width
            self._rows = [
                row for number, line in enumerate(self._lines) for row in wrapped(line, number, width)
            ]
        return self._rows


def wrapped(line: Content, number: int, width: int) -> list[Row]:
    """The rows that a line of the text takes."""
    if line.cell_length <= width:
        return [(line, number, 0)]
    rows, end = [], 0
    for piece in line.wrap(width):
        start = line.plain.index(piece.plain, end)
        end = start + len(piece)
        rows.append((piece, number, start))
    return rows
