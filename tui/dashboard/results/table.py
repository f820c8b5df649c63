"""The table of conversations."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.strip import Strip
from textual.timer import Timer

from tui.clock import Clock, system_clock
from tui.dashboard.results.messages import (
    ConversationHighlighted,
    ConversationOpened,
    LineSelected,
    ResultLine,
    RowsWanted,
)
from tui.dashboard.results.model import ResultsModel
from tui.dashboard.results.row_rendering import (
    LINE_STATES,
    PART_STYLES,
    RowStyleCache,
    draw_heading,
    draw_row,
)
from tui.dashboard.results.selection import Selection
from tui.dashboard.results.virtual_table import HEADING, VirtualTable
from tui.dashboard.triage.marks import AGES_EVERY, SELECTED, Ageing
from tui.domain import ConversationRow

STRIPS_KEPT = 1024
"""Drawn lines in the cache."""
BATCH = 64
"""Rows are requested in batches of this many lines, so that a page takes one read instead of one per line."""
READ_AFTER = 0.04
"""Seconds the cursor must stop before its conversation is read: holding ↓ does not read every one."""
READ_AFTER_TYPING = 0.25
"""The same while a query is typed, when the list changes with every key."""
CURSOR_MARK = "▌"


@dataclass(frozen=True, slots=True)
class _StripKey:
    """Everything that the drawing of a line depends on, apart from the row, the columns and the time."""

    id: int
    width: int
    states: tuple[str, ...]
    selected: bool


class ResultsTable(VirtualTable):
    """Knows all ids, and the rows of the lines seen last.

    It requests other rows with `RowsWanted` and receives them with `put_rows`; until then a line is blank.
    """

    HELP = "Conversations that match the search. The cursor stays on its conversation when the list changes."
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"results--{name}" for name in ("heading", "heading-active", *LINE_STATES, *PART_STYLES)
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Read", id="open", tooltip="Read the conversation under the cursor"),
    ]

    def __init__(self, clock: Clock = system_clock, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.model = ResultsModel()
        self.selection = Selection()
        """Call `refresh` after changing it."""
        self.ageing = Ageing()
        self._clock = clock
        self._strips: LRUCache[_StripKey, Strip] = LRUCache(STRIPS_KEPT)
        self._styles = RowStyleCache(self)
        self._read_timer: Timer | None = None

    @property
    def count(self) -> int:
        return len(self.model)

    @property
    def selected_id(self) -> int | None:
        """The conversation under the cursor; None if the list is empty."""
        return self.model.ids[self.cursor] if self.cursor < self.count else None

    @property
    def selected_row(self) -> ConversationRow | None:
        """The row under the cursor; None also if it is not read yet."""
        line = self.model.line(self.cursor) if self.cursor < self.count else None
        return line.row if line else None

    def on_mount(self) -> None:
        self.set_interval(AGES_EVERY, self.redraw)

    # --- data

    def show(
        self,
        generation: int,
        ids: array[int],
        lines: Iterable[ResultLine],
        *,
        keep: bool = True,
        typing: bool = False,
    ) -> None:
        """Show this list.

        With `keep` the cursor stays on its conversation, and that on its line of the screen as far as
        possible. Otherwise, or if the conversation is not in the list, the cursor moves to the top. With
        `typing` the conversation under the cursor is read a little later.
        """
        selected, line_on_screen = self.selected_id, self.cursor - round(self.scroll_y)
        self.model.show(generation, ids, lines)
        self.update_virtual_size()
        line = (self.model.index_of(selected) if keep else None) or 0
        self.place_cursor(line, max(0, line - line_on_screen))
        self.redraw()
        self._read_soon(READ_AFTER_TYPING if typing else READ_AFTER)

    def extend(self, ids: array[int]) -> None:
        """Show a list that begins with the lines in view: nothing on screen moves."""
        was_empty = not self.count
        self.model.ids = ids
        self.update_virtual_size()
        self.refresh()
        if was_empty:
            self.cursor_moved()

    def put_rows(self, lines: Iterable[ResultLine], missing: Iterable[int] = ()) -> None:
        """Show these rows, which were requested or changed; the ids `missing` are no longer stored."""
        self.model.put(lines, missing)
        self.redraw()

    def rows_changed(self, ids: Collection[int]) -> None:
        """These conversations changed in the store: read those in view again."""
        first, last = self.visible_lines
        if to_read := self.model.changed(ids, self.model.ids[first:last]):
            self.post_message(RowsWanted(self.model.generation, to_read))

    def _request_rows(self, line: int) -> None:
        """Request the batch of rows that `line` is in, the one before and the one after."""
        first = line - line % BATCH
        if ids := self.model.request(first - BATCH, first + 2 * BATCH):
            self.post_message(RowsWanted(self.model.generation, ids))

    # --- drawing

    def redraw(self) -> None:
        self._strips.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()
        self._styles.clear()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if y < HEADING:
            styles = self._styles.heading()
            return draw_heading(self.columns, width, self.sort, self.reverse, *styles, edges=self.edges)
        line = y - HEADING + round(self.scroll_y)
        if line >= self.count:
            return Strip.blank(width, self.rich_style)
        key = _StripKey(
            self.model.ids[line], width, self._states(line), self.model.ids[line] in self.selection
        )
        if (strip := self._strips.get(key)) is not None:
            return strip
        row_styles = self._styles.row(key.states)
        mark = CURSOR_MARK if line == self.cursor else " "
        mark += SELECTED if key.selected else " "
        if (found := self.model.line(line)) is None:
            self._request_rows(line)
            text = " no longer stored" if self.model.is_gone(line) else ""
            return Strip([Segment(f"{mark}{text}", row_styles.muted)]).crop_extend(0, width, row_styles.base)
        strip = draw_row(found, self.columns, width, self._clock(), self.ageing, row_styles, mark)
        self._strips[key] = strip
        return strip

    def _states(self, line: int) -> tuple[str, ...]:
        """The states of a line, in the order in which their styles are applied."""
        on = (
            line % 2 == 1,
            line == self.hover,
            line == self.cursor and self.has_focus,
            line == self.cursor and not self.has_focus,
        )
        return tuple(name for name, active in zip(LINE_STATES, on, strict=True) if active)

    # --- cursor

    def cursor_moved(self) -> None:
        self._read_soon(READ_AFTER)

    def _read_soon(self, seconds: float) -> None:
        if self._read_timer is not None:
            self._read_timer.stop()
        self._read_timer = self.set_timer(seconds, self._cursor_stopped)

    @property
    def is_waiting(self) -> bool:
        """Whether the cursor moved so recently that `ConversationHighlighted` is not posted yet."""
        return self._read_timer is not None

    def _cursor_stopped(self) -> None:
        self._read_timer = None
        self.post_message(ConversationHighlighted(self.selected_id))

    def action_open(self) -> None:
        if (selected := self.selected_id) is not None:
            self.post_message(ConversationOpened(selected))

    def on_click(self, event: events.Click) -> None:
        line = self.line_at(event)
        if line is None or line < 0 or self.was_dragged:
            return
        self.cursor = line
        if event.shift or event.ctrl:
            self.post_message(LineSelected(line, extend=event.shift))
        if event.chain == 2:
            self.action_open()
