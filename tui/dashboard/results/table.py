"""The table of conversations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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
    ListRead,
    PageFetched,
    PageWanted,
    ResultLine,
    RowsWanted,
)
from tui.dashboard.results.model import ResultsModel
from tui.dashboard.results.row_rendering import (
    DONE_STATE,
    LINE_STATES,
    PART_STYLES,
    RowStyleCache,
    draw_heading,
    draw_row,
)
from tui.dashboard.results.selection import Selection
from tui.dashboard.results.virtual_table import HEADING, VirtualTable
from tui.dashboard.results.window import PageRequest, Place
from tui.dashboard.triage.marks import AGES_EVERY, SELECTED, Ageing
from tui.domain import ConversationRow
from tui.store.listing_pages import Page

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
    """Knows the lines around those in view, and the rows of the lines seen last.

    It requests other lines with `PageWanted` and receives them with `put_page`, other rows with `RowsWanted`
    and `put_rows`; until then a line is blank.
    """

    HELP = "Conversations that match the search. The cursor stays on its conversation when the list changes."
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"results--{name}" for name in ("heading", "heading-active", *LINE_STATES, DONE_STATE, *PART_STYLES)
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
        self._page_wanted: PageRequest | None = None
        """The lines that were requested last and are not here yet."""
        self._left: Place | None = None
        """The place of the cursor, when the lines around it are no longer in memory."""
        self._is_unread = False
        """Whether the cursor stopped on a line that is not known yet."""
        self._goes_to_end = False
        """Whether the cursor is to go to the last line, once it is known which that is."""

    @property
    def count(self) -> int:
        return len(self.model)

    @property
    def place(self) -> Place | None:
        """The place of the cursor; None if the list is empty, or its line is not known yet."""
        known, left = self.model.window.place(self.cursor), self._left
        if known is None and left is not None and left.line == self.cursor < self.count:
            return left
        return known

    @property
    def place_in_view(self) -> Place | None:
        """The place of the cursor or, where that is out of view, of the first line; as near as lines are
        known. None if the list is empty."""
        (first, last), window = self.visible_lines, self.model.window
        place = self.place if first <= self.cursor < last else None
        return place or window.place(min(max(first, window.first), window.end - 1))

    @property
    def selected_id(self) -> int | None:
        """The conversation under the cursor; None if the list is empty, or the line is not known yet."""
        return None if self.place is None else self.place.id

    @property
    def selected_row(self) -> ConversationRow | None:
        """The row under the cursor; None also if it is not read yet."""
        line = None if self.selected_id is None else self.model.row(self.selected_id)
        return line.row if line else None

    def on_mount(self) -> None:
        self.set_interval(AGES_EVERY, self.redraw)

    # --- data

    def show(self, generation: int, read: ListRead, *, keep: bool = True, typing: bool = False) -> None:
        """Show this list.

        With `keep` the cursor stays on its conversation, and what is in view on its line of the screen, as
        far as possible. Otherwise the cursor moves to the top. With `typing` the conversation under the
        cursor is read a little later.
        """
        before, cursor, top = self.place, self.cursor, round(self.scroll_y)
        first, last = self.visible_lines
        in_view = not keep or self.count == 0 or first <= cursor < last
        total = max(read.total, self.count) if keep and not read.is_counted else read.total
        self.model.show(generation, read, total)
        self._page_wanted = self._left = None
        self._goes_to_end = False
        self.update_virtual_size()
        line, new_top = 0, 0
        if keep and read.kept is not None:
            window, moved = self.model.window, read.line - read.kept.line
            now = None if before is None else window.line_of(before.id)
            line = max(0, cursor + moved) if now is None else now
            if before is not None and window.place(line) is None:
                self._left = Place(line, before.id, before.key)
            new_top = max(0, top + (line - cursor if in_view else moved))
        self.place_cursor(line, new_top, in_view=in_view)
        self.redraw()
        self._want_page()
        self._read_soon(READ_AFTER_TYPING if typing else READ_AFTER)

    def replace_lines(self, page: Page, *, reach_end: bool) -> None:
        """Show these lines instead of the known ones; they are the same down to the last in view.

        `reach_end`: they are the last ones of the list.
        """
        window, place = self.model.window, self.place
        total = page.first + len(page.ids) if reach_end else window.total
        is_counted = reach_end or window.is_counted
        window.show(page, total, is_counted=is_counted, reaches_end=reach_end)
        self._keep(place)

    def change_lines(self, page: Page, total: int) -> None:
        """Show these lines, which a change of the user's made of the known ones, in a list of `total` lines.

        The cursor stays on its conversation; if that left, it goes to what followed or, at the end, to the
        one before. What is in view stays in view.
        """
        window, cursor, top = self.model.window, self.cursor, round(self.scroll_y)
        first, last = self.visible_lines
        in_view = first <= cursor < last or self.count == 0
        before, was_on = window.page, self.selected_id
        window.show(page, total, is_counted=window.is_counted, reaches_end=window.reaches_end)
        lines = {id_: line for line, id_ in enumerate(page.ids, page.first)}
        self._page_wanted = self._left = None
        self.update_virtual_size()
        self.place_cursor(
            _line_after(before, lines, cursor), _line_after(before, lines, top), in_view=in_view
        )
        self.redraw()
        self._want_page()
        if self.selected_id != was_on:
            self._read_soon(READ_AFTER)

    @property
    def cursor_offset(self) -> int:
        """How far below the top of the list the cursor is; negative above it."""
        return self.cursor - round(self.scroll_y)

    def go_to_place(self, line: int, offset: int) -> None:
        """Put the cursor on a line, and this so far below the top."""
        self.place_cursor(line, max(0, line - offset), in_view=0 <= offset < self.page)
        self.redraw()
        self._want_page()
        self._read_soon(READ_AFTER)

    def go_to(self, conversation_id: int) -> None:
        """Move the cursor to a conversation, if its line is known."""
        if (line := self.model.window.line_of(conversation_id)) is not None:
            self.cursor = line
            self.call_after_refresh(self.scroll_to_cursor)  # the list may be about to scroll

    def put_page(self, message: PageFetched) -> bool:
        """Show these lines, if they are still wanted.

        Returns whether the numbers of lines changed, and with them perhaps that of all. What is in view stays
        in view.
        """
        if message.request != self._page_wanted:
            return False
        self._page_wanted = None
        place, cursor, top = self.place, self.cursor, round(self.scroll_y)
        window = self.model.window
        lower = window.merge(message.request, message.page)
        if message.total is not None:
            window.count(message.total)
        self.model.put(message.lines)
        self.update_virtual_size()
        if lower:
            place = None if place is None else Place(place.line - lower, place.id, place.key)
            self.place_cursor(cursor - lower, max(0, top - lower), in_view=False)
        self._keep(place)
        return lower != 0

    def set_total(self, total: int) -> None:
        """The exact number of lines is known."""
        place = self.place
        self.model.window.count(total)
        self._keep(place)
        if self._goes_to_end:
            self.action_jump(-1)

    def _keep(self, place: Place | None) -> None:
        """Show the lines as they are known now; `place` is that of the cursor."""
        self._left = place
        self.update_virtual_size()
        self.cursor = self.validate_cursor(self.cursor)
        self.redraw()
        self._want_page()
        if self._is_unread and self.selected_id is not None:
            self._read_soon(READ_AFTER)

    def forget_requests(self) -> None:
        """Allow lines and rows to be requested again after reading them failed."""
        self._page_wanted = None
        self.model.forget_requests()

    def _want_page(self) -> None:
        """Request the lines in view, and those near them, that are not known."""
        view = self.visible_lines
        wanted = self.model.window.wanted(*view)
        if wanted != self._page_wanted:
            self._page_wanted = wanted
            if wanted is not None:
                self.post_message(PageWanted(self.model.generation, wanted, view))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._want_page()

    def on_resize(self) -> None:
        super().on_resize()
        self._want_page()

    def put_rows(self, lines: Iterable[ResultLine], missing: Iterable[int] = ()) -> None:
        """Show these rows, which were requested or changed; the ids `missing` are no longer stored."""
        self.model.put(lines, missing)
        self.redraw()

    def rows_changed(self, ids: Collection[int]) -> None:
        """These conversations changed in the store: read those in view again."""
        in_view = self.model.window.between(*self.visible_lines)
        if to_read := self.model.changed(ids, in_view):
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
        states = self._states(line)
        mark = CURSOR_MARK if line == self.cursor else " "
        if (place := self.model.window.place(line)) is None:
            base = self._styles.row(states).base
            return Strip([Segment(mark, base)]).crop_extend(0, width, base)
        key = _StripKey(place.id, width, states, place.id in self.selection)
        if (strip := self._strips.get(key)) is not None:
            return strip
        row_styles = self._styles.row(states)
        mark += SELECTED if key.selected else " "
        if (found := self.model.line(line)) is None:
            self._request_rows(line)
            text = " no longer stored" if self.model.is_gone(place.id) else ""
            return Strip([Segment(f"{mark}{text}", row_styles.muted)]).crop_extend(0, width, row_styles.base)
        row_styles = self._styles.row(states, done=found.row.annotation.done)
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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "open" or self.count > 0

    def cursor_moved(self) -> None:
        self._goes_to_end = False
        self._read_soon(READ_AFTER)

    def action_jump(self, line: int) -> None:
        super().action_jump(line)
        self._goes_to_end = line < 0 and not self.model.window.is_counted

    def _read_soon(self, seconds: float) -> None:
        if self._read_timer is not None:
            self._read_timer.stop()
        self._read_timer = self.set_timer(seconds, self._cursor_stopped)

    @property
    def is_waiting(self) -> bool:
        """Whether lines are wanted that are not here yet, or the cursor moved so recently that
        `ConversationHighlighted` is not posted yet."""
        return self._read_timer is not None or self._page_wanted is not None

    def _cursor_stopped(self) -> None:
        self._read_timer = None
        self._is_unread = self.selected_id is None and self.count > 0
        if not self._is_unread:
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


def _line_after(before: Page, lines: Mapping[int, int], line: int) -> int:
    """Where the first conversation is now that was at this line or below it before; the end if all of them
    left; the same line if there were none. `lines` has the line of each conversation that is known now.
    """
    if not before.ids:
        return line
    index = line - before.first
    if not 0 <= index < len(before.ids):
        end = before.first + len(before.ids)
        return line if index < 0 else line - end + before.first + len(lines)
    following = (lines[id_] for id_ in before.ids[index:] if id_ in lines)
    return next(following, before.first + len(lines))
