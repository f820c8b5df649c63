"""A `Static` for text that is set far more often than it changes."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class StaticText(Static):
    """Is updated only when its text changes: a layout of the whole screen takes about 15 ms."""

    _text: Content | None = None

    def set_text(self, text: Content | str, *, layout: bool = True) -> None:
        """Show this text; a `str` is plain text, not markup.

        `layout=False` says that the size of the widget does not depend on the text.
        """
        content = Content(text) if isinstance(text, str) else text
        if self._text is None or not content.is_same(self._text):
            self._text = content
            self.update(content, layout=layout)
