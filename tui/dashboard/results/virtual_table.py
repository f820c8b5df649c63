"""A virtual table: a cursor over any number of lines, drawn one by one, under headings with columns."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView

from tui.dashboard.results.columns import Column, Edge, column_at, edge_at, lay_out
from tui.dashboard.results.messages import ColumnWidthDragged, HeadingClicked
from tui.dashboard.ui_state import Arrangement

HEADING = 1
"""Lines taken by the heading, which does not scroll."""


class VirtualList(ScrollView, can_focus=True):
    """Keeps a cursor inside `count` lines and in view. Subclasses draw with `render_line`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next", show=False, id="next", tooltip="Next conversation"),
        Binding("up,k", "move(-1)", "Previous", show=False, id="previous", tooltip="Previous conversation"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="page_down", tooltip="A page down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="page_up", tooltip="A page up"),
        Binding("home,g", "jump(0)", "First", show=False, id="first", tooltip="First conversation"),
        Binding("end,G", "jump(-1)", "Last", show=False, id="last", tooltip="Last conversation"),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    """The line under the cursor, from 0."""
    hover: reactive[int | None] = reactive(None, repaint=False)
    """The line under the mouse."""

    @property
    @abstractmethod
    def count(self) -> int:
        """How many lines there are."""

    @abstractmethod
    def cursor_moved(self) -> None:
        """The cursor stands on another line, or on another conversation."""

    @property
    def page(self) -> int:
        """Lines that fit under the heading."""
        return max(1, self.size.height - HEADING)

    @property
    def visible_lines(self) -> tuple[int, int]:
        """The first line in view, and the one after the last."""
        top = round(self.scroll_y)
        return top, min(self.count, top + self.page)

    def fit_count(self) -> None:
        """Tell the scroll bar how many lines there are."""
        self.virtual_size = Size(0, self.count + HEADING)

    def place_cursor(self, line: int, top: int) -> None:
        """Put the cursor on `line` with `top` as the first line in view, as far as both are possible."""
        self.set_reactive(VirtualList.cursor, self.validate_cursor(line))
        self.scroll_to(y=top, animate=False, force=True)
        self.scroll_to_cursor()

    def validate_cursor(self, line: int) -> int:
        return max(0, min(line, self.count - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        for line in (old, new):
            self.refresh_lines(line + HEADING)
        self.scroll_to_cursor()
        self.cursor_moved()

    def scroll_to_cursor(self) -> None:
        first = round(self.scroll_y)
        if self.cursor < first:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= first + self.page:
            self.scroll_to(y=self.cursor - self.page + 1, animate=False)

    def action_move(self, lines: int) -> None:
        self.cursor += lines

    def action_page(self, pages: int) -> None:
        self.cursor += pages * max(1, self.page - 1)

    def action_jump(self, line: int) -> None:
        """To a line; negative ones count from the end."""
        self.cursor = line if line >= 0 else self.count + line

    def line_at(self, event: events.MouseEvent) -> int | None:
        """The line under the mouse, -1 for the heading, None for neither."""
        offset = event.get_content_offset(self)
        if offset is None:
            return None
        if offset.y < HEADING:
            return -1
        line = offset.y - HEADING + round(self.scroll_y)
        return line if line < self.count else None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        line = self.line_at(event)
        self.hover = line if line is not None and line >= 0 else None

    def on_leave(self) -> None:
        self.hover = None

    def watch_hover(self, old: int | None, new: int | None) -> None:
        for line in (old, new):
            if line is not None:
                self.refresh_lines(line + HEADING)

    @on(events.Focus)
    @on(events.Blur)
    def _focus_moved(self) -> None:
        """The line of the cursor looks different."""
        self.refresh()

    def on_resize(self) -> None:
        self.call_after_refresh(self.scroll_to_cursor)


class ColumnTable(VirtualList):
    """Knows which columns there are and where; subclasses draw them."""

    ALLOW_SELECT = False

    sort: reactive[str] = reactive("updated")
    """The sorted column."""
    reverse: reactive[bool] = reactive(False)
    edges: reactive[bool] = reactive(False, repaint=False)
    """Whether the heading shows the edges that can be dragged: the mouse is over it."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.arrangement = Arrangement()
        """What was chosen about the columns; `use` changes it."""
        self._held: tuple[Edge, Arrangement] | None = None
        """The edge that the mouse holds, and how the columns were before."""
        self.was_held = False
        """Whether the mouse went down on an edge, so that the click which follows is none."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns as they are laid out at present."""
        return self.laid_out(self.arrangement)

    def laid_out(self, arrangement: Arrangement) -> tuple[Column, ...]:
        """How this arrangement would look at present."""
        return lay_out(self.scrollable_content_region.width, self.sort, arrangement)

    def use(self, arrangement: Arrangement) -> None:
        """Show these columns."""
        if arrangement != self.arrangement:
            self.arrangement = arrangement
            self.redraw()

    @abstractmethod
    def redraw(self) -> None:
        """Draw every line anew."""

    def watch_edges(self) -> None:
        self.refresh(Region(0, 0, self.size.width, HEADING))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of an edge of the heading."""
        edge = edge_at(self.columns, self._cell(event)) if self.line_at(event) == -1 else None
        self.was_held = edge is not None
        if edge is not None:
            self._held = edge, self.arrangement
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._held is None:
            self.edges = self.line_at(event) == -1
        else:
            event.prevent_default()
            edge, _ = self._held
            self.use(self.arrangement.with_width(edge.key, edge.width_at(self._cell(event))))

    def on_leave(self) -> None:
        self.edges = False

    def on_mouse_up(self) -> None:
        self.release_mouse()

    def on_mouse_release(self) -> None:
        """The column keeps the width it has, which may be less than the mouse asked for."""
        held, self._held = self._held, None
        if held is not None and self.arrangement != held[1]:
            key = held[0].key
            width = next((c.width for c in self.columns if c.key == key), held[0].width)
            self.post_message(ColumnWidthDragged(key, width))

    def on_click(self, event: events.Click) -> None:
        column = column_at(self.columns, self._cell(event)) if self.line_at(event) == -1 else None
        if column is not None and not self.was_held:
            self.post_message(HeadingClicked(column.key))

    def _cell(self, event: events.MouseEvent) -> int:
        """The cell of a line under the mouse, beyond its ends too while the mouse is held."""
        return event.screen_offset.x - self.content_region.x
