"""Text that is updated far more often than it changes."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class StaticText(Static):
    """Laid out and drawn anew only when it says something else: a layout of the screen costs 15 ms."""

    _said: Content | None = None

    def say(self, words: Content | str, *, layout: bool = True) -> None:
        """`layout=False`: whatever the words, they take the same room."""
        content = Content(words) if isinstance(words, str) else words
        if self._said is None or not content.is_same(self._said):
            self._said = content
            self.update(content, layout=layout)
