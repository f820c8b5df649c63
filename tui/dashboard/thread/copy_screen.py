"""What to copy of a conversation, and the text itself for terminals that cannot take it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

CHOICES = {
    "l": ("link", "the link to the conversation in Intercom"),
    "i": ("id", "the number of the conversation"),
    "m": ("message", "the message gone to, or the first in view"),
    "t": ("thread", "the whole conversation as Markdown, without notes of your own"),
}
"""Key → (what, in words)."""


class CopyScreen(ModalScreen[str]):
    """Asks what to copy; ends with "link", "id", "message" or "thread"."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "choose('link')", "Link", id="copy_link", tooltip="Copy the link to the conversation"),
        Binding("i", "choose('id')", "Id", id="copy_id", tooltip="Copy the number of the conversation"),
        Binding("m", "choose('message')", "Message", id="copy_message", tooltip="Copy the message"),
        Binding("t", "choose('thread')", "Thread", id="copy_thread", tooltip="Copy the thread as Markdown"),
        Binding("escape,y", "dismiss", "Close", id="close_copy", tooltip="Copy nothing"),
    ]

    def compose(self) -> ComposeResult:
        with Vertical(classes="window -small") as window:
            window.border_title = "copy"
            window.border_subtitle = "esc closes"
            for key, (what, words) in CHOICES.items():
                line = Content.assemble((f" {key}  ", "bold $text-accent"), (f"{what:<9}", "bold"), words)
                yield Static(line, classes="choice", name=what)

    def on_click(self, event: object) -> None:
        for choice in self.query(".choice"):
            if choice.mouse_hover and choice.name:
                self.dismiss(choice.name)

    def action_choose(self, what: str) -> None:
        self.dismiss(what)


class TextScreen(ModalScreen[None]):
    """Shows a text that can be marked with the mouse, and says why it is shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Close", id="close_text", tooltip="Close the text"),
    ]

    def __init__(self, title: str, words: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._words = words
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical(classes="window") as window:
            window.border_title = Content(self._title)
            window.border_subtitle = "esc closes"
            yield Static(Content(self._words), classes="words")
            yield TextArea(self._text, read_only=True, soft_wrap=True, show_line_numbers=False)
