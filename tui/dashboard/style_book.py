"""The styles of result rows, worked out once for each mix of states a row can be in."""

from __future__ import annotations

from rich.style import Style
from textual.widget import Widget

from tui.dashboard.row_strip import RowStyles

LAYERS = ("odd", "hover", "cursor", "cursor-blurred")
"""States of a line, laid over each other in this order."""
PARTS = RowStyles.__slots__[1:]
"""Pieces of a row that have a style of their own."""


class StyleBook:
    """Reads the component styles `results--…` of a widget."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._known: dict[tuple[str, ...], RowStyles] = {}

    def clear(self) -> None:
        """The theme changed."""
        self._known.clear()

    def row(self, layers: tuple[str, ...]) -> RowStyles:
        """The styles of a line with these states."""
        found = self._known.get(layers)
        if found is None:
            base = self._widget.rich_style
            for name in layers:
                base += self._part(name)
            found = self._known[layers] = RowStyles(base, *(base + self._part(name) for name in PARTS))
        return found

    def heading(self) -> tuple[Style, Style]:
        """The styles of the heading, and of the sorted column in it."""
        base = self._widget.get_component_rich_style("results--heading")
        return base, base + self._part("heading-active")

    def _part(self, name: str) -> Style:
        return self._widget.get_component_rich_style(f"results--{name}", partial=True)
