"""A dialog with the links and attachments of a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from enum import Enum
from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.cells import fit
from tui.dashboard.thread.layout import Link
from tui.formatting import clock_time

SHOWN_ADDRESS = 160
"""Characters shown of an address: about two lines."""
MAX_NAME = 40
"""Cells of the name of an attachment or a sender that are shown."""


class LinkUse(Enum):
    """What to do with a chosen link."""

    OPEN = "open"
    COPY = "copy"


class LinksScreen(ModalScreen[tuple[int, LinkUse]]):
    """Dismissed with the number of a link and what to do with it, or with None.

    A typed number opens its link at once, unless other numbers start with it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy", id="copy_address", tooltip="Copy the whole address of the link"),
        Binding("escape,l", "dismiss", "Close", id="close_links", tooltip="Close without opening a link"),
    ]

    options = getters.query_one(OptionList)
    window = getters.query_one(Vertical)

    def __init__(self, links: Sequence[Link], zone: tzinfo | None) -> None:
        super().__init__()
        self._links = links
        self._zone = zone
        self._typed = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="window") as window:
            window.border_title = "links"
            window.border_subtitle = "Type a number, or Enter open · y copy · Esc close"
            yield OptionList(
                *(Option(link_line(link, self._zone), id=str(link.number)) for link in self._links)
            )

    def on_key(self, event: events.Key) -> None:
        if event.character is None or not event.character.isdecimal():
            return
        event.stop()
        typed = self._typed + event.character
        numbers = [link.number for link in self._links if str(link.number).startswith(typed)]
        if not numbers:
            self._typed = ""
            self.window.border_subtitle = f"No link {typed}"
            return
        if len(numbers) == 1:
            self.dismiss((numbers[0], LinkUse.OPEN))
            return
        self._typed = typed
        self.window.border_subtitle = f"{typed}… · Enter open"
        self.options.highlighted = numbers[0] - 1

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss((int(event.option_id or 0), LinkUse.OPEN))

    def action_copy(self) -> None:
        if self.options.highlighted is not None:
            self.dismiss((self._links[self.options.highlighted].number, LinkUse.COPY))


def link_line(link: Link, zone: tzinfo | None) -> Content:
    """Number, name and address of a link, and who sent it when."""
    author = fit(link.part.author.name, MAX_NAME)
    sender = f"  {author} {clock_time(link.part.created_at, zone)}"
    name = f"⊕ {fit(link.name, MAX_NAME)}  " if link.name else ""
    return Content.assemble(
        (f"[{link.number}] ", "bold $text-accent"), name, link.shown(SHOWN_ADDRESS), (sender, "$muted")
    )
