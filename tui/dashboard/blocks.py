"""Blocks of text that stand one below the other, and on which lines: what a `BlockScroll` shows."""

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
    """What surrounds the text of a block, in cells; an edge or a box takes the first of those to the left."""

    left: int = 0
    right: int = 1
    edge: bool = False
    box: tuple[str, str] | None = None
    """The words in the upper and in the lower line of a box."""

    def inside(self, width: int) -> int:
        """The cells that are left for the text."""
        return max(1, width - self.left - self.right)


class Block(ABC):
    """Draws what it shows only when it is asked for it, and again when it is another."""

    frame: ClassVar[Frame] = Frame()
    rules: RulesMap
    """How the text is wrapped and aligned."""

    def __init__(self) -> None:
        self.rules = RulesMap()
        self._content: Content | None = None

    @property
    @abstractmethod
    def look(self) -> str:
        """The name of the component style."""

    @property
    def edge(self) -> str:
        """The name of the component style of the edge."""
        return self.look

    @abstractmethod
    def draw(self) -> Content:
        """The text."""

    @property
    def lines(self) -> int:
        """How many lines the text has before it is wrapped."""
        return self.content.plain.count("\n") + 1

    @property
    def content(self) -> Content:
        if self._content is None:
            self._content = self.draw()
        return self._content

    def redraw(self) -> None:
        """It shows something else from now on."""
        self._content = None

    def height(self, width: int) -> int:
        """Lines it takes up."""
        text = self.content.get_height(self.rules, self.frame.inside(width))
        return text + 2 if self.frame.box else text


class Layout:
    """On which line each block begins at this width. Wrapping takes its time: it is found out bit by bit."""

    def __init__(self, blocks: Sequence[Block], width: int) -> None:
        self.blocks = blocks
        self.width = width
        self._tops = [0]
        """The first line of each block that is laid out, and the line below the last of them."""

    @property
    def laid(self) -> int:
        """How many blocks are laid out."""
        return len(self._tops) - 1

    @property
    def height(self) -> int:
        """Lines of the blocks that are laid out."""
        return self._tops[-1]

    @property
    def is_complete(self) -> bool:
        return self.laid == len(self.blocks)

    def extend(self, seconds: float) -> None:
        """Lay out more blocks, one at least, and go on for so long."""
        until = time.perf_counter() + seconds
        while not self.is_complete:
            self._tops.append(self.height + self.blocks[self.laid].height(self.width) + GAP)
            if time.perf_counter() >= until:
                break

    def top(self, number: int) -> int:
        """The first line of a block that is laid out."""
        return self._tops[number]

    def bottom(self, number: int) -> int:
        """The line below its last one."""
        return self._tops[number + 1] - GAP

    def at(self, line: int) -> int | None:
        """The number of the block which this line, or the gap above it, belongs to."""
        return bisect_right(self._tops, line) - 1 if 0 <= line < self.height else None

    def lay_again(self, number: int) -> None:
        """This block shows something else."""
        if number < self.laid:
            more = self.top(number) + self.blocks[number].height(self.width) - self.bottom(number)
            self._tops[number + 1 :] = [top + more for top in self._tops[number + 1 :]]
