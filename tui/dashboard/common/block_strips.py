"""Draws blocks as strips whose text can be selected with the mouse across several blocks.

Textual finds the text under the mouse by the "offset" that it stores in the metadata of each segment: the
column and the line in the content of the widget. A `BlockScroll` has many contents, each of which would count
its lines from 0. Therefore the lines of text above a block are added to its offsets, and subtracted from the
selection before the block is rendered. Textual has no public way to do that.
"""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions
from textual.widget import Widget

from tui.cells import cell_width
from tui.dashboard.common.blocks import Block

EDGES = {"outer": "▌", "thick": "█", "double": "║", "dashed": "╏"}
"""How the left border of a component style is drawn."""
BOX = (("┏", "╍", "┓"), ("╏", " ", "╏"), ("┗", "╍", "┛"))


def component(style_name: str) -> str:
    """The name of a component style of blocks."""
    return f"block--{style_name}"


def draw_block(widget: Widget, block: Block, width: int, lines_above: int) -> list[Strip]:
    """The lines of a block, in the component styles of `widget`.

    `lines_above` is the number of lines of text in the blocks above, before wrapping.
    """
    base = widget.rich_style
    style = widget.get_visual_style(component(block.style_name))
    inner_width = block.frame.inner_width(width)
    strips = block.content.render_strips(
        inner_width, None, style, _render_options(widget, block, lines_above)
    )
    filled = (style + Style(reverse=False)).rich_style
    lines = [_move_offsets(strip, lines_above).extend_cell_length(inner_width, filled) for strip in strips]
    edge, side = _edge_segments(widget, block, filled)
    left = (
        [edge, Segment(" " * (block.frame.left - 1), filled)]
        if edge
        else [_blank_segment(block.frame.left, base)]
    )
    right = [Segment(" ", filled), side] if block.frame.box and side else []
    margin = _blank_segment(block.frame.right - sum(cell_width(piece.text) for piece in right), base)
    lines = [Strip([*left, *line, *right, margin]) for line in lines]
    return _boxed(widget, block, lines, width - 1, base) if block.frame.box else lines


def _edge_segments(widget: Widget, block: Block, filled: RichStyle) -> tuple[Segment | None, Segment | None]:
    """The segments at the left and at the right of each line."""
    if block.frame.box:
        side = Segment(BOX[1][0], widget.get_component_rich_style(component("box")))
        return side, side
    if not block.frame.edge:
        return None, None
    kind, color = widget.get_component_styles(component(block.edge_style_name)).border_left
    return Segment(EDGES[kind], filled + RichStyle(color=color.rich_color)), None


def _boxed(widget: Widget, block: Block, lines: list[Strip], width: int, base: RichStyle) -> list[Strip]:
    """The lines with the top and the bottom line of a box, which contain their texts if these fit."""
    title, subtitle = (text if cell_width(text) + 4 <= width else "" for text in block.frame.box or ("", ""))
    line = widget.get_component_rich_style(component("box"))
    left, fill, right = BOX[0]
    top = [
        Segment(left + fill, line),
        Segment(title, widget.get_component_rich_style(component("box-title"))),
        Segment(fill * (width - cell_width(title) - 3) + right, line),
    ]
    left, fill, right = BOX[2]
    bottom = [
        Segment(left + fill * (width - cell_width(subtitle) - 3), line),
        Segment(subtitle, widget.get_component_rich_style(component("box-subtitle"))),
        Segment(fill + right, line),
    ]
    margin = _blank_segment(1, base)
    return [Strip([*top, margin]), *lines, Strip([*bottom, margin])]


def _blank_segment(cells: int, style: RichStyle) -> Segment:
    return Segment(" " * max(0, cells), style)


# --- selection


def _render_options(widget: Widget, block: Block, lines_above: int) -> RenderOptions:
    selection = widget.text_selection
    selection_style = None
    if selection is not None:
        selection_style = Style.from_styles(widget.screen.get_component_styles("screen--selection"))
        selection = _within_block(selection, lines_above)
    return RenderOptions(_parse_style, block.rules, selection, selection_style)


def _parse_style(style: str | Style) -> Style:
    return style if isinstance(style, Style) else Style.parse(style)


def _within_block(selection: Selection, lines_above: int) -> Selection | None:
    """The selection with its lines counted from the start of the block."""
    start, end = selection
    if end is not None and end.y < lines_above:
        return None
    if start is not None:
        start = start - (0, lines_above) if start.y >= lines_above else None
    return Selection(start, None if end is None else end - (0, lines_above))


def _move_offsets(strip: Strip, lines: int) -> Strip:
    """The strip with `lines` added to the line of each offset."""
    segments = []
    for text, style, control in strip:
        offset = style.meta.get("offset") if style else None
        if style and offset:
            style += RichStyle.from_meta({"offset": (offset[0], offset[1] + lines)})
        segments.append(Segment(text, style, control))
    return Strip(segments, strip.cell_length)
