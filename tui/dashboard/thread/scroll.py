"""A scrolling column of blocks, laid out bit by bit, and the one that shows a thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from tui.dashboard.thread.blocks import Block, BlockLayout, component, draw_block
from tui.dashboard.thread.layout import ThreadLayout
from tui.dashboard.thread.message_blocks import (
    FOLD_META,
    LINK_META,
    EventsBlock,
    MessageBlock,
    OwnNoteBlock,
    block_for,
)
from tui.dashboard.thread.messages import LinkFollowed


class BlockLines(ScrollView, can_focus=True):
    """Draws a layout. Text can be marked with the mouse across its blocks."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.shown = BlockLayout((), 0)
        self._strips: dict[int, list[Strip]] = {}
        """The lines of the blocks that were drawn."""
        self._above = [0]
        """For each block down to the last that was asked for, the lines of text above it, which is how a
        mark with the mouse is counted."""

    @property
    def block_width(self) -> int:
        """Cells for a block and what surrounds it."""
        return self.scrollable_content_region.width

    def block_at(self, event: events.MouseEvent) -> int | None:
        """The number of the block under the mouse."""
        offset = event.get_content_offset(self)
        return None if offset is None else self.shown.at(offset.y + round(self.scroll_y))

    def fit(self) -> None:
        """Tell the scroll bar how many lines there are."""
        self.virtual_size = Size(0, self.shown.height)

    def redraw(self, number: int | None = None) -> None:
        """Draw a block anew, or all of them."""
        if number is None:
            self._strips.clear()
        else:
            self._strips.pop(number, None)
        self._above = [0]
        self.refresh()

    def notify_style_update(self) -> None:
        """The theme changed."""
        super().notify_style_update()
        self.redraw()

    def render_line(self, y: int) -> Strip:
        width, base = self.block_width, self.rich_style
        line = y + round(self.scroll_y)
        number = self.shown.at(line)
        if number is None:
            return Strip.blank(width, base)
        strips, below = self._lines_of(number), line - self.shown.top(number)
        return strips[below].crop_extend(0, width, base) if below < len(strips) else Strip.blank(width, base)

    def _lines_of(self, number: int) -> list[Strip]:
        found = self._strips.get(number)
        if found is None:
            block, above = self.shown.blocks[number], self._lines_above(number)
            found = self._strips[number] = draw_block(self, block, self.shown.width, above)
        return found

    def _lines_above(self, number: int) -> int:
        for block in self.shown.blocks[len(self._above) - 1 : number]:
            self._above.append(self._above[-1] + block.lines)
        return self._above[number]

    def selection_updated(self, selection: Selection | None) -> None:
        self.redraw()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract("\n".join(block.content.plain for block in self.shown.blocks)), "\n"


SLICE = 0.008
"""Seconds of laying out, before somebody else has a turn."""


class ScrollTarget(NamedTuple):
    """What is to be the first line in view, as far as there is enough below it."""

    block: int
    line: int = 0
    """Counted from the first line of the block; negative ones are above it."""


START = ScrollTarget(0)


