"""The card of a customer: who it is, and what else they wrote about."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.dashboard.messages import CustomerFetched
from tui.dashboard.reads import StoreReads
from tui.dashboard.row_strip import STATE_GLYPHS
from tui.dashboard.words import counted, moment
from tui.domain import ConversationRow, Thread
from tui.text import one_line

SHOWN = 50
"""Conversations listed at most; a search shows all."""


class CustomerScreen(ModalScreen[int | str]):
    """Ends with the id of a conversation to go to, or with "filter"."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f,W", "filter", "Only theirs", id="card_filter", tooltip="Search for all this customer wrote"
        ),
        Binding("escape,w", "dismiss", "Close", id="close_card", tooltip="Close the customer card"),
    ]

    others = getters.query_one(OptionList)
    heading = getters.query_one("#card-others", Static)

    def __init__(
        self,
        reads: StoreReads,
        row: ConversationRow,
        thread: Thread | None,
        now: datetime,
        zone: tzinfo | None,
    ) -> None:
        super().__init__()
        self._reads = reads
        self._row = row
        self._thread = thread
        self._now = now
        self._zone = zone

    def compose(self) -> ComposeResult:
        with Vertical(classes="window") as window:
            window.border_title = Content(self._row.customer.name)
            window.border_subtitle = "enter reads · f only theirs · esc closes"
            with VerticalScroll(id="card-facts", can_focus=False):
                yield Static(facts(self._row, self._thread))
            yield Static(id="card-others")
            yield OptionList()

    def on_mount(self) -> None:
        self.others.focus()
        self._reads.customer(self, self._row.customer.id, SHOWN)

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
            (f"{moment(row.updated_at, self._now, self._zone):<14}", "$muted"),
            row.subject or row.snippet.text or f"#{row.id}",
        )

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(int(event.option_id or 0))

    def action_filter(self) -> None:
        self.dismiss("filter")


def facts(row: ConversationRow, thread: Thread | None) -> Content:
    """What is known of the customer, and the conversation's own attributes."""
    customer = row.customer
    known = [
        ("E-mail", customer.email),
        ("Company", thread.company if thread else ""),
    ]
    lines = [Content.assemble((f"{name:<9}", "$muted"), one_line(value)) for name, value in known if value]
    attributes = dict(thread.custom_attributes) if thread else {}
    if attributes:
        lines.append(Content.styled("Attributes of this conversation", "bold"))
        lines += [
            Content.assemble((f"  {one_line(str(name))}: ", "$muted"), one_line(str(value)))
            for name, value in attributes.items()
        ]
    return Content("\n").join(lines)
