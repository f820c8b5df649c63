"""Actions on the conversation in the thread view: move in it, copy it, open it, open its links."""

from __future__ import annotations

import asyncio
import os
from typing import Any, ClassVar, Literal, Protocol

from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.dashboard.common.actions import Actions
from tui.dashboard.common.messages import QueryChosen
from tui.dashboard.common.terminal_program import TerminalProgramFailed, run_in_terminal, words_of
from tui.dashboard.store_thread import StoreThread
from tui.dashboard.thread.copy_screen import CopyScreen, TextScreen
from tui.dashboard.thread.customer_screen import CustomerScreen
from tui.dashboard.thread.desktop import open_address, takes_clipboard
from tui.dashboard.thread.links_screen import LinksScreen, LinkUse
from tui.dashboard.thread.messages import LinkFollowed
from tui.dashboard.thread.open_dialog import OpenDialog
from tui.dashboard.thread.view import ThreadView
from tui.markdown import thread_markdown
from tui.query.syntax import term
from tui.text import clean

COPIED = "Copied, if your terminal supports the clipboard (OSC 52). Otherwise select the text here:"
NO_BROWSER = "No browser found. The address is:"
NEEDS_CONVERSATION = frozenset({"copy", "open", "links", "customer", "only_theirs"})
PAGER = "less"
SECURE_LESS = {"LESSSECURE": "1"}
"""`less` starts no shell and no editor, and writes no file, whatever keys it is given."""


class ConversationSource(Protocol):
    """Chooses the conversation in the thread view: the list of results, or the play queue."""

    def go_to(self, conversation_id: int) -> None:
        """Show this conversation, which need not be in the list or the queue."""

    def go_by(self, step: int) -> None:
        """Show the next (1) or previous (-1) conversation."""

    def zoom(self) -> bool:
        """Show the thread alone, or beside the list again. Returns whether it is alone."""


