"""Words to click, or to reach with a key, one of which is chosen."""

from __future__ import annotations

from abc import abstractmethod

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static


class InlineChoice(Static):
    """The chosen word stands in brackets, which can be read without colour."""

    @abstractmethod
    def options(self) -> list[tuple[str, bool, Message]]:
        """Each word, whether it is the chosen one, and what a click on it posts."""

    def _labels(self) -> list[tuple[str, bool, Message]]:
        return [
            (f"[{text}]" if chosen else f" {text} ", chosen, told) for text, chosen, told in self.options()
        ]

    def render(self) -> Content:
        return Content(" ").join(
            Content.styled(label, "bold $text-primary" if chosen else "$muted")
            for label, chosen, _ in self._labels()
        )

    def on_click(self, event: events.Click) -> None:
        start = 0
        for label, _, told in self._labels():
            end = start + cell_len(label)
            if start <= event.x < end:
                self.post_message(told)
            start = end + 1
