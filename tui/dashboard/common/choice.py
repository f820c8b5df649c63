"""A choice between a few words in one line."""

from __future__ import annotations

from abc import abstractmethod

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.cells import cell_width


class InlineChoice(Static):
    """Shows options side by side, the chosen one in brackets. A click posts the message of an option."""

    @abstractmethod
    def options(self) -> list[tuple[str, bool, Message]]:
        """The text of each option, whether it is chosen, and the message that a click on it posts."""

    def _labels(self) -> list[tuple[str, bool, Message]]:
        return [
            (f"[{text}]" if chosen else f" {text} ", chosen, message)
            for text, chosen, message in self.options()
        ]

    def render(self) -> Content:
        return Content(" ").join(
            Content.styled(label, "bold $text-primary" if chosen else "$muted")
            for label, chosen, _ in self._labels()
        )

    def on_click(self, event: events.Click) -> None:
        start = 0
        for label, _, message in self._labels():
            end = start + cell_width(label)
            if start <= event.x < end:
                self.post_message(message)
            start = end + 1
