"""The search pane: searches while one types, shows count and time, and points at what it cannot read."""

from __future__ import annotations

from functools import partial

from rich.cells import cell_len
from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import DescendantFocus
from textual.timer import Timer
from textual.widgets import Input, OptionList

from tui.dashboard.common.static_text import StaticText
from tui.dashboard.search.completion import (
    add_to_history,
    assess_timeframes,
    fetch_completions,
    fetch_history,
    proposal,
    with_since,
)
from tui.dashboard.search.input import CompletionList, SearchInput
from tui.dashboard.search.messages import (
    CompletionsFetched,
    HistoryFetched,
    QueryEdited,
    QuerySubmitted,
    TimeframeChosen,
    TimeframesAssessed,
)
from tui.dashboard.search.timeframe_chips import TimeframeChips
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.query import OPERATORS, Query, QueryError, describe

DEBOUNCE = 0.03
"""Seconds without a keystroke before a search starts."""


class SearchPane(Vertical):
    """The search line, what can be written on it, periods to choose, and the query in words.

    Posts `QueryEdited` as one types and `QuerySubmitted` on Enter. Values come in by methods."""

    input = getters.query_one("#search-input", SearchInput)
    error = getters.query_one("#search-error", StaticText)
    offered = getters.query_one("#search-offers", CompletionList)
    chips = getters.query_one("#search-timeframes", TimeframeChips)

    def __init__(self, store: StoreThread, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._store = store
        self._pause: Timer | None = None
        self.border_title = "search"

    def compose(self) -> ComposeResult:
        offered = CompletionList(id="search-offers")
        yield SearchInput(offered, id="search-input")
        yield offered
        yield StaticText(id="search-error")
        yield TimeframeChips(id="search-timeframes")

    def on_mount(self) -> None:
        self._store.run(Job(JobKind.OTHER, "history", fetch_history), self)
        self._assess_timeframes()

    def _assess_timeframes(self) -> None:
        self._store.run(Job(JobKind.OTHER, "timeframes", assess_timeframes), self)

    @property
    def text(self) -> str:
        return self.input.value

    @text.setter
    def text(self, value: str) -> None:
        self.input.value = value
        self.input.action_end()

    @property
    def is_waiting(self) -> bool:
        """Whether an edit has not led to a search yet."""
        return self._pause is not None

    def show_outcome(self, text: str, query: Query | None) -> None:
        """Count and time, at the right of the frame, and the query they are about in words."""
        self.border_subtitle = Content(text)
        self.input.correction = None
        self.chips.explain(self.text, describe(query, self._store.workspace.tz) if query else "")
        self._assess_timeframes()
        self._show_error(Content(""))

    def show_error(self, error: QueryError) -> None:
        """The message, with a caret under the place it is about."""
        before = cell_len(error.source[: error.start]) - round(self.input.scroll_offset.x)
        marked = max(1, cell_len(error.source[error.start : error.end]))
        indent, carets = " " * max(0, before), "^" * marked
        message = error.message
        self.input.correction = proposal(error, OPERATORS)
        if self.input.correction is not None:
            message = f"tab writes {self.input.correction.text} · {message}"
        room = self.error.size.width or self.size.width - 4
        joint = " " if len(indent) + marked + 1 + cell_len(message) <= room else "\n"
        self.border_subtitle = Content("")
        self._show_error(Content.assemble(indent, (carets, "bold"), joint, message))

    def _show_error(self, content: Content) -> None:
        self.error.set_text(content)
        self.set_class(bool(content.plain), "-error")

    @on(Input.Changed)
    def _edited(self, event: Input.Changed) -> None:
        event.stop()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(DEBOUNCE, self._rested)
        self.input.correction = None
        self._ask_for_offers()

    def _rested(self) -> None:
        self._pause = None
        self.post_message(QueryEdited(self.text))

    def _ask_for_offers(self) -> None:
        if self.input.has_focus and not self.input.is_recalling:
            function = partial(fetch_completions, text=self.text, cursor=self.input.cursor_position)
            self._store.run(Job(JobKind.OTHER, "completions", function), self)
        else:
            self.offered.show(())

    @on(DescendantFocus)
    def _focused(self) -> None:
        if not self.text.strip():
            self._ask_for_offers()

    @on(CompletionsFetched)
    def _offers_fetched(self, message: CompletionsFetched) -> None:
        if message.text == self.text and self.input.has_focus:
            self.offered.show(message.offers)

    @on(OptionList.OptionSelected)
    def _offer_clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.input.put(self.offered.offer(event.option_index))

    @on(HistoryFetched)
    def _history_fetched(self, message: HistoryFetched) -> None:
        self.input.use_history(message.searches)

    @on(TimeframesAssessed)
    def _timeframes_judged(self, message: TimeframesAssessed) -> None:
        self.chips.judged(message.states)

    @on(TimeframeChosen)
    def _timeframe_chosen(self, message: TimeframeChosen) -> None:
        """Another period: the query is written anew and asked at once."""
        self.text = with_since(self.text, message.since)

    def next_timeframe(self, step: int) -> None:
        """The chip after (1) or before (-1) the present one."""
        self.post_message(TimeframeChosen(self.chips.following(self.text, step)))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        self.input.remember(event.value)
        self._store.run(Job(JobKind.WRITE, "history", partial(add_to_history, text=event.value)), self)
        self.post_message(QuerySubmitted(event.value))
