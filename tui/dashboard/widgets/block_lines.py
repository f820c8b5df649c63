"""Blocks of text drawn line by line: however many there are, they are one widget."""

from __future__ import annotations

from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from tui.dashboard.block_strips import draw_block
from tui.dashboard.blocks import Layout


class BlockLines(ScrollView, can_focus=True):
    """Draws a layout. Text can be marked with the mouse across its blocks."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.shown = Layout((), 0)
        self._strips: dict[int, list[Strip]] = {}
        """The lines of the blocks that were drawn."""
        self._above = [0]
        """For each block down to the last that was asked for, the lines of text above it, which is how a
        mark with the mouse is counted."""

    @property
    def block_width(self) -> int:
        """Cells for a block and what surrounds it."""
        return self.scrollable_content_region.width

    def block_at(self, event: events.MouseEvent) -> int | None:
        """The number of the block under the mouse."""
        offset = event.get_content_offset(self)
        return None if offset is None else self.shown.at(offset.y + round(self.scroll_y))

    def fit(self) -> None:
        """Tell the scroll bar how many lines there are."""
        self.virtual_size = Size(0, self.shown.height)

    def redraw(self, number: int | None = None) -> None:
        """Draw a block anew, or all of them."""
        if number is None:
            self._strips.clear()
        else:
            self._strips.pop(number, None)
        self._above = [0]
        self.refresh()

    def notify_style_update(self) -> None:
        """The theme changed."""
        super().notify_style_update()
        self.redraw()

    def render_line(self, y: int) -> Strip:
        width, base = self.block_width, self.rich_style
        line = y + round(self.scroll_y)
        number = self.shown.at(line)
        if number is None:
            return Strip.blank(width, base)
        strips, below = self._lines_of(number), line - self.shown.top(number)
        return strips[below].crop_extend(0, width, base) if below < len(strips) else Strip.blank(width, base)

    def _lines_of(self, number: int) -> list[Strip]:
        found = self._strips.get(number)
        if found is None:
            block, above = self.shown.blocks[number], self._lines_above(number)
            found = self._strips[number] = draw_block(self, block, self.shown.width, above)
        return found

    def _lines_above(self, number: int) -> int:
        for block in self.shown.blocks[len(self._above) - 1 : number]:
            self._above.append(self._above[-1] + block.lines)
        return self._above[number]

    def selection_updated(self, selection: Selection | None) -> None:
        self.redraw()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract("\n".join(block.content.plain for block in self.shown.blocks)), "\n"
