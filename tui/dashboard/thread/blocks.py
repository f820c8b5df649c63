"""Blocks of text that are laid out and drawn line by line."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.content import Content
from textual.css.styles import RulesMap
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions
from textual.widget import Widget

EDGES = {"outer": "▌", "thick": "█", "double": "║", "dashed": "╏"}
"""The left border of a component style, as it is drawn."""
BOX = (("┏", "╍", "┓"), ("╏", " ", "╏"), ("┗", "╍", "┛"))


def draw_block(widget: Widget, block: Block, width: int, above: int) -> list[Strip]:
    """The lines of a block in the component styles of the widget.

    `above` is how many lines of text there are before it, which is where a selection by mouse counts from.
    """
    base = widget.rich_style
    style = widget.get_visual_style(component(block.look))
    inside = block.frame.inside(width)
    strips = block.content.render_strips(inside, None, style, _render_options(widget, block, above))
    filled = (style + Style(reverse=False)).rich_style
    lines = [_placed(strip, above).extend_cell_length(inside, filled) for strip in strips]
    edge, side = _edge_segments(widget, block, filled)
    left = (
        [edge, Segment(" " * (block.frame.left - 1), filled)]
        if edge
        else [_blank_segment(block.frame.left, base)]
    )
    right = [Segment(" ", filled), side] if block.frame.box and side else []
    margin = _blank_segment(block.frame.right - sum(cell_len(piece.text) for piece in right), base)
    lines = [Strip([*left, *line, *right, margin]) for line in lines]
    return _boxed(widget, block, lines, width - 1, base) if block.frame.box else lines


def component(name: str) -> str:
    return f"block--{name}"


def _edge_segments(widget: Widget, block: Block, filled: RichStyle) -> tuple[Segment | None, Segment | None]:
    """What stands to the left, and to the right."""
    if block.frame.box:
        side = Segment(BOX[1][0], widget.get_component_rich_style(component("box")))
        return side, side
    if not block.frame.edge:
        return None, None
    kind, color = widget.get_component_styles(component(block.edge)).border_left
    return Segment(EDGES[kind], filled + RichStyle(color=color.rich_color)), None


def _boxed(widget: Widget, block: Block, lines: list[Strip], width: int, base: RichStyle) -> list[Strip]:
    """The lines between the upper and the lower line of a box, with their words as far as there is room."""
    above, below = (words if cell_len(words) + 4 <= width else "" for words in block.frame.box or ("", ""))
    line = widget.get_component_rich_style(component("box"))
    left, fill, right = BOX[0]
    top = [
        Segment(left + fill, line),
        Segment(above, widget.get_component_rich_style(component("box-title"))),
        Segment(fill * (width - cell_len(above) - 3) + right, line),
    ]
    left, fill, right = BOX[2]
    bottom = [
        Segment(left + fill * (width - cell_len(below) - 3), line),
        Segment(below, widget.get_component_rich_style(component("box-subtitle"))),
        Segment(fill + right, line),
    ]
    margin = _blank_segment(1, base)
    return [Strip([*top, margin]), *lines, Strip([*bottom, margin])]


def _render_options(widget: Widget, block: Block, above: int) -> RenderOptions:
    selection = widget.text_selection
    marked = None
    if selection is not None:
        marked = Style.from_styles(widget.screen.get_component_styles("screen--selection"))
        selection = _counted_from(selection, above)
    return RenderOptions(_style_of, block.rules, selection, marked)


def _style_of(style: str | Style) -> Style:
    return style if isinstance(style, Style) else Style.parse(style)


def _counted_from(selection: Selection, line: int) -> Selection | None:
    """The same selection as seen from a block that begins at this line."""
    start, end = selection
    if end is not None and end.y < line:
        return None
    if start is not None:
        start = start - (0, line) if start.y >= line else None
    return Selection(start, None if end is None else end - (0, line))


def _placed(strip: Strip, above: int) -> Strip:
    """Its places in the text, as the mouse finds them, counted from the first block."""
    segments = []
    for text, style, control in strip:
        place = style.meta.get("offset") if style else None
        if style and place:
            style += RichStyle.from_meta({"offset": (place[0], place[1] + above)})
        segments.append(Segment(text, style, control))
    return Strip(segments, strip.cell_length)


def _blank_segment(cells: int, style: RichStyle) -> Segment:
    return Segment(" " * max(0, cells), style)


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


class BlockLayout:
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
