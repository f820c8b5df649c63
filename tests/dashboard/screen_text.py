"""What is on screen: the text, read from the screenshot that Textual exports, and the styles."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from rich.cells import cell_len
from textual.app import App
from textual.strip import Strip

CELL = 12.2
"""Width of a cell in the SVG."""
_TEXT = re.compile(
    r'<text class="[^"]*" x="([\d.]+)" [^>]*clip-path="url\(#[\w-]*-line-(\d+)\)">([^<]*)</text>'
)


def screen_text(app: App[Any]) -> list[str]:
    """The lines of the terminal, modal screens over what they cover; no spaces at the ends."""
    return svg_text(app.export_screenshot(), app.size.height)


def svg_text(svg: str, height: int = 0) -> list[str]:
    """The lines of an exported screenshot, at least `height` of them."""
    lines = [""] * height
    for x, y, text in _TEXT.findall(svg):
        lines += [""] * (int(y) + 1 - len(lines))
        before = lines[int(y)]
        gap = round(float(x) / CELL) - cell_len(before)
        lines[int(y)] = before + " " * gap + unescape(text).replace("\xa0", " ")
    return [line.rstrip() for line in lines]


def screen_strips(app: App[Any]) -> list[Strip]:
    """The lines of the screen on top with their styles.

    The tests' only look into Textual: a screenshot shows colours, but not whether they are reversed.
    """
    return app.screen._compositor.render_strips()
