"""The messages, notes and events of a thread, with ways to walk through them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from tui.dashboard.block_strips import component
from tui.dashboard.blocks import Block
from tui.dashboard.body import FOLD_META, LINK_META
from tui.dashboard.messages import LinkFollowed
from tui.dashboard.reading import Reading
from tui.dashboard.thread_blocks import EventsBlock, OwnNoteBlock, PassageBlock, block_for
from tui.dashboard.widgets.block_scroll import START, Aim, BlockScroll

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
        self._passages: dict[int, PassageBlock] = {}
        """The messages and notes by the numbers of their blocks."""
        self._current: int | None = None
        """The block of the message gone to."""
        self._hits: list[tuple[int, int]] = []
        """The matches: number of the block, and of the match in it."""
        self._hit: int | None = None

    def clear(self) -> None:
        self._show([])

    def show(
        self, reading: Reading, now: datetime, zone: tzinfo | None, note: str = "", *, again: bool = False
    ) -> None:
        """Show a thread below one's own note. When it is shown `again`, what was in view stays there, and
        what was open stays open."""
        known = {block.passage: block for block in self._passages.values()} if again else {}
        blocks: list[Block] = [OwnNoteBlock(note)] if note else []
        for read in reading.blocks:
            block = block_for(read, now, zone, events_open=self.shows_events)
            blocks.append(known.get(block.passage, block) if isinstance(block, PassageBlock) else block)
        if not again:
            self._show(blocks)
            return
        place, hit = self.place, self._hit
        current = self._passages.get(self._current) if self._current is not None else None
        moved = has_own_note(blocks) - has_own_note(self.blocks)
        self._show(blocks, Aim(max(0, min(place.block + moved, len(blocks) - 1)), place.line))
        self._current = next((n for n, block in self._passages.items() if block is current), None)
        self._hit = hit if hit is not None and hit < len(self._hits) else None

    def _show(self, blocks: list[Block], aim: Aim = START) -> None:
        self._passages = {n: block for n, block in enumerate(blocks) if isinstance(block, PassageBlock)}
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
    def message(self) -> PassageBlock | None:
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
        self.go(Aim(number, line - self.size.height // 3))
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
        self.go(Aim(self._current))

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
        elif isinstance(block, PassageBlock) and FOLD_META in meta:
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