class ThreadActions(Actions):
    """The screen passes `LinkFollowed` on to `follow`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "n",
            "feature('thread', 'match', 1)",
            "Match",
            id="next_match",
            tooltip="Next match in the conversation",
        ),
        Binding(
            "N",
            "feature('thread', 'match', -1)",
            "Previous match",
            id="previous_match",
            tooltip="Previous match in the conversation",
            show=False,
        ),
        Binding(
            "right_square_bracket",
            "feature('thread', 'message', 1)",
            "Next message",
            id="next_message",
            tooltip="Next message in the conversation",
            show=False,
        ),
        Binding(
            "left_square_bracket",
            "feature('thread', 'message', -1)",
            "Previous message",
            id="previous_message",
            tooltip="Previous message in the conversation",
            show=False,
        ),
        Binding(
            "right_curly_bracket",
            "feature('thread', 'conversation', 1)",
            "Next conversation",
            id="next_conversation",
            tooltip="Next conversation of the list",
            show=False,
        ),
        Binding(
            "left_curly_bracket",
            "feature('thread', 'conversation', -1)",
            "Previous conversation",
            id="previous_conversation",
            tooltip="Previous conversation of the list",
            show=False,
        ),
        Binding(
            "z",
            "feature('thread', 'zoom')",
            "Full width",
            id="zoom",
            tooltip="Show the conversation in full width",
            show=False,
        ),
        Binding(
            "e",
            "feature('thread', 'events')",
            "Events",
            id="events",
            tooltip="Show or fold events",
            show=False,
        ),
        Binding(
            "y",
            "feature('thread', 'copy')",
            "Copy",
            id="copy",
            tooltip="Copy link, id, message or thread",
            show=False,
        ),
        Binding(
            "vertical_line",
            "feature('thread', 'page')",
            "Pager",
            id="pager",
            tooltip="Read the conversation in $PAGER",
            show=False,
        ),
        Binding(
            "o",
            "feature('thread', 'open')",
            "Open",
            id="open_in_intercom",
            tooltip="Open the conversation in Intercom",
            show=False,
        ),
        Binding(
            "l",
            "feature('thread', 'links')",
            "Links",
            id="links",
            tooltip="Open a link or an attachment",
            show=False,
        ),
        Binding(
            "w",
            "feature('thread', 'customer')",
            "Customer",
            id="customer",
            tooltip="Customer details",
            show=False,
        ),
        Binding(
            "W",
            "feature('thread', 'only_theirs')",
            "Only this customer",
            id="only_theirs",
            tooltip="Search for this customer",
            show=False,
        ),
    ]

    def __init__(
        self, screen: Screen[Any], thread: ThreadView, source: ConversationSource, store: StoreThread
    ) -> None:
        self._screen = screen
        self._thread = thread
        self._source = source
        self._store = store

    def is_enabled(self, name: str) -> bool:
        if name == "match":
            return self._thread.has_matches
        if name == "page":
            return self._thread.thread is not None
        return name not in NEEDS_CONVERSATION or self._thread.row is not None

    # --- moving

    def match(self, step: int) -> None:
        self._thread.go_to_match(step)

    def message(self, step: int) -> None:
        self._thread.scroll.go_to_message(step)

    def conversation(self, step: int) -> None:
        self._source.go_by(step)

    def zoom(self) -> None:
        if self._source.zoom():
            self._thread.scroll.focus()

    def events(self) -> None:
        self._thread.scroll.toggle_events()

    # --- copying

    def copy(self) -> None:
        self._screen.app.push_screen(CopyScreen(), self._copy)

    def _copy(self, what: str | None) -> None:
        if what is None:
            return
        if text := self._text_of(what):
            self._copy_text(what, text)
        else:
            self._notify("There is nothing to copy yet.", severity="warning")

    def _copy_text(self, what: str, text: str) -> None:
        app = self._screen.app
        app.copy_to_clipboard(text)
        if takes_clipboard(os.environ):
            self._notify(f"Copied the {what}.")
        else:
            app.push_screen(TextScreen(f"Copied: {what}", COPIED, text))

    def _text_of(self, what: str) -> str:
        row, thread, part = self._thread.row, self._thread.thread, self._thread.part
        if what == "link" and row is not None:
            return row.url
        if what == "id" and row is not None:
            return str(row.id)
        if what == "message" and part is not None:
            return part.text
        if what == "thread" and thread is not None:
            return thread_markdown(thread, self._store.workspace.tz)
        return ""

    def page(self) -> None:
        """Show the conversation as Markdown in the pager, until that ends."""
        if not (text := self._text_of("thread")):
            return
        environment = self._store.workspace.environment_for_programs() | SECURE_LESS
        try:
            words = words_of(environment, "PAGER", default=PAGER)
            run_in_terminal(self._screen.app, words, environment, clean(text))
        except TerminalProgramFailed as error:
            self._notify(str(error), severity="warning")

    # --- opening

    def open(self) -> None:
        if (row := self._thread.row) is not None:
            self._open(row.url)

    def links(self) -> None:
        if not self._thread.links:
            self._notify("This conversation has no links and no attachments.")
            return
        screen = LinksScreen(self._thread.links, self._store.workspace.tz)
        self._screen.app.push_screen(screen, self._link_chosen)

    def _link_chosen(self, chosen: tuple[int, LinkUse] | None) -> None:
        match chosen:
            case (number, LinkUse.OPEN):
                self._screen.post_message(LinkFollowed(number))
            case (number, LinkUse.COPY) if 0 < number <= len(self._thread.links):
                self._copy_text("address", self._thread.links[number - 1].destination.url)
            case _:
                pass

    def follow(self, message: LinkFollowed) -> None:
        """Open a link, after a question if its host could be taken for another one."""
        links = self._thread.links
        if not 0 < message.number <= len(links):
            return
        link = links[message.number - 1]

        def answered(confirmed: bool | None) -> None:
            if confirmed:
                self._open(link.destination.url)

        if link.doubts:
            self._screen.app.push_screen(OpenDialog(link), answered)
        else:
            answered(confirmed=True)

    def _open(self, url: str) -> None:
        self._screen.run_worker(
            self._open_in_browser(url), group="browser", exit_on_error=False, name="browser"
        )

    async def _open_in_browser(self, url: str) -> None:
        if await asyncio.to_thread(open_address, url):
            self._notify("Opened in the browser.")
        else:
            self._screen.app.push_screen(TextScreen("link", NO_BROWSER, url))

    # --- the customer

    def customer(self) -> None:
        if (row := self._thread.row) is not None:
            screen = CustomerScreen(self._store, row, self._thread.thread)
            self._screen.app.push_screen(screen, self._customer_closed)

    def _customer_closed(self, chosen: int | str | None) -> None:
        if isinstance(chosen, int):
            self._source.go_to(chosen)
        elif chosen == "filter":
            self.only_theirs()

    def only_theirs(self) -> None:
        if (row := self._thread.row) is not None:
            self._screen.post_message(QueryChosen(term("from", row.customer.email or row.customer.name)))

    def _notify(self, text: str, *, severity: Literal["information", "warning"] = "information") -> None:
        self._screen.notify(text, severity=severity, markup=False)
