"""Lines that stand in columns: a click on a heading sorts by it, and its edge can be dragged."""

from __future__ import annotations

from abc import abstractmethod

from textual import events
from textual.geometry import Region
from textual.reactive import reactive

from tui.dashboard.columns import Arrangement, Column, Edge, column_at, edge_at, lay_out
from tui.dashboard.looks import WidthDragged
from tui.dashboard.messages import HeadingClicked
from tui.dashboard.widgets.line_list import HEADING, LineList


class ColumnLines(LineList):
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
            self.use(self.arrangement.sized(edge.key, edge.width_at(self._cell(event))))

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
            self.post_message(WidthDragged(key, width))

    def on_click(self, event: events.Click) -> None:
        column = column_at(self.columns, self._cell(event)) if self.line_at(event) == -1 else None
        if column is not None and not self.was_held:
            self.post_message(HeadingClicked(column.key))

    def _cell(self, event: events.MouseEvent) -> int:
        """The cell of a line under the mouse, beyond its ends too while the mouse is held."""
        return event.screen_offset.x - self.content_region.x
