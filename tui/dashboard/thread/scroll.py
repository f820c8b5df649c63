"""The scrolling part of a thread: its blocks, matches and messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from tui.dashboard.acting.change_block import ChangeBlock
from tui.dashboard.acting.messages import EditRequested, RetryOrDrop, RetryOrDropChosen
from tui.dashboard.acting.words import ShownChange
from tui.dashboard.common.block_scroll import TOP, BlockScroll, ScrollTarget
from tui.dashboard.common.block_strips import component
from tui.dashboard.common.blocks import Block
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

STYLE_NAMES = (
    *("day", "customer", "teammate", "bot", "note", "current", "events", "events-hover"),
    *("own-note", "box", "box-title", "box-subtitle"),
)


class ThreadScroll(BlockScroll):
    """Shows the blocks of a thread, and moves between its matches and its messages."""

    HELP = "The conversation. Notes marked INTERNAL NOTE were never seen by the customer."
    COMPONENT_CLASSES: ClassVar[set[str]] = {component(name) for name in STYLE_NAMES}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False, id="thread_down", tooltip="A line down"),
        Binding("k", "scroll_up", "Up", show=False, id="thread_up", tooltip="A line up"),
        Binding("space", "page_down", "Page down", show=False, id="thread_page", tooltip="Page down"),
        Binding("g", "scroll_home", "Start", show=False, id="thread_start", tooltip="First message"),
        Binding("G", "scroll_end", "End", show=False, id="thread_end", tooltip="Newest message"),
        # While something is not sent, these come before other uses of the keys.
        Binding(
            "enter", "read_newer", "Read it", show=False, id="read_newer", tooltip="Go to the newer message"
        ),
        Binding(
            "exclamation_mark",
            "decide('retry')",
            "Send",
            show=False,
            id="retry_change",
            tooltip="Send after all what was not sent",
        ),
        Binding(
            "e",
            "edit_change",
            "Edit",
            show=False,
            id="edit_change",
            tooltip="Change the text of a message that was not sent",
        ),
        Binding(
            "x",
            "decide('drop')",
            "Drop",
            show=False,
            id="drop_change",
            tooltip="Drop a change that was not sent",
        ),
        Binding(
            "enter", "fold", "Unfold", id="unfold", tooltip="Show or hide quoted and long text of the message"
        ),
    ]

    hover: reactive[int | None] = reactive(None, repaint=False)
    """The number of the block under the mouse."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.shows_events = False
        """Whether runs of events are unfolded."""
        self._messages: dict[int, MessageBlock] = {}
        """The messages and notes, by the numbers of their blocks."""
        self._selected: int | None = None
        """The block of the message that was selected with a key."""
        self._matches: list[tuple[int, int]] = []
        """For each match the number of its block, and its number in that block."""
        self._match: int | None = None
        """The index of the selected match."""

    def clear(self) -> None:
        self._show([])

    def show(
        self,
        layout: ThreadLayout,
        now: datetime,
        zone: tzinfo | None,
        note: str = "",
        unsent: Sequence[ChangeBlock] = (),
        *,
        again: bool = False,
    ) -> None:
        """Show a thread, below the user's own note if there is one, above what is not sent.

        `again`: it is the thread shown before, so the same lines stay in view, and folds stay open.
        """
        known = {block.item: block for block in self._messages.values()} if again else {}
        blocks: list[Block] = [OwnNoteBlock(note)] if note else []
        for item in layout.items:
            block = block_for(item, now, zone, events_open=self.shows_events)
            blocks.append(known.get(block.item, block) if isinstance(block, MessageBlock) else block)
        blocks.extend(unsent)
        if not again:
            self._show(blocks)
            return
        target, match = self.scroll_target, self._match
        selected = self._messages.get(self._selected) if self._selected is not None else None
        moved = has_own_note(blocks) - has_own_note(self.blocks)
        self._show(blocks, ScrollTarget(max(0, min(target.block + moved, len(blocks) - 1)), target.line))
        self._selected = next((n for n, block in self._messages.items() if block is selected), None)
        self._match = match if match is not None and match < len(self._matches) else None

    def _show(self, blocks: list[Block], target: ScrollTarget = TOP) -> None:
        self._messages = {n: block for n, block in enumerate(blocks) if isinstance(block, MessageBlock)}
        self._matches = [
            (n, match) for n, block in self._messages.items() for match in range(len(block.item.matches))
        ]
        self._selected = self._match = self.hover = None
        self.show_blocks(blocks, target)

    @property
    def match_position(self) -> tuple[int | None, int]:
        """The number of the selected match, from 1, and how many there are."""
        return (None if self._match is None else self._match + 1), len(self._matches)

    @property
    def message(self) -> MessageBlock | None:
        """The selected message if it is in view, otherwise the first visible one."""
        return None if self._current is None else self._messages[self._current]

    @property
    def _current(self) -> int | None:
        """The block of `message`."""
        if self._selected is not None and self.is_in_view(self._selected):
            return self._selected
        return next((number for number in self._messages if self.is_in_view(number)), None)

    def go_to_match(self, step: int) -> bool:
        """Select the next (1) or previous (-1) match, and open the fold around it; False if there is none."""
        if not self._matches:
            return False
        if self._match is not None:
            self._mark(self._matches[self._match][0], None)
        self._match = 0 if self._match is None else (self._match + step) % len(self._matches)
        number, match = self._matches[self._match]
        self._mark(number, match)
        line = self._messages[number].line_of(match, self.block_width)
        self.scroll_to_target(ScrollTarget(number, line - self.size.height // 3))
        return True

    def _mark(self, number: int, match: int | None) -> None:
        self._messages[number].mark(match)
        self.block_changed(number)

    def go_to_message(self, step: int) -> None:
        """Select the next (1) or previous (-1) message or note; at first, the one in view."""
        if not self._messages:
            return
        numbers = list(self._messages)
        current = self._current
        index = numbers.index(current) if current is not None else 0
        if current == self._selected:
            index = max(0, min(index + step, len(numbers) - 1))
        self._select(numbers[index])

    def _select(self, selected: int) -> None:
        """Select the message in this block."""
        for number, is_selected in ((self._selected, False), (selected, True)):
            if number is not None:
                self._messages[number].is_selected = is_selected
                self.block_changed(number)
        self._selected = selected
        self.scroll_to_target(ScrollTarget(selected))

    def toggle_events(self) -> None:
        """Unfold or fold all runs of events, of this thread and of the next ones."""
        self.shows_events = not self.shows_events
        for block in self.blocks:
            if isinstance(block, EventsBlock):
                block.set_open(self.shows_events)
        self.show_blocks(self.blocks, self.scroll_target)

    # --- what is not sent

    def tick(self, now: datetime) -> None:
        """Show how soon changes are sent."""
        for number, block in enumerate(self.blocks):
            if isinstance(block, ChangeBlock) and block.tick(now):
                self.block_changed(number)

    @property
    def _undecided(self) -> ShownChange | None:
        """The first change that needs a decision."""
        changes = (block.change for block in self.blocks if isinstance(block, ChangeBlock))
        return next((change for change in changes if change.write.is_undecided), None)

    def action_decide(self, chosen: RetryOrDrop) -> None:
        if (undecided := self._undecided) is not None:
            self.post_message(RetryOrDropChosen(undecided.write.id, chosen))

    def action_edit_change(self) -> None:
        if (undecided := self._undecided) is not None:
            self.app.post_message(EditRequested(undecided.write.id, undecided.write.conversation_id))

    def action_read_newer(self) -> None:
        """Go to the first message that was written after the change was composed."""
        if (undecided := self._undecided) is None:
            return
        seen = undecided.write.seen
        for number, block in self._messages.items():
            part = block.item.part
            is_known = part.type == "source" or part.id in seen.ids
            if part.created_at.timestamp() >= seen.at and not is_known:
                self._select(number)
                break

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "fold":
            return any(block.item.folds for block in self._messages.values())
        if action == "read_newer":
            return self._undecided is not None and self._undecided.has_newer_message
        if action == "edit_change":
            return self._undecided is not None and self._undecided.is_message
        if action == "decide":
            return self._undecided is not None
        return True

    def action_fold(self) -> None:
        if (current := self._current) is not None:
            self._messages[current].toggle_folds()
            self.block_changed(current)

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
            block.set_open(not block.is_open)
        else:
            return
        event.stop()
        self.block_changed(number)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hover = self.block_at(event)

    def on_leave(self) -> None:
        self.hover = None

    def watch_hover(self, old: int | None, new: int | None) -> None:
        for number in (old, new):
            block = self.blocks[number] if number is not None and number < len(self.blocks) else None
            if number is not None and isinstance(block, EventsBlock):
                block.is_hovered = number == new
                self.block_changed(number)


def has_own_note(blocks: Sequence[Block]) -> bool:
    """Whether the first block is the user's own note."""
    return bool(blocks) and isinstance(blocks[0], OwnNoteBlock)
