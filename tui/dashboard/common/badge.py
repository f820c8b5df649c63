"""What tells this workspace from others on the screen: a name on its colour."""

from __future__ import annotations

from textual.color import Color
from textual.content import Content

from tui.cells import fit

LONGEST = 20
"""Cells of the name."""
EQUAL_CONTRAST = 0.179
"""The relative luminance on which black and white are equally readable, at 4.6 to 1."""


def workspace_badge(name: str, color: str = "", *, no_color: bool = False) -> Content:
    """The name, with a blank on each side; reversed without a colour. Empty without a name."""
    if not name:
        return Content("")
    style = "bold reverse"
    if color and not no_color:
        background = Color.parse(color)
        text = "black" if _luminance(background) > EQUAL_CONTRAST else "white"
        style = f"bold {text} on {background.hex6}"
    return Content.styled(f" {fit(name, LONGEST)} ", style)


def _luminance(color: Color) -> float:
    """The relative luminance as WCAG defines it, from 0 to 1."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
