"""The links and attachments of a conversation, to be opened by their number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.dashboard.thread.layout import Link
from tui.formatting import clock_time


class LinksScreen(ModalScreen[int]):
    """Ends with the number of the link to open. A number that no other begins with opens at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,l", "dismiss", "Close", id="close_links", tooltip="Open no link"),
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
            window.border_subtitle = "type a number, or enter · esc closes"
            yield OptionList(
                *(Option(link_line(link, self._zone), id=str(link.number)) for link in self._links)
            )

    def on_key(self, event: events.Key) -> None:
        if event.character is None or not event.character.isdecimal():
            return
        event.stop()
        typed = self._typed + event.character
        fitting = [link.number for link in self._links if str(link.number).startswith(typed)]
        if not fitting:
            self._typed = ""
            self.window.border_subtitle = f"there is no link {typed}"
            return
        if len(fitting) == 1:
            self.dismiss(fitting[0])
            return
        self._typed = typed
        self.window.border_subtitle = f"{typed}… · enter opens it"
        self.options.highlighted = fitting[0] - 1

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(int(event.option_id or 0))


def link_line(link: Link, zone: tzinfo | None) -> Content:
    said = f"  {link.by.author.name} {clock_time(link.by.created_at, zone)}"
    name = f"⊕ {link.name}  " if link.name else ""
    return Content.assemble((f"[{link.number}] ", "bold $text-accent"), name, link.url, (said, "$muted"))
