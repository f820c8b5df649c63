"""A scrolling grid of text cells; the cursor moves between the cells that open a list of conversations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.cells import align, cell_width


@dataclass
class CellHighlighted(Message):
    """The cursor moved to another cell, or the cell has other content: its `words`, `query` and `exact`."""

    words: str
    query: str
    exact: bool


@dataclass
class CellOpened(Message):
    """The user opened a cell: `query` finds its conversations."""

    query: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of a line. The cursor stops at cells with `words`, which describe them.

    `query` finds the conversations that the cell counts; if not `exact`, also others.
    """

    text: str
    style: str = ""
    """The name of a component style of the grid, such as "muted"."""
    words: str = ""
    query: str = ""
    exact: bool = True

    @property
    def width(self) -> int:
        return cell_width(self.text)


Line = tuple[Cell, ...]
BLANK_LINE: Line = ()
CELL_STYLES = ("title", "muted", "bar", "other", "number", "warning", "error", "good")


@dataclass(frozen=True, slots=True)
class Stop:
    """A cell at which the cursor stops, with its line and its columns."""

    line: int
    start: int
    end: int
    cell: Cell


def stops(lines: Sequence[Line]) -> list[Stop]:
    """All cells at which the cursor stops, from top to bottom and left to right."""
    found = []
    for number, line in enumerate(lines):
        start = 0
        for cell in line:
            if cell.words:
                found.append(Stop(number, start, start + cell.width, cell))
            start += cell.width
    return found


def clipped(line: Line, width: int) -> Line:
    """The line, with its last cell shortened if the line is longer than `width`."""
    before = sum(cell.width for cell in line[:-1])
    if not line or before + line[-1].width <= width:
        return line
    return (*line[:-1], replace(line[-1], text=align(line[-1].text, max(0, width - before))))


def beside(left: Sequence[Line], right: Sequence[Line], width: int) -> list[Line]:
    """Two groups of lines side by side, the left one `width` cells wide."""
    joined = []
    for one, other in zip_longest(left, right, fillvalue=BLANK_LINE):
        one = clipped(one, width - 2)
        gap = width - sum(cell.width for cell in one)
        joined.append((*one, Cell(" " * max(1, gap)), *other) if other else one)
    return joined


NO_CELL = -1


class CellGrid(ScrollView, can_focus=True):
    """Shows lines of cells and keeps a cursor on one of the cells with `words`.

    Posts `CellHighlighted` when the cursor moves, and `CellOpened` on Enter.
    """

    HELP = "Move the cursor to a number; Enter lists its conversations."
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"grid--{name}" for name in (*CELL_STYLES, "cursor")}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "go(1, 0)", "Down", show=False, id="grid_down", tooltip="The number below"),
        Binding("up,k", "go(-1, 0)", "Up", show=False, id="grid_up", tooltip="The number above"),
        Binding(
            "right,l", "go(0, 1)", "Right", show=False, id="grid_right", tooltip="The number to the right"
        ),
        Binding("left,h", "go(0, -1)", "Left", show=False, id="grid_left", tooltip="The number to the left"),
        Binding(
            "pagedown,space", "page(1)", "Page down", show=False, id="grid_page_down", tooltip="Page down"
        ),
        Binding("pageup", "page(-1)", "Page up", show=False, id="grid_page_up", tooltip="Page up"),
        Binding("home,g", "edge(0)", "First", show=False, id="grid_first", tooltip="The first number"),
        Binding("end,G", "edge(-1)", "Last", show=False, id="grid_last", tooltip="The last number"),
        Binding("enter", "open", "Open", id="grid_open", tooltip="List the conversations"),
    ]

    index: reactive[int] = reactive(NO_CELL, repaint=False)
    """The number of the cell under the cursor, among those with `words`; -1 without any."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._lines: list[Line] = []
        self._stops: list[Stop] = []

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines. The cursor keeps its index, as far as there are that many cells."""
        self._lines = list(lines)
        self._stops = stops(self._lines)
        self.virtual_size = Size(0, len(self._lines))
        self.set_reactive(CellGrid.index, self.validate_index(max(0, self.index)))
        self.refresh()
        self.call_after_refresh(self._scroll_to_cursor)
        self._post_highlighted()

    @property
    def stop(self) -> Stop | None:
        """The cell under the cursor."""
        return self._stops[self.index] if 0 <= self.index < len(self._stops) else None

    def validate_index(self, index: int) -> int:
        return max(0, min(index, len(self._stops) - 1)) if self._stops else NO_CELL

    def watch_index(self) -> None:
        self.refresh()
        self._scroll_to_cursor()
        self._post_highlighted()

    def _scroll_to_cursor(self) -> None:
        """Scroll the cursor into view; at the first cell, the headings above it as well."""
        if (stop := self.stop) is not None:
            top = stop.line if self.index else 0
            region = Region(0, top, 1, stop.line - top + 1)
            self.scroll_to_region(region, animate=False, force=True)

    def _post_highlighted(self) -> None:
        if (stop := self.stop) is not None:
            self.post_message(CellHighlighted(stop.cell.words, stop.cell.query, stop.cell.exact))

    # --- keys and mouse

    def action_go(self, lines: int, cells: int) -> None:
        """Move to the next cell of the line, or to the nearest cell of the next line that has any."""
        stop = self.stop
        if stop is None:
            return
        if cells:
            index = self.index + cells
            if 0 <= index < len(self._stops) and self._stops[index].line == stop.line:
                self.index = index
            return
        others = [s.line for s in self._stops if (s.line - stop.line) * lines > 0]
        if others:
            self.index = self._nearest(
                min(others) if lines > 0 else max(others), (stop.start + stop.end) // 2
            )

    def action_page(self, pages: int) -> None:
        if (stop := self.stop) is not None:
            wanted = stop.line + pages * max(1, self.size.height - 2)
            self.index = self._nearest(
                min((s.line for s in self._stops), key=lambda line: abs(line - wanted)), stop.start
            )

    def action_edge(self, index: int) -> None:
        self.index = index if index >= 0 else len(self._stops) - 1

    def action_open(self) -> None:
        if (stop := self.stop) is not None:
            self.post_message(CellOpened(stop.cell.query))

    def _nearest(self, line: int, x: int) -> int:
        """The index of the cell of `line` that is closest to column `x`."""
        candidates = [number for number, stop in enumerate(self._stops) if stop.line == line]
        return min(candidates, key=lambda n: abs((self._stops[n].start + self._stops[n].end) // 2 - x))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        line = offset.y + round(self.scroll_y)
        for number, stop in enumerate(self._stops):
            if stop.line == line and stop.start <= offset.x < stop.end:
                self.index = number
                if event.chain == 2:
                    self.action_open()
                return

    # --- drawing

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        number = y + round(self.scroll_y)
        base = self.rich_style
        if number >= len(self._lines):
            return Strip.blank(width, base)
        stop = self.stop
        segments, start = [], 0
        for cell in self._lines[number]:
            style = base
            if cell.style:
                style += self.get_component_rich_style(f"grid--{cell.style}", partial=True)
            if stop is not None and stop.line == number and stop.start == start and stop.cell is cell:
                cursor = self.get_component_rich_style("grid--cursor", partial=True)
                style += cursor + Style(reverse=True, bold=True) if self.has_focus else cursor
            segments.append(Segment(cell.text, style))
            start += cell.width
        return Strip(segments).crop_extend(0, width, base)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()
