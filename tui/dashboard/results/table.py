"""The list of conversations: a virtual table that knows every id and holds only the rows that were seen."""

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
from tui.dashboard.results.columns import lay_out
from tui.dashboard.results.messages import (
    ConversationHighlighted,
    ConversationOpened,
    LineSelected,
    ResultLine,
    RowsWanted,
)
from tui.dashboard.results.model import ResultsModel
from tui.dashboard.results.row_rendering import LAYERS, PARTS, RowStyleCache, draw_heading, draw_row
from tui.dashboard.results.selection import Selection
from tui.dashboard.results.virtual_table import HEADING, ColumnTable
from tui.dashboard.triage.marks import AGES_EVERY, SELECTED, Ageing
from tui.domain import ConversationRow

STRIPS_KEPT = 1024
BLOCK = 64
"""Rows asked for together: whole blocks, so that a page of lines is one read and not one read a line."""
REST = 0.04
"""Seconds the cursor must rest before its conversation is read: holding ↓ does not read every one."""
TYPING_REST = 0.25
"""The same while a query is being written: between two keys there is no time to read."""
CURSOR_MARK = "▌"


@dataclass(frozen=True, slots=True)
class _StripKey:
    """What a drawn line depends on."""

    id: int
    width: int
    layers: tuple[str, ...]
    selected: bool


class ResultsTable(ColumnTable):
    """Rows are asked for with `RowsWanted` and handed in with `put_rows`; until then a line stays blank."""

    HELP = "Conversations that match the search. The cursor stays on its conversation while rows come and go."
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"results--{name}" for name in ("heading", "heading-active", *LAYERS, *PARTS)
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Read", id="open", tooltip="Read the conversation under the cursor"),
    ]

    def __init__(self, clock: Clock = system_clock, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.model = ResultsModel()
        self.selection = Selection()
        """Shared with whoever changes it, and has the table drawn anew then."""
        self.ageing = Ageing()
        self._clock = clock
        self._strips: LRUCache[_StripKey, Strip] = LRUCache(STRIPS_KEPT)
        self._book = RowStyleCache(self)
        self._rest: Timer | None = None

    @property
    def count(self) -> int:
        return len(self.model)

    @property
    def selected_id(self) -> int | None:
        return self.model.ids[self.cursor] if self.cursor < self.count else None

    @property
    def selected_row(self) -> ConversationRow | None:
        """None also while the row is still being read."""
        line = self.model.line(self.cursor) if self.cursor < self.count else None
        return line.row if line else None

    def show(
        self,
        generation: int,
        ids: array[int],
        lines: Iterable[ResultLine],
        *,
        keep: bool = True,
        typing: bool = False,
    ) -> None:
        """Show this list. With `keep` the cursor stays on its conversation, and that on its line of the
        screen as far as possible; without, or when it is not in the list, the cursor goes to the top. While
        somebody is `typing` the next list is near, so that the conversation is read a little later."""
        selected, above = self.selected_id, self.cursor - round(self.scroll_y)
        self.model.show(generation, ids, lines)
        self._strips.clear()
        self.fit_count()
        at = self.model.index_of(selected) if keep else None
        self.place_cursor(at or 0, max(0, (at or 0) - above))
        self.refresh()
        self._rest_soon(TYPING_REST if typing else REST)

    def extend(self, ids: array[int]) -> None:
        """The same list, longer: nothing on screen moves."""
        was_empty = not self.count
        self.model.ids = ids
        self.fit_count()
        self.refresh()
        if was_empty:
            self.cursor_moved()

    def put_rows(self, lines: Iterable[ResultLine], missing: Iterable[int] = ()) -> None:
        """Rows that were asked for, or that changed, are here."""
        self.model.put(lines, missing)
        self._strips.clear()
        self.refresh()

    def rows_changed(self, ids: Collection[int]) -> None:
        """These conversations changed in the store: those in view are read again."""
        first, last = self.visible_lines
        if again := self.model.changed(ids, self.model.ids[first:last]):
            self.post_message(RowsWanted(self.model.generation, again))

    def redraw(self) -> None:
        """Draw every line anew: the ages have moved on."""
        self._strips.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()
        self._book.clear()

    def on_mount(self) -> None:
        self.set_interval(AGES_EVERY, self.redraw)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        columns = lay_out(width, self.sort, self.arrangement)
        if y < HEADING:
            styles = self._book.heading()
            return draw_heading(columns, width, self.sort, self.reverse, *styles, edges=self.edges)
        line = y - HEADING + round(self.scroll_y)
        if line >= self.count:
            return Strip.blank(width, self.rich_style)
        key = _StripKey(
            self.model.ids[line], width, self._layers(line), self.model.ids[line] in self.selection
        )
        if (strip := self._strips.get(key)) is not None:
            return strip
        row_styles = self._book.row(key.layers)
        mark = CURSOR_MARK if line == self.cursor else " "
        mark += SELECTED if key.selected else " "
        if (found := self.model.line(line)) is None:
            self._want(line)
            text = " no longer there" if self.model.is_gone(line) else ""
            return Strip([Segment(f"{mark}{text}", row_styles.muted)]).crop_extend(0, width, row_styles.base)
        strip = draw_row(found, columns, width, self._clock(), self.ageing, row_styles, mark)
        self._strips[key] = strip
        return strip

    def _layers(self, line: int) -> tuple[str, ...]:
        """The component styles laid over each other for a line."""
        on = (
            line % 2 == 1,
            line == self.hover,
            line == self.cursor and self.has_focus,
            line == self.cursor and not self.has_focus,
        )
        return tuple(name for name, active in zip(LAYERS, on, strict=True) if active)

    def _want(self, line: int) -> None:
        """Ask for the block of rows that `line` is in, the one before and the one after."""
        first = line - line % BLOCK
        if ids := self.model.ask(first - BLOCK, first + 2 * BLOCK):
            self.post_message(RowsWanted(self.model.generation, ids))

    def cursor_moved(self) -> None:
        self._rest_soon(REST)

    def _rest_soon(self, seconds: float) -> None:
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(seconds, self._cursor_rests)

    @property
    def is_waiting(self) -> bool:
        """Whether the cursor has moved and did not rest yet."""
        return self._rest is not None

    def _cursor_rests(self) -> None:
        self._rest = None
        self.post_message(ConversationHighlighted(self.selected_id))

    def action_open(self) -> None:
        if (selected := self.selected_id) is not None:
            self.post_message(ConversationOpened(selected))

    def on_click(self, event: events.Click) -> None:
        line = self.line_at(event)
        if line is None or line < 0 or self.was_held:
            return
        self.cursor = line
        if event.shift or event.ctrl:
            self.post_message(LineSelected(line, extend=event.shift))
        if event.chain == 2:
            self.action_open()
