"""A scrolling grid of text cells with a cursor that moves between the cells that open something."""

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
class NumberHighlighted(Message):
    """The cursor came to another number: what it is, and the query behind it."""

    words: str
    query: str
    exact: bool


@dataclass
class LineOpened(Message):
    """Enter on a line of a sheet."""

    query: str


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
BLANK_LINE: Line = ()
CELL_STYLES = ("title", "muted", "bar", "other", "number", "warning", "error", "good")


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
    for one, other in zip_longest(left, right, fillvalue=BLANK_LINE):
        one = clipped(one, width - 2)
        gap = width - sum(cell.width for cell in one)
        joined.append((*one, Cell(" " * max(1, gap)), *other) if other else one)
    return joined


NOWHERE = -1


class CellGrid(ScrollView, can_focus=True):
    """Keeps a cursor on one of the cells that can be stood on. Enter posts `LineOpened`."""

    HELP = "Every number can be stood on: Enter lists the conversations behind it."
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"sheet--{name}" for name in (*CELL_STYLES, "cursor")}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "go(1, 0)", "Down", show=False, id="sheet_down", tooltip="The number below"),
        Binding("up,k", "go(-1, 0)", "Up", show=False, id="sheet_up", tooltip="The number above"),
        Binding(
            "right,l", "go(0, 1)", "Right", show=False, id="sheet_right", tooltip="The number to the right"
        ),
        Binding("left,h", "go(0, -1)", "Left", show=False, id="sheet_left", tooltip="The number to the left"),
        Binding(
            "pagedown,space", "page(1)", "Page down", show=False, id="sheet_page_down", tooltip="A page on"
        ),
        Binding("pageup", "page(-1)", "Page up", show=False, id="sheet_page_up", tooltip="A page back"),
        Binding("home,g", "edge(0)", "First", show=False, id="sheet_first", tooltip="The first number"),
        Binding("end,G", "edge(-1)", "Last", show=False, id="sheet_last", tooltip="The last number"),
        Binding("enter", "open", "Open", id="sheet_open", tooltip="What is behind the number or the line"),
    ]

    at: reactive[int] = reactive(NOWHERE, repaint=False)
    """The number of the cell the cursor stands on."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._lines: list[Line] = []
        self._stops: list[Stop] = []

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines; the cursor stays at its place as far as there is one."""
        self._lines = list(lines)
        self._stops = stops(self._lines)
        self.virtual_size = Size(0, len(self._lines))
        self.set_reactive(CellGrid.at, self.validate_at(max(0, self.at)))
        self.refresh()
        self.call_after_refresh(self._reveal)
        self._tell()

    @property
    def stop(self) -> Stop | None:
        """What the cursor stands on."""
        return self._stops[self.at] if 0 <= self.at < len(self._stops) else None

    def validate_at(self, at: int) -> int:
        return max(0, min(at, len(self._stops) - 1)) if self._stops else NOWHERE

    def watch_at(self) -> None:
        self.refresh()
        self._reveal()
        self._tell()

    def _reveal(self) -> None:
        """Bring the cursor into view; the first cell brings the headings above it along."""
        if (stop := self.stop) is not None:
            above = stop.line if self.at else 0
            region = Region(0, above, 1, stop.line - above + 1)
            self.scroll_to_region(region, animate=False, force=True)

    def _tell(self) -> None:
        if (stop := self.stop) is not None:
            self.post_message(NumberHighlighted(stop.cell.words, stop.cell.query, stop.cell.exact))

    # --- keys and mouse

    def action_go(self, lines: int, cells: int) -> None:
        """To the nearest cell so many lines, or cells, away."""
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
            self.post_message(LineOpened(stop.cell.query))

    def _nearest(self, line: int, x: int) -> int:
        """The cell of a line that is closest to column `x`."""
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
                style += self.get_component_rich_style(f"sheet--{cell.style}", partial=True)
            if stop is not None and stop.line == number and stop.start == at and stop.cell is cell:
                cursor = self.get_component_rich_style("sheet--cursor", partial=True)
                style += cursor + Style(reverse=True, bold=True) if self.has_focus else cursor
            segments.append(Segment(cell.text, style))
            at += cell.width
        return Strip(segments).crop_extend(0, width, base)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()
