"""Blocks of text, one below the other, and the lines on which they start."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.content import Content
from textual.css.styles import RulesMap

GAP = 1
"""Blank lines below each block."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The space around the text of a block, in cells. An edge or a box is drawn in the leftmost cell."""

    left: int = 0
    right: int = 1
    edge: bool = False
    box: tuple[str, str] | None = None
    """The texts in the top and the bottom line of a box; None: no box."""

    def inner_width(self, width: int) -> int:
        """The cells that are left for the text of a block that is `width` cells wide."""
        return max(1, width - self.left - self.right)


class Block(ABC):
    """A text with a frame. Its content is rendered when it is needed first, and again after `redraw`."""

    frame: ClassVar[Frame] = Frame()
    rules: RulesMap
    """How the text is wrapped and aligned."""

    def __init__(self) -> None:
        self.rules = RulesMap()
        self._content: Content | None = None

    @property
    @abstractmethod
    def style_name(self) -> str:
        """The component style of the text, without "block--"."""

    @property
    def edge_style_name(self) -> str:
        """The component style whose left border is the edge, without "block--"."""
        return self.style_name

    @abstractmethod
    def render(self) -> Content:
        """The text."""

    @property
    def content(self) -> Content:
        """The rendered text."""
        if self._content is None:
            self._content = self.render()
        return self._content

    @property
    def line_count(self) -> int:
        """The lines of the text before it is wrapped."""
        return self.content.plain.count("\n") + 1

    def redraw(self) -> None:
        """Render the text again, because it changed."""
        self._content = None

    def height(self, width: int) -> int:
        """The lines of the block at this width, without the gap below it."""
        text = self.content.get_height(self.rules, self.frame.inner_width(width))
        return text + 2 if self.frame.box else text


class BlockLayout:
    """The line on which each block starts at a width. Wrapping is slow, so this is computed in steps."""

    def __init__(self, blocks: Sequence[Block], width: int) -> None:
        self.blocks = blocks
        self.width = width
        self._tops = [0]
        """The first line of each block that is laid out, and the line after the last of them."""

    @property
    def count(self) -> int:
        """How many blocks are laid out."""
        return len(self._tops) - 1

    @property
    def height(self) -> int:
        """The lines of the blocks that are laid out."""
        return self._tops[-1]

    @property
    def is_complete(self) -> bool:
        """Whether all blocks are laid out."""
        return self.count == len(self.blocks)

    def extend(self, seconds: float) -> None:
        """Lay out at least one more block, and others until `seconds` are over."""
        end = time.perf_counter() + seconds
        while not self.is_complete:
            self._tops.append(self.height + self.blocks[self.count].height(self.width) + GAP)
            if time.perf_counter() >= end:
                break

    def top(self, number: int) -> int:
        """The first line of a block that is laid out."""
        return self._tops[number]

    def bottom(self, number: int) -> int:
        """The line after the last one of a block that is laid out."""
        return self._tops[number + 1] - GAP

    def block_at(self, line: int) -> int | None:
        """The number of the block on this line, or above it if the line is a gap."""
        return bisect_right(self._tops, line) - 1 if 0 <= line < self.height else None

    def update(self, number: int) -> None:
        """Move the blocks below this one, whose text changed."""
        if number < self.count:
            more = self.top(number) + self.blocks[number].height(self.width) - self.bottom(number)
            self._tops[number + 1 :] = [top + more for top in self._tops[number + 1 :]]
