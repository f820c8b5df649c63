"""The search pane: the search line, errors in it, completions, the period and what was found."""

from __future__ import annotations

from functools import partial

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus
from textual.timer import Timer
from textual.widgets import Input, OptionList, Static

from tui.cells import cell_width, fit
from tui.dashboard.common.static_text import StaticText
from tui.dashboard.search.completion import Completion, correction_of
from tui.dashboard.search.input import CompletionList, SearchInput
from tui.dashboard.search.line_texts import Summary, pointed_at
from tui.dashboard.search.messages import (
    CompletionsFetched,
    HistoryFetched,
    PeriodMenuWanted,
    QueryEdited,
    QuerySubmitted,
    SuggestionFetched,
    TimeframeChosen,
    TimeframesAssessed,
)
from tui.dashboard.search.period import PeriodIndicator, PeriodMenu
from tui.dashboard.search.queries import (
    add_to_history,
    assess_timeframes,
    fetch_completions,
    fetch_history,
    fetch_suggestion,
)
from tui.dashboard.search.timeframes import following, label_of, since_of, timeframes, with_since
from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.sync_status.state import QueryFreshness
from tui.freshness import SyncState
from tui.query import IncompleteQuery, Query, QueryError, describe

DEBOUNCE = 0.03
"""Seconds without a keystroke before a search starts."""
PROMPT = 2
"""Cells of the prompt before the text."""
BESIDE = 7
"""Cells of the line that hold neither the text, the period nor what was found."""


class SearchPane(Vertical):
    """Posts `QueryEdited` while the user types, and `QuerySubmitted` on Enter."""

    input = getters.query_one("#search-input", SearchInput)
    error = getters.query_one("#search-error", StaticText)
    completions = getters.query_one("#search-completions", CompletionList)
    period = getters.query_one("#search-period", PeriodIndicator)
    summary = getters.query_one("#search-summary", StaticText)

    def __init__(self, store: StoreThread, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._store = store
        self._edit_timer: Timer | None = None
        self._timeframes = timeframes(store.workspace.settings.reach)
        self._states: tuple[SyncState, ...] = ()
        """The freshness of each timeframe."""
        self._state: SyncState | None = None
        """The freshness of the results."""
        self._found = Summary("", "", "")
        self._error: QueryError | None = None
        """Why the text is not searched for."""
        self._hint = ""

    def compose(self) -> ComposeResult:
        completions = CompletionList(id="search-completions")
        with Horizontal(id="search-line"):
            yield Static("/ ", id="search-prompt")
            yield SearchInput(completions, id="search-input")
            yield PeriodIndicator(id="search-period")
            yield StaticText(id="search-summary")
        yield completions
        yield StaticText(id="search-error")

    def on_mount(self) -> None:
        self._store.run(Job(JobKind.OTHER, "history", fetch_history), self)
        self.assess_timeframes()
        self._show_line()
        self.watch(self.input, "scroll_x", self._show_below, init=False)

    def on_resize(self) -> None:
        self._show_line()

    def assess_timeframes(self) -> None:
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

    def show_count(self, count: str, time: str, query: Query | None) -> None:
        """Show how many conversations a search found, in what time, and what its query means."""
        self._found = Summary(count, self._describe(query), time)
        self.input.correction = None
        self.assess_timeframes()
        self._set_problem()

    def show_freshness(self, freshness: QueryFreshness | None) -> None:
        """Show the freshness of the results beside their period."""
        self._state = None if freshness is None else freshness.state
        self._show_line()

    def _describe(self, query: Query | None) -> str:
        """The query in words; empty if it matches every conversation."""
        filters = query is not None and (query.expression or query.start or query.end)
        return describe(query, self._store.workspace.tz) if query is not None and filters else ""

    def show_error(self, error: QueryError) -> None:
        """Show the message of an error, while typing with carets under the wrong part of the query.

        What a query needs that is still typed is no error, and is shown as a hint.
        """
        if isinstance(error, IncompleteQuery):
            self.input.correction = None
            self._set_problem(hint=error.message)
        else:
            self.input.correction = correction_of(error)
            self._set_problem(error)

    def suggest_for(self, query: Query) -> None:
        """Look for other spellings of a query that found nothing, and show them as a hint."""
        function = partial(fetch_suggestion, query=query)
        self._store.run(Job(JobKind.OTHER, "suggestion", function), self)

    @on(SuggestionFetched)
    def _suggestion_fetched(self, message: SuggestionFetched) -> None:
        message.stop()
        if message.suggestion is not None and message.text == self.text:
            self.input.correction = Completion(0, len(message.text), message.suggestion, "")
            self._set_problem(hint=f"Tab: {message.suggestion} · did you mean this?")

    def _set_problem(self, error: QueryError | None = None, *, hint: str = "") -> None:
        self._error, self._hint = error, hint
        self.set_class(error is not None, "-error")
        self.set_class(bool(hint), "-hint")
        self._show_line()

    @property
    def has_error(self) -> bool:
        """Whether the text is not searched for, because something is wrong with it."""
        return self._error is not None

    @on(DescendantFocus)
    @on(DescendantBlur)
    def _show_line(self) -> None:
        """Show the period and what was found; in place of that, while the search is not edited, a problem."""
        self.period.show(label_of(self.text, self._timeframes), self._state)
        problem = self._hint if self._error is None else self._error.message
        half = self.size.width // 2
        summary, tooltip = Content(""), None
        if problem and not self.input.has_focus:
            style = "$muted" if self._error is None else "$text-error"
            summary, tooltip = Content.styled(fit(problem, half), style), Content(problem)
        elif not problem and self._found.count:
            text = min(cell_width(self.text) + 2, half)
            used = self.period.cells + BESIDE
            summary = self._found.fitted(self.size.width - text - used)
        self.summary.set_text(summary)
        self.summary.tooltip = tooltip
        self._show_below()

    def _show_below(self) -> None:
        """Show the problem below the line, where it is seen only while the search is edited."""
        if self._error is None:
            self.error.set_text(Content(self._hint))
            return
        error, before = self._error, self._error.source[: self._error.start]
        message = error.message
        if self.input.correction is not None:
            message = f"Tab: {self.input.correction.text} · {message}"
        start = PROMPT + max(0, cell_width(before) - round(self.input.scroll_offset.x))
        width = cell_width(error.source[error.start : error.end])
        self.error.set_text(pointed_at(message, start, width, self.size.width))

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
        self._states = message.states

    @on(TimeframeChosen)
    def _timeframe_chosen(self, message: TimeframeChosen) -> None:
        self.text = with_since(self.text, message.since)

    def next_timeframe(self, step: int) -> None:
        """Choose the timeframe after (1) or before (-1) the present one."""
        self.post_message(TimeframeChosen(following(self.text, step, self._timeframes)))

    @on(PeriodMenuWanted)
    def open_menu(self) -> None:
        """Open the menu of timeframes below the present one."""

        def chosen(since: str | None) -> None:
            if since is not None:
                self.post_message(TimeframeChosen(since))

        below = self.period.region.bottom_left
        menu = PeriodMenu(self._timeframes, self._states, since_of(self.text), below)
        self.app.push_screen(menu, chosen)
