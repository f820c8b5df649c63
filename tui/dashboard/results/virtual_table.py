"""A table of any number of lines, of which only those in view are drawn."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView

from tui.dashboard.results.columns import GUTTER, Column, Edge, column_at, edge_at, lay_out
from tui.dashboard.results.messages import ColumnWidthDragged, HeadingClicked
from tui.dashboard.triage.marks import LEGEND
from tui.dashboard.ui_state import Arrangement

HEADING = 1
"""Lines of the heading, which does not scroll."""

GUTTER_TOOLTIP = Content("\n").join(
    Content.assemble((f"{glyphs:<12}", "bold"), meaning) for glyphs, meaning in LEGEND
)
"""Explains the marks left of the first column, over their heading."""


class VirtualTable(ScrollView, can_focus=True):
    """A cursor over `count` lines, below a heading whose columns can be clicked and resized.

    Subclasses draw the heading and the lines with `render_line`.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next", show=False, id="next", tooltip="Next conversation"),
        Binding("up,k", "move(-1)", "Previous", show=False, id="previous", tooltip="Previous conversation"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="page_down", tooltip="Page down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="page_up", tooltip="Page up"),
        Binding("home,g", "jump(0)", "First", show=False, id="first", tooltip="First conversation"),
        Binding("end,G", "jump(-1)", "Last", show=False, id="last", tooltip="Last conversation"),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    """The line of the cursor, from 0."""
    hover: reactive[int | None] = reactive(None, repaint=False)
    """The line under the mouse."""
    sort: reactive[str] = reactive("updated")
    """The sorted column."""
    reverse: reactive[bool] = reactive(False)
    """Whether the order is reversed."""
    edges: reactive[bool] = reactive(False, repaint=False)
    """Whether the heading shows the edges of the columns, because the mouse is over it."""

    arrangement: reactive[Arrangement] = reactive(Arrangement(), repaint=False)
    """The chosen columns and widths; changed by `use`."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._dragged: tuple[Edge, Arrangement] | None = None
        """The edge that the mouse drags, and the arrangement before."""
        self.was_dragged = False
        """Whether the mouse was last pressed on an edge: the click that follows selects nothing."""

    @property
    @abstractmethod
    def count(self) -> int:
        """The number of lines."""

    @abstractmethod
    def cursor_moved(self) -> None:
        """Called when the cursor is on another line."""

    @abstractmethod
    def redraw(self) -> None:
        """Draw all lines again."""

    # --- lines

    @property
    def page(self) -> int:
        """How many lines fit below the heading."""
        return max(1, self.size.height - HEADING)

    @property
    def visible_lines(self) -> tuple[int, int]:
        """The first line in view, and the one after the last."""
        top = round(self.scroll_y)
        return top, min(self.count, top + self.page)

    def update_virtual_size(self) -> None:
        """Call this when `count` changed."""
        self.virtual_size = Size(0, self.count + HEADING)

    def line_at(self, event: events.MouseEvent) -> int | None:
        """The line under the mouse, -1 for the heading, None for neither."""
        offset = event.get_content_offset(self)
        if offset is None:
            return None
        if offset.y < HEADING:
            return -1
        line = offset.y - HEADING + round(self.scroll_y)
        return line if line < self.count else None

    @on(events.Focus)
    @on(events.Blur)
    def _focus_changed(self) -> None:
        """Draw the cursor, whose style depends on the focus."""
        self.refresh()

    def on_resize(self) -> None:
        self.call_after_refresh(self.scroll_to_cursor)

    # --- cursor

    def place_cursor(self, line: int, top: int, *, in_view: bool = True) -> None:
        """Move the cursor to `line` and scroll to `top`, or as far as possible. No `cursor_moved`.

        With `in_view` the cursor stays in view, whatever `top` is.
        """
        self.set_reactive(VirtualTable.cursor, self.validate_cursor(line))
        self._scroll_now(top)
        if in_view:
            self.scroll_to_cursor()

    def validate_cursor(self, line: int) -> int:
        return max(0, min(line, self.count - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        for line in (old, new):
            self.refresh_line(line + HEADING)
        self.scroll_to_cursor()
        self.cursor_moved()

    def scroll_to_cursor(self) -> None:
        first = round(self.scroll_y)
        if self.cursor < first:
            self._scroll_now(self.cursor)
        elif self.cursor >= first + self.page:
            self._scroll_now(self.cursor - self.page + 1)

    def _scroll_now(self, top: int) -> None:
        """Scroll before anything else is done with the list: what comes next looks at what is in view."""
        self.scroll_to(y=top, animate=False, force=True, immediate=True)

    def action_move(self, lines: int) -> None:
        self.cursor += lines

    def action_page(self, pages: int) -> None:
        self.cursor += pages * max(1, self.page - 1)

    def action_jump(self, line: int) -> None:
        """Move to a line; negative numbers count from the end."""
        self.cursor = line if line >= 0 else self.count + line

    # --- columns

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns as they are laid out."""
        return self.lay_out(self.arrangement)

    def lay_out(self, arrangement: Arrangement) -> tuple[Column, ...]:
        """The columns as this arrangement would lay them out."""
        return lay_out(self.scrollable_content_region.width, self.sort, arrangement)

    def use(self, arrangement: Arrangement) -> None:
        """Show these columns."""
        if arrangement != self.arrangement:
            self.arrangement = arrangement
            self.redraw()

    def watch_edges(self) -> None:
        self.refresh(Region(0, 0, self.size.width, HEADING))

    def watch_hover(self, old: int | None, new: int | None) -> None:
        for line in (old, new):
            if line is not None:
                self.refresh_line(line + HEADING)

    # --- mouse

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragged is not None:
            edge, _ = self._dragged
            self.use(self.arrangement.with_width(edge.key, edge.width_at(self._cell(event))))
            return
        line = self.line_at(event)
        self.edges = line == -1
        self.tooltip = GUTTER_TOOLTIP if line == -1 and self._cell(event) < GUTTER else None
        self.hover = None if line == -1 else line

    def on_leave(self) -> None:
        self.edges = False
        self.hover = None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        edge = edge_at(self.columns, self._cell(event)) if self.line_at(event) == -1 else None
        self.was_dragged = edge is not None
        if edge is not None:
            self._dragged = edge, self.arrangement
            self.capture_mouse()

    def on_mouse_up(self) -> None:
        self.release_mouse()

    def on_mouse_release(self) -> None:
        """Keep the width that the column got, which may be less than the mouse was dragged to."""
        dragged, self._dragged = self._dragged, None
        if dragged is not None and self.arrangement != dragged[1]:
            edge, _ = dragged
            width = next((c.width for c in self.columns if c.key == edge.key), edge.width)
            self.post_message(ColumnWidthDragged(edge.key, width))

    def on_click(self, event: events.Click) -> None:
        column = column_at(self.columns, self._cell(event)) if self.line_at(event) == -1 else None
        if column is not None and not self.was_dragged:
            self.post_message(HeadingClicked(column.key))

    def _cell(self, event: events.MouseEvent) -> int:
        """The column of cells under the mouse; while the mouse is captured also outside of the table."""
        return event.screen_offset.x - self.content_region.x
