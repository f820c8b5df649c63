"""The search pane: the search line, errors in it, completions, timeframes and a description of the query."""

from __future__ import annotations

from functools import partial

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import DescendantFocus
from textual.timer import Timer
from textual.widgets import Input, OptionList

from tui.cells import cell_width
from tui.dashboard.common.static_text import StaticText
from tui.dashboard.search.completion import Completion, correction_of
from tui.dashboard.search.input import CompletionList, SearchInput
from tui.dashboard.search.messages import (
    CompletionsFetched,
    HistoryFetched,
    QueryEdited,
    QuerySubmitted,
    SuggestionFetched,
    TimeframeChosen,
    TimeframesAssessed,
)
from tui.dashboard.search.queries import (
    add_to_history,
    assess_timeframes,
    fetch_completions,
    fetch_history,
    fetch_suggestion,
)
from tui.dashboard.search.timeframes import TimeframeChips, timeframes, with_since
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.query import IncompleteQuery, Query, QueryError, describe

DEBOUNCE = 0.03
"""Seconds without a keystroke before a search starts."""


class SearchPane(Vertical):
    """Posts `QueryEdited` while the user types, and `QuerySubmitted` on Enter."""

    input = getters.query_one("#search-input", SearchInput)
    error = getters.query_one("#search-error", StaticText)
    completions = getters.query_one("#search-completions", CompletionList)
    chips = getters.query_one("#search-timeframes", TimeframeChips)

    def __init__(self, store: StoreThread, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._store = store
        self._edit_timer: Timer | None = None
        self.border_title = "search"

    def compose(self) -> ComposeResult:
        completions = CompletionList(id="search-completions")
        yield SearchInput(completions, id="search-input")
        yield completions
        yield StaticText(id="search-error")
        yield TimeframeChips(timeframes(self._store.workspace.settings.history), id="search-timeframes")

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
        """Whether `QueryEdited` is still to be posted for an edit."""
        return self._edit_timer is not None

    def show_count(self, text: str, query: Query | None) -> None:
        """Show the count and time of a search in the frame, and the description of its query."""
        self.border_subtitle = Content(text)
        self.input.correction = None
        self.chips.show_query(self.text, self._describe(query))
        self._assess_timeframes()
        self._set_error(Content(""))

    def _describe(self, query: Query | None) -> str:
        """The query in words; empty if it matches every conversation."""
        filters = query is not None and (query.expression or query.start or query.end)
        return describe(query, self._store.workspace.tz) if query is not None and filters else ""

    def show_error(self, error: QueryError) -> None:
        """Show the message of an error, with carets under the wrong part of the query.

        What a query needs that is still typed is no error, and is shown as a hint.
        """
        if isinstance(error, IncompleteQuery):
            self.input.correction = None
            self.border_subtitle = Content("")
            self._set_error(Content(error.message), is_hint=True)
            return
        before = cell_width(error.source[: error.start]) - round(self.input.scroll_offset.x)
        width = max(1, cell_width(error.source[error.start : error.end]))
        indent, carets = " " * max(0, before), "^" * width
        message = error.message
        self.input.correction = correction_of(error)
        if self.input.correction is not None:
            message = f"Tab: {self.input.correction.text} · {message}"
        available = self.error.size.width or self.size.width - 4
        separator = " " if len(indent) + width + 1 + cell_width(message) <= available else "\n"
        self.border_subtitle = Content("")
        self._set_error(Content.assemble(indent, (carets, "bold"), separator, message))

    def suggest_for(self, query: Query) -> None:
        """Look for other spellings of a query that found nothing, and show them as a hint."""
        function = partial(fetch_suggestion, query=query)
        self._store.run(Job(JobKind.OTHER, "suggestion", function), self)

    @on(SuggestionFetched)
    def _suggestion_fetched(self, message: SuggestionFetched) -> None:
        message.stop()
        if message.suggestion is not None and message.text == self.text:
            self.input.correction = Completion(0, len(message.text), message.suggestion, "")
            self._set_error(Content(f"Tab: {message.suggestion} · did you mean this?"), is_hint=True)

    def _set_error(self, content: Content, *, is_hint: bool = False) -> None:
        self.error.set_text(content)
        self.set_class(bool(content.plain) and not is_hint, "-error")
        self.set_class(is_hint, "-hint")

    # --- editing

    @on(Input.Changed)
    def _input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._edit_timer is not None:
            self._edit_timer.stop()
        self._edit_timer = self.set_timer(DEBOUNCE, self._post_edited)
        self.input.correction = None
        self._fetch_completions()

    def _post_edited(self) -> None:
        self._edit_timer = None
        self.post_message(QueryEdited(self.text))

    @on(Input.Submitted)
    def _input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._edit_timer is not None:
            self._edit_timer.stop()
            self._edit_timer = None
        self.input.remember(event.value)
        self._store.run(Job(JobKind.WRITE, "history", partial(add_to_history, text=event.value)), self)
        self.post_message(QuerySubmitted(event.value))

    @on(HistoryFetched)
    def _history_fetched(self, message: HistoryFetched) -> None:
        self.input.use_history(message.searches)

    # --- completions

    def _fetch_completions(self) -> None:
        if self.input.has_focus and not self.input.is_recalling:
            function = partial(fetch_completions, text=self.text, cursor=self.input.cursor_position)
            self._store.run(Job(JobKind.OTHER, "completions", function), self)
        else:
            self.completions.close()

    @on(DescendantFocus)
    def _input_focused(self) -> None:
        if not self.text.strip():
            self._fetch_completions()

    @on(CompletionsFetched)
    def _completions_fetched(self, message: CompletionsFetched) -> None:
        if message.text == self.text and self.input.has_focus:
            self.completions.show(message.completions)

    @on(OptionList.OptionSelected)
    def _completion_clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.input.insert_completion(self.completions.completion_at(event.option_index))

    # --- timeframes

    @on(TimeframesAssessed)
    def _timeframes_assessed(self, message: TimeframesAssessed) -> None:
        self.chips.show_states(message.states)

    @on(TimeframeChosen)
    def _timeframe_chosen(self, message: TimeframeChosen) -> None:
        self.text = with_since(self.text, message.since)

    def next_timeframe(self, step: int) -> None:
        """Choose the timeframe after (1) or before (-1) the present one."""
        self.post_message(TimeframeChosen(self.chips.following(self.text, step)))
