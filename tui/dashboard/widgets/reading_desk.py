"""What one does with the conversation under the cursor: copy it, open it, follow links, meet the customer."""

from __future__ import annotations

import os
from datetime import tzinfo
from typing import ClassVar

from textual import getters, on, work
from textual.binding import Binding, BindingType
from textual.containers import Container

from tui.clock import Clock, system_clock
from tui.dashboard.clipboard import takes_clipboard
from tui.dashboard.messages import AddressOpened, LinkFollowed, TextCopied
from tui.dashboard.opening import open_address
from tui.dashboard.query_edit import term
from tui.dashboard.reads import StoreReads
from tui.dashboard.screens.copy import CopyScreen, TextScreen
from tui.dashboard.screens.customer import CustomerScreen
from tui.dashboard.screens.links import LinksScreen
from tui.dashboard.seeing.messages import QueryChosen
from tui.dashboard.widgets.browser import Browser
from tui.markdown import thread_markdown

COPIED = "Copied to the clipboard, if the terminal takes it (OSC 52). If not, mark the text here:"
NO_BROWSER = "No browser could be opened from here. This is the address:"


class ReadingDesk(Container):
    """Stands around the browser, so that its keys work in the list and in the thread."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy", id="copy", tooltip="Copy link, id, message or thread", show=False),
        Binding("o", "open", "Open", id="open_in_intercom", tooltip="Open it in Intercom", show=False),
        Binding("l", "links", "Links", id="links", tooltip="Open a link or attachment of it", show=False),
        Binding("w", "customer", "Customer", id="customer", tooltip="Who wrote, and what else", show=False),
        Binding(
            "W",
            "only_theirs",
            "Only theirs",
            id="only_theirs",
            tooltip="Search for this customer",
            show=False,
        ),
    ]

    browser = getters.query_one(Browser)

    def __init__(
        self,
        browser: Browser,
        reads: StoreReads,
        clock: Clock = system_clock,
        zone: tzinfo | None = None,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(browser, id=id)
        self._reads = reads
        self._clock = clock
        self._zone = zone

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted or action not in {"copy", "open", "links", "customer", "only_theirs"}:
            return True
        if action == "links":
            return bool(self.browser.thread.links)
        return self.browser.thread.row is not None

    # --- copying

    def action_copy(self) -> None:
        self.app.push_screen(CopyScreen(), self._copy)

    def _copy(self, what: str | None) -> None:
        row, thread, part = self.browser.thread.row, self.browser.thread.thread, self.browser.thread.part
        text = ""
        if what == "link" and row is not None:
            text = row.url
        elif what == "id" and row is not None:
            text = str(row.id)
        elif what == "message" and part is not None:
            text = part.text
        elif what == "thread" and thread is not None:
            text = thread_markdown(thread, self._zone)
        if what is None:
            return
        if not text:
            self.notify("There is no text to copy yet.", severity="warning", markup=False)
            return
        self.app.copy_to_clipboard(text)
        self.post_message(TextCopied(what, text))

    @on(TextCopied)
    def _copied(self, message: TextCopied) -> None:
        if takes_clipboard(os.environ):
            self.notify(f"Copied the {message.what}.", markup=False)
        else:
            self.app.push_screen(TextScreen(f"copied: {message.what}", COPIED, message.text))

    # --- opening

    def action_open(self) -> None:
        if (row := self.browser.thread.row) is not None:
            self._open(row.url)

    def action_links(self) -> None:
        self.app.push_screen(LinksScreen(self.browser.thread.links, self._zone), self._link_chosen)

    def _link_chosen(self, number: int | None) -> None:
        if number:
            self.post_message(LinkFollowed(number))

    @on(LinkFollowed)
    def _follow(self, message: LinkFollowed) -> None:
        links = self.browser.thread.links
        if 0 < message.number <= len(links):
            self._open(links[message.number - 1].url)

    @work(thread=True, group="opening", exit_on_error=False, name="browser")
    def _open(self, url: str) -> None:
        self.post_message(AddressOpened(url, open_address(url)))

    @on(AddressOpened)
    def _opened(self, message: AddressOpened) -> None:
        if message.success:
            self.notify("Opened in the browser.", markup=False)
        else:
            self.app.push_screen(TextScreen("link", NO_BROWSER, message.url))

    # --- the customer

    def action_customer(self) -> None:
        if (row := self.browser.thread.row) is not None:
            card = CustomerScreen(self._reads, row, self.browser.thread.thread, self._clock(), self._zone)
            self.app.push_screen(card, self._card_closed)

    def _card_closed(self, outcome: int | str | None) -> None:
        if isinstance(outcome, int):
            self.browser.go_to(outcome)
        elif outcome == "filter":
            self.action_only_theirs()

    def action_only_theirs(self) -> None:
        if (row := self.browser.thread.row) is not None:
            self.post_message(QueryChosen(term("from", row.customer.email or row.customer.name)))
