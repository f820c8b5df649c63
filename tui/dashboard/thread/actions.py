"""What one does with a conversation that is read, wherever it is: walk through it, copy it, open it, follow
links, meet the customer."""

from __future__ import annotations

import os
from typing import ClassVar, Protocol

from textual import getters, on, work
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widget import Widget

from tui.dashboard.common.messages import QueryChosen
from tui.dashboard.results.queries import StoreReads
from tui.dashboard.thread.browser import open_address
from tui.dashboard.thread.clipboard import takes_clipboard
from tui.dashboard.thread.copy_screen import CopyScreen, TextScreen
from tui.dashboard.thread.customer_screen import CustomerScreen
from tui.dashboard.thread.links_screen import LinksScreen
from tui.dashboard.thread.messages import AddressOpened, LinkFollowed, TextCopied
from tui.dashboard.thread.view import ThreadView
from tui.markdown import thread_markdown
from tui.query.syntax import term

COPIED = "Copied to the clipboard, if the terminal takes it (OSC 52). If not, mark the text here:"
NO_BROWSER = "No browser could be opened from here. This is the address:"


READ = frozenset({"copy", "open", "customer", "only_theirs"})
"""What needs a conversation."""


class ConversationSource(Protocol):
    """Where the conversations come from."""

    def go_to(self, conversation_id: int) -> None:
        """Read this one, which may be from elsewhere."""

    def go_on(self, step: int) -> None:
        """Read the next (1) or previous (-1) one."""

    def zoom(self) -> bool:
        """Leave all the room to the thread, or take it back. Returns whether the thread has it."""


class ThreadActions(Container):
    """Stands around whatever shows a thread, so that its keys work in all of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "match(1)", "Match", id="next_match", tooltip="Next match in the conversation"),
        Binding(
            "N",
            "match(-1)",
            "Previous match",
            id="previous_match",
            tooltip="Previous match in the conversation",
            show=False,
        ),
        Binding(
            "right_square_bracket",
            "message(1)",
            "Next message",
            id="next_message",
            tooltip="Next message in the conversation",
            show=False,
        ),
        Binding(
            "left_square_bracket",
            "message(-1)",
            "Previous message",
            id="previous_message",
            tooltip="Previous message in the conversation",
            show=False,
        ),
        Binding(
            "right_curly_bracket",
            "conversation(1)",
            "Next conversation",
            id="next_conversation",
            tooltip="Read the next conversation of the list",
            show=False,
        ),
        Binding(
            "left_curly_bracket",
            "conversation(-1)",
            "Previous conversation",
            id="previous_conversation",
            tooltip="Read the previous conversation of the list",
            show=False,
        ),
        Binding("z", "zoom", "Full width", id="zoom", tooltip="The conversation in full width", show=False),
        Binding(
            "e",
            "events",
            "Events",
            id="events",
            tooltip="Show every event, or fold them",
            show=False,
        ),
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

    thread = getters.query_one(ThreadView)

    def __init__(
        self,
        shown: Widget,
        shelf: ConversationSource,
        reads: StoreReads,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        """`shown` is, or has in it, the thread that is read."""
        super().__init__(shown, id=id)
        self._shelf = shelf
        self._reads = reads

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted:
            return True
        if action == "match":
            return self.thread.has_matches
        if action == "links":
            return bool(self.thread.links)
        return action not in READ or self.thread.row is not None

    # --- walking through it

    def action_match(self, step: int) -> None:
        self.thread.go_to_match(step)

    def action_message(self, step: int) -> None:
        self.thread.scroll.go_to_message(step)

    def action_conversation(self, step: int) -> None:
        self._shelf.go_on(step)

    def action_zoom(self) -> None:
        """What stands beside the thread goes away and comes back; the keys go where they are of use."""
        if self._shelf.zoom():
            self.thread.scroll.focus()

    def action_events(self) -> None:
        self.thread.scroll.toggle_events()

    # --- copying

    def action_copy(self) -> None:
        self.app.push_screen(CopyScreen(), self._copy)

    def _copy(self, what: str | None) -> None:
        row, thread, part = self.thread.row, self.thread.thread, self.thread.part
        text = ""
        if what == "link" and row is not None:
            text = row.url
        elif what == "id" and row is not None:
            text = str(row.id)
        elif what == "message" and part is not None:
            text = part.text
        elif what == "thread" and thread is not None:
            text = thread_markdown(thread, self._reads.zone)
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
        if (row := self.thread.row) is not None:
            self._open(row.url)

    def action_links(self) -> None:
        self.app.push_screen(LinksScreen(self.thread.links, self._reads.zone), self._link_chosen)

    def _link_chosen(self, number: int | None) -> None:
        if number:
            self.post_message(LinkFollowed(number))

    @on(LinkFollowed)
    def _follow(self, message: LinkFollowed) -> None:
        links = self.thread.links
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
        if (row := self.thread.row) is not None:
            card = CustomerScreen(self._reads, row, self.thread.thread)
            self.app.push_screen(card, self._card_closed)

    def _card_closed(self, outcome: int | str | None) -> None:
        if isinstance(outcome, int):
            self._shelf.go_to(outcome)
        elif outcome == "filter":
            self.action_only_theirs()

    def action_only_theirs(self) -> None:
        if (row := self.thread.row) is not None:
            self.post_message(QueryChosen(term("from", row.customer.email or row.customer.name)))
