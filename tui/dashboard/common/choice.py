"""A line of words, one of which is chosen by a click or a key."""

from __future__ import annotations

from abc import abstractmethod

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static


class InlineChoice(Static):
    """The chosen word is shown in brackets, which are readable without colour."""

    @abstractmethod
    def options(self) -> list[tuple[str, bool, Message]]:
        """For each word: its text, whether it is chosen, and the message that a click on it posts."""

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
            end = start + cell_len(label)
            if start <= event.x < end:
                self.post_message(message)
            start = end + 1
