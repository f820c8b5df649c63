"""A radio button that is readable without colour: "(•) chosen", "( ) not chosen"."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import RadioButton


class Radio(RadioButton):
    """Textual's own shows the same glyph for both, in two colours."""

    def render(self) -> Content:
        label = self.label.pad(1, 1).stylize_before(self.get_visual_style("toggle--label"))
        return Content.assemble("(•)" if self.value else "( )", label)