class BlockScroll(BlockLines):
    """Blocks are laid out bit by bit. What is shown stays until what comes next fills the view."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._coming: BlockLayout | None = None
        """What takes the place of what is shown."""
        self._aim: ScrollTarget | None = None
        """What is to be brought into view."""
        self._to_end = False
        """Whether that is the end."""
        self._going_on = False
        """Whether more is to be laid out once the screen is painted."""

    @property
    def blocks(self) -> Sequence[Block]:
        """What is shown, or about to be."""
        return (self._coming or self.shown).blocks

    @property
    def is_waiting(self) -> bool:
        """Whether there are blocks still to be laid out."""
        return self._going_on

    @property
    def place(self) -> ScrollTarget:
        """What is in view at present, or will be."""
        if self._aim is not None:
            return self._aim
        line = round(self.scroll_y)
        block = self.shown.at(line)
        return START if block is None else ScrollTarget(block, line - self.shown.top(block))

    def show_blocks(
        self, blocks: Sequence[Block], aim: ScrollTarget = START, *, to_end: bool = False
    ) -> None:
        """Show these from now on."""
        self._aim, self._to_end = aim, to_end
        self._coming = BlockLayout(blocks, self.block_width)
        self._lay_out()

    def go(self, aim: ScrollTarget) -> None:
        """Bring it into view."""
        self._aim, self._to_end = aim, False
        if self._going_on:
            self._bring()  # if it is laid out already
        else:
            self._lay_out()

    def changed(self, number: int) -> None:
        """A block shows something else."""
        for layout in (self.shown, self._coming):
            if layout is not None and layout.blocks is self.blocks:
                layout.lay_again(number)
        self.redraw(number)
        self.fit()

    def is_in_view(self, number: int) -> bool:
        """Whether any line of a block is."""
        if number >= self.shown.laid or self.shown.blocks is not self.blocks:
            return False
        top = self.scroll_y
        return self.shown.top(number) < top + self.size.height and self.shown.bottom(number) > top

    def action_scroll_end(self) -> None:
        self._to_end = True
        self._lay_out()

    def action_scroll_home(self) -> None:
        self.go(START)

    def _lay_out(self) -> None:
        layout = self._coming or self.shown
        if not layout.width:
            return  # until there is room on the screen
        layout.extend(SLICE)
        if self._coming is not None and self._reaches(layout):
            self.shown, self._coming = layout, None
            self.redraw()
            self.fit()
        elif layout.is_complete:
            self.fit()
        self._bring()
        if not layout.is_complete and not self._going_on:
            self._going_on = True
            self.call_after_refresh(self._go_on)

    def _go_on(self) -> None:
        self._going_on = False
        self._lay_out()

    def _reaches(self, layout: BlockLayout) -> bool:
        """Whether as much is laid out as is needed to have in view what is aimed at."""
        if layout.is_complete or self._to_end:
            return layout.is_complete
        block, line = self._aim or START
        return block < layout.laid and layout.height >= layout.top(block) + line + self.size.height

    def _bring(self) -> None:
        """Scroll to what is aimed at, as soon as that is possible."""
        wanted = self._to_end or self._aim is not None
        if not wanted or self._coming is not None or not self._reaches(self.shown):
            return
        self.fit()
        line = self.max_scroll_y
        if not self._to_end:
            block, below = self._aim or START
            line = max(0, self.shown.top(block) + below) if self.blocks else 0
        self._aim, self._to_end = None, False
        self.scroll_to(y=line, animate=False, force=True)

    def on_resize(self) -> None:
        """Another width: everything is wrapped anew, and what was read stays in view."""
        if (self._coming or self.shown).width != self.block_width:
            self.show_blocks(self.blocks, self.place, to_end=self._to_end)


LOOKS = (
    *("day", "customer", "teammate", "bot", "note", "current", "events", "events-hover"),
    *("own-note", "box", "box-title", "box-subtitle"),
)


class ThreadScroll(BlockScroll):
    """The part of the preview that scrolls and takes the focus."""

    HELP = "The conversation. Notes marked INTERNAL NOTE were never seen by the customer."
    COMPONENT_CLASSES: ClassVar[set[str]] = {component(look) for look in LOOKS}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False, id="thread_down", tooltip="A line down"),
        Binding("k", "scroll_up", "Up", show=False, id="thread_up", tooltip="A line up"),
        Binding("space", "page_down", "Page down", show=False, id="thread_page", tooltip="A page down"),
        Binding("g", "scroll_home", "Start", show=False, id="thread_start", tooltip="The opening message"),
        Binding("G", "scroll_end", "End", show=False, id="thread_end", tooltip="The newest message"),
        Binding(
            "enter", "fold", "Unfold", id="unfold", tooltip="Open or fold quoted and long text of the message"
        ),
    ]

    hover: reactive[int | None] = reactive(None, repaint=False)
    """The number of the block under the mouse."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.shows_events = False
        """Whether runs of events are open."""
        self._passages: dict[int, MessageBlock] = {}
        """The messages and notes by the numbers of their blocks."""
        self._current: int | None = None
        """The block of the message gone to."""
        self._hits: list[tuple[int, int]] = []
        """The matches: number of the block, and of the match in it."""
        self._hit: int | None = None

    def clear(self) -> None:
        self._show([])

    def show(
        self,
        reading: ThreadLayout,
        now: datetime,
        zone: tzinfo | None,
        note: str = "",
        *,
        again: bool = False,
    ) -> None:
        """Show a thread below one's own note. When it is shown `again`, what was in view stays there, and
        what was open stays open."""
        known = {block.passage: block for block in self._passages.values()} if again else {}
        blocks: list[Block] = [OwnNoteBlock(note)] if note else []
        for read in reading.blocks:
            block = block_for(read, now, zone, events_open=self.shows_events)
            blocks.append(known.get(block.passage, block) if isinstance(block, MessageBlock) else block)
        if not again:
            self._show(blocks)
            return
        place, hit = self.place, self._hit
        current = self._passages.get(self._current) if self._current is not None else None
        moved = has_own_note(blocks) - has_own_note(self.blocks)
        self._show(blocks, ScrollTarget(max(0, min(place.block + moved, len(blocks) - 1)), place.line))
        self._current = next((n for n, block in self._passages.items() if block is current), None)
        self._hit = hit if hit is not None and hit < len(self._hits) else None

    def _show(self, blocks: list[Block], aim: ScrollTarget = START) -> None:
        self._passages = {n: block for n, block in enumerate(blocks) if isinstance(block, MessageBlock)}
        self._hits = [
            (n, match) for n, block in self._passages.items() for match in range(len(block.passage.matches))
        ]
        self._current = self._hit = self.hover = None
        self.show_blocks(blocks, aim)

    @property
    def match_place(self) -> tuple[int | None, int]:
        """The number of the match gone to, from 1, and how many there are."""
        return (None if self._hit is None else self._hit + 1), len(self._hits)

    @property
    def message(self) -> MessageBlock | None:
        """The message that keys are about: the one gone to, else the first in view."""
        return None if self._here is None else self._passages[self._here]

    @property
    def _here(self) -> int | None:
        """The block of that message."""
        if self._current is not None and self.is_in_view(self._current):
            return self._current
        return next((number for number in self._passages if self.is_in_view(number)), None)

    def go_to_match(self, step: int) -> bool:
        """To the next (1) or previous (-1) match, opening what hides it; False when there is none."""
        if not self._hits:
            return False
        if self._hit is not None:
            self._mark(self._hits[self._hit][0], None)
        self._hit = 0 if self._hit is None else (self._hit + step) % len(self._hits)
        number, match = self._hits[self._hit]
        self._mark(number, match)
        line = self._passages[number].line_of(match, self.block_width)
        self.go(ScrollTarget(number, line - self.size.height // 3))
        return True

    def _mark(self, number: int, match: int | None) -> None:
        self._passages[number].mark(match)
        self.changed(number)

    def go_to_message(self, step: int) -> None:
        """To the next (1) or previous (-1) message or note."""
        if not self._passages:
            return
        numbers = list(self._passages)
        here = self._here
        place = numbers.index(here) if here is not None else 0
        if here == self._current:
            place = max(0, min(place + step, len(numbers) - 1))
        for number, is_current in ((self._current, False), (numbers[place], True)):
            if number is not None:
                self._passages[number].is_current = is_current
                self.changed(number)
        self._current = numbers[place]
        self.go(ScrollTarget(self._current))

    def toggle_events(self) -> None:
        """Open or fold all runs of events, of this thread and of those to come."""
        self.shows_events = not self.shows_events
        for block in self.blocks:
            if isinstance(block, EventsBlock):
                block.open(self.shows_events)
        self.show_blocks(self.blocks, self.place)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "fold":
            return any(block.passage.folds for block in self._passages.values())
        return True

    def action_fold(self) -> None:
        if (here := self._here) is not None:
            self._passages[here].toggle_folds()
            self.changed(here)

    # --- the mouse

    def on_click(self, event: events.Click) -> None:
        number, meta = self.block_at(event), event.style.meta
        if number is None:
            return
        block = self.blocks[number]
        if LINK_META in meta:
            self.post_message(LinkFollowed(meta[LINK_META]))
        elif isinstance(block, MessageBlock) and FOLD_META in meta:
            block.toggle_fold(meta[FOLD_META])
        elif isinstance(block, EventsBlock):
            block.open(not block.is_open)
        else:
            return
        event.stop()
        self.changed(number)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hover = self.block_at(event)

    def on_leave(self) -> None:
        self.hover = None

    def watch_hover(self, old: int | None, new: int | None) -> None:
        for number in (old, new):
            block = self.blocks[number] if number is not None and number < len(self.blocks) else None
            if number is not None and isinstance(block, EventsBlock):
                block.is_hovered = number == new
                self.changed(number)


def has_own_note(blocks: Sequence[Block]) -> bool:
    return bool(blocks) and isinstance(blocks[0], OwnNoteBlock)
