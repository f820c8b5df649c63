"""A list of lines under a fixed heading, with a cursor and a mouse: the moving parts of a virtual table."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView

HEADING = 1
"""Lines taken by the heading, which does not scroll."""


class LineList(ScrollView, can_focus=True):
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
        self.set_reactive(LineList.cursor, self.validate_cursor(line))
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
