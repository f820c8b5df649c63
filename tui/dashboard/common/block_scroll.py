"""A scrolling column of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from tui.dashboard.common.block_strips import draw_block
from tui.dashboard.common.blocks import Block, BlockLayout

LAYOUT_SLICE = 0.008
"""Seconds for which blocks are laid out before other messages are handled."""


class ScrollTarget(NamedTuple):
    """A line to scroll to the top of the view, or as far towards it as possible."""

    block: int
    line: int = 0
    """Counted from the first line of the block; negative: above it."""


TOP = ScrollTarget(0)


class BlockScroll(ScrollView, can_focus=True):
    """Shows blocks, which it lays out in steps. Text can be selected with the mouse across blocks.

    The previous blocks stay on screen until enough of the new ones is laid out to fill the view.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._shown = BlockLayout((), 0)
        self._next: BlockLayout | None = None
        """Replaces `_shown` when enough of it is laid out."""
        self._target: ScrollTarget | None = None
        """Where to scroll as soon as enough is laid out."""
        self._to_end = False
        """Whether to scroll to the end instead."""
        self._is_scheduled = False
        """Whether more blocks are laid out after the next refresh."""
        self._strips: dict[int, list[Strip]] = {}
        """The lines of the blocks that were drawn."""
        self._lines_above = [0]
        """For the first blocks, the lines of text above each, before wrapping."""

    @property
    def blocks(self) -> Sequence[Block]:
        """The blocks that were passed to `show_blocks` last."""
        return (self._next or self._shown).blocks

    @property
    def block_width(self) -> int:
        """The cells for a block with its frame."""
        return self.scrollable_content_region.width

    @property
    def is_waiting(self) -> bool:
        """Whether there are blocks still to be laid out."""
        return self._is_scheduled

    def show_blocks(
        self, blocks: Sequence[Block], target: ScrollTarget = TOP, *, to_end: bool = False
    ) -> None:
        """Show these blocks, scrolled to `target` or to the end."""
        self._target, self._to_end = target, to_end
        self._next = BlockLayout(blocks, self.block_width)
        self._lay_out()

    def block_changed(self, number: int) -> None:
        """Call this when the text or the style of a block changed."""
        for layout in (self._shown, self._next):
            if layout is not None and layout.blocks is self.blocks:
                layout.update(number)
        self.redraw(number)
        self._update_virtual_size()

    def block_at(self, event: events.MouseEvent) -> int | None:
        """The number of the block under the mouse."""
        offset = event.get_content_offset(self)
        return None if offset is None else self._shown.block_at(offset.y + round(self.scroll_y))

    def is_in_view(self, number: int) -> bool:
        """Whether any line of a block is in view."""
        if number >= self._shown.count or self._shown.blocks is not self.blocks:
            return False
        top = self.scroll_y
        return self._shown.top(number) < top + self.size.height and self._shown.bottom(number) > top

    # --- scrolling

    @property
    def scroll_target(self) -> ScrollTarget:
        """Where the view is scrolled to, or will be."""
        if self._target is not None:
            return self._target
        line = round(self.scroll_y)
        block = self._shown.block_at(line)
        return TOP if block is None else ScrollTarget(block, line - self._shown.top(block))

    def scroll_to_target(self, target: ScrollTarget) -> None:
        """Scroll there as soon as enough is laid out."""
        self._target, self._to_end = target, False
        if self._is_scheduled:
            self._scroll_if_laid_out()
        else:
            self._lay_out()

    def action_scroll_end(self) -> None:
        self._to_end = True
        self._lay_out()

    def action_scroll_home(self) -> None:
        self.scroll_to_target(TOP)

    def _scroll_if_laid_out(self) -> None:
        is_wanted = self._to_end or self._target is not None
        if not is_wanted or self._next is not None or not self._is_enough(self._shown):
            return
        self._update_virtual_size()
        line = self.max_scroll_y
        if not self._to_end:
            block, offset = self._target or TOP
            line = max(0, self._shown.top(block) + offset) if self.blocks else 0
        self._target, self._to_end = None, False
        self.scroll_to(y=line, animate=False, force=True)

    # --- layout

    def _lay_out(self) -> None:
        layout = self._next or self._shown
        if not layout.width:
            return  # the widget has no size yet: `on_resize` follows
        layout.extend(LAYOUT_SLICE)
        if self._next is not None and self._is_enough(layout):
            self._shown, self._next = layout, None
            self.redraw()
            self._update_virtual_size()
        elif layout.is_complete:
            self._update_virtual_size()
        self._scroll_if_laid_out()
        if not layout.is_complete and not self._is_scheduled:
            self._is_scheduled = True
            self.call_after_refresh(self._continue_layout)

    def _continue_layout(self) -> None:
        self._is_scheduled = False
        self._lay_out()

    def _is_enough(self, layout: BlockLayout) -> bool:
        """Whether the blocks that are laid out fill the view at the target."""
        if layout.is_complete or self._to_end:
            return layout.is_complete
        block, line = self._target or TOP
        return block < layout.count and layout.height >= layout.top(block) + line + self.size.height

    def _update_virtual_size(self) -> None:
        self.virtual_size = Size(0, self._shown.height)

    def on_resize(self) -> None:
        """Wrap the text again if the width changed; the same lines stay in view."""
        if (self._next or self._shown).width != self.block_width:
            self.show_blocks(self.blocks, self.scroll_target, to_end=self._to_end)

    # --- drawing

    def redraw(self, number: int | None = None) -> None:
        """Draw a block again, or all of them."""
        if number is None:
            self._strips.clear()
        else:
            self._strips.pop(number, None)
        self._lines_above = [0]
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.redraw()

    def render_line(self, y: int) -> Strip:
        width, base = self.block_width, self.rich_style
        line = y + round(self.scroll_y)
        number = self._shown.block_at(line)
        if number is None:
            return Strip.blank(width, base)
        strips, line_in_block = self._strips_of(number), line - self._shown.top(number)
        if line_in_block >= len(strips):
            return Strip.blank(width, base)
        return strips[line_in_block].crop_extend(0, width, base)

    def _strips_of(self, number: int) -> list[Strip]:
        found = self._strips.get(number)
        if found is None:
            block, lines_above = self._shown.blocks[number], self._count_lines_above(number)
            found = self._strips[number] = draw_block(self, block, self._shown.width, lines_above)
        return found

    def _count_lines_above(self, number: int) -> int:
        for block in self._shown.blocks[len(self._lines_above) - 1 : number]:
            self._lines_above.append(self._lines_above[-1] + block.line_count)
        return self._lines_above[number]

    def selection_updated(self, selection: Selection | None) -> None:
        self.redraw()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract("\n".join(block.content.plain for block in self._shown.blocks)), "\n"
