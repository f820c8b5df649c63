"""A block as lines of the terminal."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions
from textual.widget import Widget

from tui.dashboard.blocks import Block

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
    strips = block.content.render_strips(inside, None, style, _options(widget, block, above))
    filled = (style + Style(reverse=False)).rich_style
    lines = [_placed(strip, above).extend_cell_length(inside, filled) for strip in strips]
    edge, side = _edge(widget, block, filled)
    left = [edge, Segment(" " * (block.frame.left - 1), filled)] if edge else [_blank(block.frame.left, base)]
    right = [Segment(" ", filled), side] if block.frame.box and side else []
    margin = _blank(block.frame.right - sum(cell_len(piece.text) for piece in right), base)
    lines = [Strip([*left, *line, *right, margin]) for line in lines]
    return _boxed(widget, block, lines, width - 1, base) if block.frame.box else lines


def component(name: str) -> str:
    return f"block--{name}"


def _edge(widget: Widget, block: Block, filled: RichStyle) -> tuple[Segment | None, Segment | None]:
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
    margin = _blank(1, base)
    return [Strip([*top, margin]), *lines, Strip([*bottom, margin])]


def _options(widget: Widget, block: Block, above: int) -> RenderOptions:
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


def _blank(cells: int, style: RichStyle) -> Segment:
    return Segment(" " * max(0, cells), style)
