"""A scrolling column of blocks of text that never holds up a key, however long it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tui.dashboard.blocks import Block, Layout
from tui.dashboard.widgets.block_lines import BlockLines

SLICE = 0.008
"""Seconds of laying out, before somebody else has a turn."""


class Aim(NamedTuple):
    """What is to be the first line in view, as far as there is enough below it."""

    block: int
    line: int = 0
    """Counted from the first line of the block; negative ones are above it."""


START = Aim(0)


class BlockScroll(BlockLines):
    """Blocks are laid out bit by bit. What is shown stays until what comes next fills the view."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._coming: Layout | None = None
        """What takes the place of what is shown."""
        self._aim: Aim | None = None
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
    def place(self) -> Aim:
        """What is in view at present, or will be."""
        if self._aim is not None:
            return self._aim
        line = round(self.scroll_y)
        block = self.shown.at(line)
        return START if block is None else Aim(block, line - self.shown.top(block))

    def show_blocks(self, blocks: Sequence[Block], aim: Aim = START, *, to_end: bool = False) -> None:
        """Show these from now on."""
        self._aim, self._to_end = aim, to_end
        self._coming = Layout(blocks, self.block_width)
        self._lay_out()

    def go(self, aim: Aim) -> None:
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

    def _reaches(self, layout: Layout) -> bool:
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
