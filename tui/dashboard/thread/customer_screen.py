"""The customer of a conversation: details, attributes and other conversations."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.thread.customer_facts import facts, status
from tui.dashboard.thread.messages import ContactAnswered, ContactFetched, CustomerFetched
from tui.dashboard.thread.queries import fetch_contact, fetch_customer
from tui.dashboard.triage.marks import STATE_GLYPHS
from tui.domain import ContactDetails, ConversationRow, Thread
from tui.formatting import counted, moment
from tui.sync.jobs import SyncError

LISTED = 50
"""Conversations listed at most; a search lists all."""
RELOAD_AFTER = 60
"""Seconds after which the details are loaded from Intercom again."""
AGE_EVERY = 15.0
"""Seconds between two updates of the age of the details."""


class CustomerScreen(ModalScreen[int | str]):
    """Dismissed with the id of a conversation to read, with "filter" to search for all, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f,W", "filter", "Only this customer", id="customer_filter", tooltip="Search for this customer"
        ),
        Binding(
            "right_square_bracket",
            "scroll(1)",
            "Scroll down",
            id="customer_down",
            tooltip="Scroll the details down",
        ),
        Binding(
            "left_square_bracket",
            "scroll(-1)",
            "Scroll up",
            id="customer_up",
            tooltip="Scroll the details up",
        ),
        Binding("escape,w", "dismiss", "Close", id="close_customer", tooltip="Close the customer details"),
    ]

    others = getters.query_one(OptionList)
    heading = getters.query_one("#customer-others", Static)
    details = getters.query_one("#customer-details", Static)
    status = getters.query_one("#customer-status", Static)
    scroll = getters.query_one("#customer-scroll", VerticalScroll)

    def __init__(self, store: StoreThread, row: ConversationRow, thread: Thread | None) -> None:
        super().__init__()
        self._store = store
        self._clock, self._zone = store.workspace.clock, store.workspace.tz
        self._row = row
        self._thread = thread
        self._contact: ContactDetails | None = None
        self._loading = False
        self._problem: SyncError | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="window") as window:
            window.border_title = Content(self._row.customer.name)
            window.border_subtitle = "Enter read · f filter · ] scroll · Esc close"
            with VerticalScroll(id="customer-scroll", can_focus=False):
                yield Static(id="customer-details")
            yield Static(id="customer-status")
            yield Static(id="customer-others")
            yield OptionList()

    def on_mount(self) -> None:
        self.others.focus()
        self.show_details()
        function = partial(fetch_customer, customer_id=self._row.customer.id, limit=LISTED)
        self._store.run(Job(JobKind.OTHER, "customer", function), self)
        self._fetch_contact()
        self.set_interval(AGE_EVERY, self.show_details)

    def _fetch_contact(self) -> None:
        function = partial(fetch_contact, customer_id=self._row.customer.id)
        self._store.run(Job(JobKind.OTHER, "contact", function), self)

    def show_details(self) -> None:
        """Show the details of the customer, and how old they are."""
        self.details.update(facts(self._row, self._thread, self._contact, self._zone))
        text = status(self._contact, self._clock(), loading=self._loading, problem=self._problem)
        self.status.update(text)
        self.status.display = bool(text)

    @on(ContactFetched)
    def _contact_fetched(self, fetched: ContactFetched) -> None:
        """Show the stored details, and load them from Intercom if they are old or missing."""
        first = not self._loading and self._problem is None and self._contact is None
        self._contact, self._loading = fetched.contact, False
        if first and self._row.customer.id and self._is_old(fetched.contact):
            self._loading = True
            self._store.workspace.request_contact(
                self._row.customer.id, lambda problem: self.post_message(ContactAnswered(problem))
            )
        self.show_details()

    def _is_old(self, contact: ContactDetails | None) -> bool:
        return contact is None or (self._clock() - contact.fetched_at).total_seconds() >= RELOAD_AFTER

    @on(ContactAnswered)
    def _answered(self, answer: ContactAnswered) -> None:
        if answer.problem is None:
            self._fetch_contact()
            return
        self._problem, self._loading = answer.problem, False
        self.show_details()

    @on(CustomerFetched)
    def _fetched(self, fetched: CustomerFetched) -> None:
        others = [row for row in fetched.rows if row.id != self._row.id]
        total = max(0, fetched.total - 1)
        title = counted(total, "other conversation") if total else "No other conversations"
        if total > len(others):
            title += f", the newest {len(others)}"
        self.heading.update(Content.styled(title, "bold"))
        self.others.clear_options()
        self.others.add_options([Option(self._line(row), id=str(row.id)) for row in others])
        self.others.display = bool(others)
        self.others.highlighted = 0 if others else None

    def _line(self, row: ConversationRow) -> Content:
        return Content.assemble(
            f"{STATE_GLYPHS[row.state]} {row.state:<8}",
            (f"{moment(row.updated_at, self._clock(), self._zone):<14}", "$muted"),
            row.subject or row.snippet.text or f"#{row.id}",
        )

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(int(event.option_id or 0))

    def action_filter(self) -> None:
        self.dismiss("filter")

    def action_scroll(self, pages: int) -> None:
        self.scroll.scroll_relative(y=pages * max(1, self.scroll.size.height - 1), animate=False)
