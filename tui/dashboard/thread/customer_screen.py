"""The card of a customer: who it is, what Intercom notes about them, and what else they wrote about."""

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
from tui.dashboard.thread.customer_facts import facts, standing
from tui.dashboard.thread.messages import ContactAnswered, ContactFetched, CustomerFetched
from tui.dashboard.thread.queries import fetch_contact, fetch_customer
from tui.dashboard.triage.marks import STATE_GLYPHS
from tui.domain import ContactDetails, ConversationRow, Thread
from tui.formatting import counted, moment
from tui.sync.jobs import SyncError

SHOWN = 50
"""Conversations listed at most; a search shows all."""
OLD = 60
"""Seconds after which what Intercom said of a customer is asked for again."""
TELL_EVERY = 15.0
"""Seconds between two looks at how old it is."""


class CustomerScreen(ModalScreen[int | str]):
    """Ends with the id of a conversation to go to, or with "filter"."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f,W", "filter", "Only theirs", id="card_filter", tooltip="Search for all this customer wrote"
        ),
        Binding(
            "right_square_bracket", "scroll(1)", "More", id="card_more", tooltip="More about the customer"
        ),
        Binding(
            "left_square_bracket", "scroll(-1)", "Back", id="card_back", tooltip="Back to who the customer is"
        ),
        Binding("escape,w", "dismiss", "Close", id="close_card", tooltip="Close the customer card"),
    ]

    others = getters.query_one(OptionList)
    heading = getters.query_one("#card-others", Static)
    known = getters.query_one("#card-known", Static)
    age = getters.query_one("#card-age", Static)
    around = getters.query_one("#card-facts", VerticalScroll)

    def __init__(self, store: StoreThread, row: ConversationRow, thread: Thread | None) -> None:
        super().__init__()
        self._store = store
        self._clock, self._zone = store.workspace.clock, store.workspace.tz
        self._row = row
        self._thread = thread
        self._contact: ContactDetails | None = None
        self._asking = False
        self._problem: SyncError | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="window") as window:
            window.border_title = Content(self._row.customer.name)
            window.border_subtitle = "enter reads · f only theirs · ] more · esc closes"
            with VerticalScroll(id="card-facts", can_focus=False):
                yield Static(id="card-known")
            yield Static(id="card-age")
            yield Static(id="card-others")
            yield OptionList()

    def on_mount(self) -> None:
        self.others.focus()
        self._tell()
        function = partial(fetch_customer, customer_id=self._row.customer.id, limit=SHOWN)
        self._store.run(Job(JobKind.OTHER, "customer", function), self)
        self._fetch_contact()
        self.set_interval(TELL_EVERY, self._tell)

    def _fetch_contact(self) -> None:
        function = partial(fetch_contact, customer_id=self._row.customer.id)
        self._store.run(Job(JobKind.OTHER, "contact", function), self)

    def _tell(self) -> None:
        """Say what is known of the customer, and how old that is."""
        self.known.update(facts(self._row, self._thread, self._contact, self._zone))
        words = standing(self._contact, self._clock(), asking=self._asking, problem=self._problem)
        self.age.update(words)
        self.age.display = bool(words)

    @on(ContactFetched)
    def _contact_fetched(self, fetched: ContactFetched) -> None:
        """What is old, or was never asked for, is asked for: the card shows what there is meanwhile."""
        first = not self._asking and self._problem is None and self._contact is None
        self._contact, self._asking = fetched.contact, False
        if first and self._row.customer.id and self._is_old(fetched.contact):
            self._asking = True
            self._store.workspace.request_contact(
                self._row.customer.id, lambda problem: self.post_message(ContactAnswered(problem))
            )
        self._tell()

    def _is_old(self, contact: ContactDetails | None) -> bool:
        return contact is None or (self._clock() - contact.fetched_at).total_seconds() >= OLD

    @on(ContactAnswered)
    def _answered(self, answer: ContactAnswered) -> None:
        if answer.problem is None:
            self._fetch_contact()
            return
        self._problem, self._asking = answer.problem, False
        self._tell()

    @on(CustomerFetched)
    def _fetched(self, fetched: CustomerFetched) -> None:
        others = [row for row in fetched.rows if row.id != self._row.id]
        total = max(0, fetched.total - 1)
        words = counted(total, "other conversation") if total else "No other conversation is stored."
        if total > len(others):
            words += f", the newest {len(others)}"
        self.heading.update(Content.styled(words, "bold"))
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
        self.around.scroll_relative(y=pages * max(1, self.around.size.height - 1), animate=False)
