"""Lines of text cells with a cursor that moves between the cells that can be opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip


@dataclass
class CellHighlighted(Message):
    """The cursor moved to another cell: its description, and the query that lists its conversations."""

    words: str
    query: str
    exact: bool


@dataclass
class CellOpened(Message):
    """The cell under the cursor was opened."""

    query: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of a line. The cursor stops at cells with `words`, which describe them.

    `query` lists the conversations of the cell, and also others if it is not `exact`.
    """

    text: str
    style: str = ""
    """One of `CELL_STYLES`, or empty."""
    words: str = ""
    query: str = ""
    exact: bool = True

    @property
    def width(self) -> int:
        return cell_len(self.text)


Line = tuple[Cell, ...]
BLANK_LINE: Line = ()
CELL_STYLES = ("title", "muted", "bar", "other", "number", "warning", "error", "good")


@dataclass(frozen=True, slots=True)
class Stop:
    """A cell at which the cursor stops, and its position."""

    line: int
    start: int
    end: int
    cell: Cell


def stops(lines: Sequence[Line]) -> list[Stop]:
    """All cells at which the cursor stops, from top to bottom and left to right."""
    found = []
    for number, line in enumerate(lines):
        at = 0
        for cell in line:
            if cell.words:
                found.append(Stop(number, at, at + cell.width, cell))
            at += cell.width
    return found


def fit(text: str, width: int) -> str:
    """The text in exactly `width` cells, padded, or shortened with "…"."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, width - 1) + "…" if width > 0 else ""


def clipped(line: Line, width: int) -> Line:
    """The line; its last cell is shortened if it exceeds `width`."""
    before = sum(cell.width for cell in line[:-1])
    if not line or before + line[-1].width <= width:
        return line
    return (*line[:-1], replace(line[-1], text=fit(line[-1].text, max(0, width - before))))


def beside(left: Sequence[Line], right: Sequence[Line], width: int) -> list[Line]:
    """Two blocks side by side, the left one `width` cells wide."""
    joined = []
    for one, other in zip_longest(left, right, fillvalue=BLANK_LINE):
        one = clipped(one, width - 2)
        gap = width - sum(cell.width for cell in one)
        joined.append((*one, Cell(" " * max(1, gap)), *other) if other else one)
    return joined


NO_CELL = -1


class CellGrid(ScrollView, can_focus=True):
    """Shows lines of cells. Enter posts `CellOpened` for the cell under the cursor."""

    HELP = "Move to a number and press Enter to list its conversations."
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"grid--{name}" for name in (*CELL_STYLES, "cursor")}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "go(1, 0)", "Down", show=False, id="grid_down", tooltip="Next number below"),
        Binding("up,k", "go(-1, 0)", "Up", show=False, id="grid_up", tooltip="Next number above"),
        Binding(
            "right,l", "go(0, 1)", "Right", show=False, id="grid_right", tooltip="Next number to the right"
        ),
        Binding("left,h", "go(0, -1)", "Left", show=False, id="grid_left", tooltip="Next number to the left"),
        Binding(
            "pagedown,space", "page(1)", "Page down", show=False, id="grid_page_down", tooltip="Page down"
        ),
        Binding("pageup", "page(-1)", "Page up", show=False, id="grid_page_up", tooltip="Page up"),
        Binding("home,g", "edge(0)", "First", show=False, id="grid_first", tooltip="First number"),
        Binding("end,G", "edge(-1)", "Last", show=False, id="grid_last", tooltip="Last number"),
        Binding("enter", "open", "Open", id="grid_open", tooltip="Open the number or the line"),
    ]

    at: reactive[int] = reactive(NO_CELL, repaint=False)
    """The index of the cell under the cursor, among those at which it stops."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._lines: list[Line] = []
        self._stops: list[Stop] = []

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines. The cursor keeps its index, or moves to the last cell if there are fewer."""
        self._lines = list(lines)
        self._stops = stops(self._lines)
        self.virtual_size = Size(0, len(self._lines))
        self.set_reactive(CellGrid.at, self.validate_at(max(0, self.at)))
        self.refresh()
        self.call_after_refresh(self._scroll_to_cursor)
        self._post_highlighted()

    @property
    def stop(self) -> Stop | None:
        """The cell under the cursor."""
        return self._stops[self.at] if 0 <= self.at < len(self._stops) else None

    def validate_at(self, at: int) -> int:
        return max(0, min(at, len(self._stops) - 1)) if self._stops else NO_CELL

    def watch_at(self) -> None:
        self.refresh()
        self._scroll_to_cursor()
        self._post_highlighted()

    def _scroll_to_cursor(self) -> None:
        """Bring the cell under the cursor into view; the first one together with the headings above it."""
        if (stop := self.stop) is not None:
            above = stop.line if self.at else 0
            region = Region(0, above, 1, stop.line - above + 1)
            self.scroll_to_region(region, animate=False, force=True)

    def _post_highlighted(self) -> None:
        if (stop := self.stop) is not None:
            self.post_message(CellHighlighted(stop.cell.words, stop.cell.query, stop.cell.exact))

    # --- keys and mouse

    def action_go(self, lines: int, cells: int) -> None:
        """Move up or down to the nearest cell, or by `cells` within the line."""
        stop = self.stop
        if stop is None:
            return
        if cells:
            beside = self.at + cells
            if 0 <= beside < len(self._stops) and self._stops[beside].line == stop.line:
                self.at = beside
            return
        others = [s.line for s in self._stops if (s.line - stop.line) * lines > 0]
        if others:
            self.at = self._nearest(min(others) if lines > 0 else max(others), (stop.start + stop.end) // 2)

    def action_page(self, pages: int) -> None:
        if (stop := self.stop) is not None:
            wanted = stop.line + pages * max(1, self.size.height - 2)
            self.at = self._nearest(
                min((s.line for s in self._stops), key=lambda line: abs(line - wanted)), stop.start
            )

    def action_edge(self, place: int) -> None:
        self.at = place if place >= 0 else len(self._stops) - 1

    def action_open(self) -> None:
        if (stop := self.stop) is not None:
            self.post_message(CellOpened(stop.cell.query))

    def _nearest(self, line: int, x: int) -> int:
        """The index of the cell in a line that is closest to column `x`."""
        candidates = [number for number, stop in enumerate(self._stops) if stop.line == line]
        return min(candidates, key=lambda n: abs((self._stops[n].start + self._stops[n].end) // 2 - x))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        line = offset.y + round(self.scroll_y)
        for number, stop in enumerate(self._stops):
            if stop.line == line and stop.start <= offset.x < stop.end:
                self.at = number
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
        segments, at = [], 0
        for cell in self._lines[number]:
            style = base
            if cell.style:
                style += self.get_component_rich_style(f"grid--{cell.style}", partial=True)
            if stop is not None and stop.line == number and stop.start == at and stop.cell is cell:
                cursor = self.get_component_rich_style("grid--cursor", partial=True)
                style += cursor + Style(reverse=True, bold=True) if self.has_focus else cursor
            segments.append(Segment(cell.text, style))
            at += cell.width
        return Strip(segments).crop_extend(0, width, base)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()
