"""The dialog that asks what to copy, and the one that shows a text to select with the mouse."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

CHOICES = {
    "l": ("link", "link to the conversation in Intercom"),
    "i": ("id", "number of the conversation"),
    "m": ("message", "the selected message, or the first visible one"),
    "t": ("thread", "the conversation as Markdown, without your own note"),
}
"""Key → (what to copy, its description)."""


class CopyScreen(ModalScreen[str]):
    """Dismissed with "link", "id", "message" or "thread", or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "choose('link')", "Link", id="copy_link", tooltip="Copy the link to the conversation"),
        Binding("i", "choose('id')", "Id", id="copy_id", tooltip="Copy the number of the conversation"),
        Binding("m", "choose('message')", "Message", id="copy_message", tooltip="Copy the message"),
        Binding("t", "choose('thread')", "Thread", id="copy_thread", tooltip="Copy the thread as Markdown"),
        Binding("escape,y", "dismiss", "Close", id="close_copy", tooltip="Close without copying"),
    ]

    def compose(self) -> ComposeResult:
        with Vertical(classes="window") as window:
            window.border_title = "copy"
            window.border_subtitle = "Esc close"
            for key, (what, description) in CHOICES.items():
                line = Content.assemble(
                    (f" {key}  ", "bold $text-accent"), (f"{what:<9}", "bold"), description
                )
                yield Static(line, classes="choice", name=what)

    def on_click(self, event: object) -> None:
        for choice in self.query(".choice"):
            if choice.mouse_hover and choice.name:
                self.dismiss(choice.name)

    def action_choose(self, what: str) -> None:
        self.dismiss(what)


class TextScreen(ModalScreen[None]):
    """Shows a text that can be selected with the mouse, below the reason why it is shown.

    Copying what is selected, or all of it, closes it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority: the text area copies with ctrl+c too, but stays open.
        Binding("y,ctrl+c", "copy", "Copy", id="copy_text", tooltip="Copy, and close", priority=True),
        Binding("escape,q", "dismiss", "Close", id="close_text", tooltip="Close the text"),
    ]

    def __init__(self, title: str, reason: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._reason = reason
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical(classes="window") as window:
            window.border_title = Content(self._title)
            window.border_subtitle = "y copy · Esc close"
            yield Static(Content(self._reason), classes="reason")
            yield TextArea(self._text, read_only=True, soft_wrap=True, show_line_numbers=False)

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self.query_one(TextArea).selected_text or self._text)
        self.dismiss(None)
