"""The main screen: search, results, thread and sync status."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import events, getters, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.screen import Screen

from tui.dashboard.common.footer import KeyFooter
from tui.dashboard.common.messages import StoreFailed
from tui.dashboard.formatting import amount, elapsed
from tui.dashboard.results.browser import Browser
from tui.dashboard.results.messages import QueryRefused, ResultsCompared, ResultsFetched, SortChosen
from tui.dashboard.results.pane import ResultsPane
from tui.dashboard.results.queries import SearchRequest, Stopwatch, StoreReads
from tui.dashboard.search.completion import SearchReads
from tui.dashboard.search.input import SearchInput
from tui.dashboard.search.messages import CompletionAccepted, QueryEdited, QuerySubmitted
from tui.dashboard.search.pane import SearchPane
from tui.dashboard.store_thread import StoreThread
from tui.dashboard.sync_status.messages import (
    ConversationsArrived,
    GapFillRequested,
    SyncCompleted,
    SyncRequested,
)
from tui.dashboard.sync_status.panel import SyncPanel
from tui.dashboard.thread.actions import ThreadActions
from tui.dashboard.thread.view import ThreadView
from tui.dashboard.triage.list_actions import ListActions, SelectionBar
from tui.dashboard.triage.queries import TriageJobs
from tui.dashboard.ui_state import UiState
from tui.dashboard.views.actions import ViewActions
from tui.dashboard.views.messages import ViewChosen
from tui.dashboard.views.tabs import ViewTabs
from tui.freshness import SyncState
from tui.query import QueryError, parse
from tui.views import View
from tui.workspace import Workspace


class AheadScreen(Screen[None]):
    """Keeps what is typed between Enter and the list, so that it is about no line of the list before."""

    search_input = getters.query_one("#search-input", SearchInput)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._ahead: list[events.Key] | None = None
        """What was typed behind Enter; None while nothing is kept."""
        self.is_list_awaited = False
        """Whether the answer to what was asked with Enter is still to come."""

    def on_key(self, event: events.Key) -> None:
        if not self.is_mounted:
            return  # there is no search line yet
        if event is self.search_input.submitted_by:
            self._ahead = []
        elif self._ahead is not None:
            event.stop()
            self._ahead.append(event)

    def pass_keys_on(self) -> None:
        """The list is there, and has the focus."""
        ahead, self.is_list_awaited = self._ahead or [], False
        self.drop_keys()
        if self.is_current:
            for event in ahead:
                event.stop(stop=False)
                self.app.post_message(event)

    @on(CompletionAccepted)
    @on(StoreFailed)
    def drop_keys(self) -> None:
        """From now on keys go where the focus is; those kept had a list in mind that does not come."""
        self._ahead = self.search_input.submitted_by = None

    def on_screen_resume(self) -> None:
        if self.is_mounted:
            self.drop_keys()

    @on(events.DescendantFocus)
    def _search_focused(self, event: events.DescendantFocus) -> None:
        if event.widget is self.search_input:
            self.is_list_awaited = False
            self.drop_keys()


_SORT_TERM = re.compile(r"(?<!\S)sort:\S*\s?", re.IGNORECASE)


class DashboardScreen(AheadScreen):
    """Owns what is asked for; the panes own what they show."""

    TITLE = "fastintercom"
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority: what is typed right behind it reaches the search line, not the keys of the list.
        Binding("slash", "search", "Search", id="search", tooltip="Type a search", priority=True),
        Binding("R", "recall", "Searches", id="recall", tooltip="The searches made before", show=False),
        Binding("t", "timeframe(1)", "Period", id="timeframe", tooltip="The next period of time", show=False),
        Binding(
            "P",
            "timeframe(-1)",
            "Period before",
            id="timeframe_back",
            tooltip="The period of time before",
            show=False,
        ),
        Binding("r,f5", "sync", "Sync", id="refresh", tooltip="Sync with Intercom now"),
        Binding("f,f6", "fill_gap", "Fill gap", id="fill_gap", tooltip="Sync what the answer is missing"),
        Binding("escape", "back", "Back", id="back", tooltip="Back to the results"),
    ]

    search_pane = getters.query_one("#search", SearchPane)
    browser = getters.query_one("#browser", Browser)
    results = getters.query_one("#results-pane", ResultsPane)
    views = getters.query_one("#views-around", ViewActions)
    desk = getters.query_one("#desk", ListActions)
    thread = getters.query_one("#thread", ThreadView)
    sync = getters.query_one("#sync", SyncPanel)

    def __init__(
        self, workspace: Workspace, reader: StoreThread, stopwatch: Stopwatch, remembered: UiState
    ) -> None:
        super().__init__(id="dashboard")
        self._remembered = remembered
        self.workspace = workspace
        self.reader = reader
        self._reads = StoreReads(workspace, reader, stopwatch)
        self._jobs = TriageJobs(workspace, reader)
        self._ask = SearchRequest("")
        self._generation = 0
        self._refused: str | None = None
        """The text that was last found to be no query."""

    def compose(self) -> ComposeResult:
        reads = SearchReads(self.workspace, self.reader)
        yield SearchPane(reads, self.workspace.tz, id="search")
        with ViewActions(self._jobs, self._remembered, id="views-around"):
            yield ViewTabs(self._jobs, id="tabs")
            with ListActions(self._jobs, id="desk"):
                browser = Browser(self._reads, id="browser")
                yield ThreadActions(browser, browser, self._reads, id="reading-desk")
                yield SelectionBar(id="selection")
        yield SyncPanel(self._reads, self.workspace, id="sync")
        yield KeyFooter()

    @property
    def is_busy(self) -> bool:
        """Whether anything that was asked for is still to be shown."""
        return self.search_pane.is_waiting or self.browser.is_waiting or self.views.tabs.is_waiting

    def on_mount(self) -> None:
        self.results.table.focus()
        self.browser.share = self._remembered.split
        self.watch(self.sync, "picture", partial(explain, self.results, self.sync), init=False)
        self.search_pane.text = self._remembered.ask.text
        self.ask(self._remembered.ask)

    def ask(self, wanted: SearchRequest, *, keep: bool = False) -> None:
        """Have the store searched; `keep` when the list stays the same one and the cursor with it."""
        self._ask = wanted
        self.views.shown = View("", wanted.text, wanted.sort)
        self._generation += 1
        self._reads.search(self, wanted, keep=keep, generation=self._generation)

    # --- searching

    @on(QueryEdited)
    @on(QuerySubmitted)
    def _query_written(self, message: QueryEdited | QuerySubmitted) -> None:
        typing, same = isinstance(message, QueryEdited), message.text == self._ask.text
        if not (typing and same):
            self.ask(replace(self._ask, text=message.text, typing=typing), keep=same)
        self.is_list_awaited = not typing
        if not typing and message.text != self._refused and is_readable(message.text, self.workspace):
            self.set_focus(self.results.table)
        else:
            self.drop_keys()

    @on(QueryRefused)
    def _query_refused(self, message: QueryRefused) -> None:
        self._refused = message.error.source
        if self._refused == self._ask.text:
            self.search_pane.show_error(message.error)
            if self.is_list_awaited:
                self.is_list_awaited = False
                self.drop_keys()
                self.set_focus(self.search_pane.input)

    @on(ResultsFetched)
    def _results_fetched(self, message: ResultsFetched) -> None:
        if message.generation != self._generation:
            return
        self._refused = None
        self.search_pane.show_outcome(outcome_words(message), message.query)
        self._remembered.ask = self._ask
        self.views.show_query(str(message.query))
        self.browser.show(message)
        self.desk.show_selection()
        self.sync.judge(message.standing, message.query)
        explain(self.results, self.sync)
        if self.is_list_awaited:
            self.set_focus(self.results.table)
            self.pass_keys_on()

    @on(ResultsCompared)
    def _results_compared(self, message: ResultsCompared) -> None:
        if message.generation == self._generation:
            self.search_pane.show_outcome(outcome_words(message), self.results.query_shown)
            explain(self.results, self.sync)

    @on(ViewChosen)
    def _view_chosen(self, message: ViewChosen) -> None:
        """Its query goes into the search pane, to be seen and to be changed."""
        source = message.view.source
        self.search_pane.text = source
        self.search_pane.input.remember(source)
        self.ask(SearchRequest(source))
        self.browser.leave_thread()

    @on(SortChosen)
    def _sort_chosen(self, message: SortChosen) -> None:
        text = _SORT_TERM.sub("", self._ask.text).rstrip()
        if text != self._ask.text:
            self.search_pane.text = text
        self.ask(SearchRequest(text, self._ask.typing, message.sort, message.reverse), keep=True)

    # --- the sync

    @on(ConversationsArrived)
    def _arrived(self, message: ConversationsArrived) -> None:
        self.browser.changed(message.ids)
        self.views.tabs.count_soon()

    @on(SyncCompleted)
    def _sync_completed(self) -> None:
        """A query that was stale or partial is asked again now that there is more to find."""
        if self.sync.standing_is(SyncState.FRESH):
            self.sync.assess()
        else:
            self.ask(self._ask, keep=True)
        explain(self.results, self.sync)

    # --- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "fill_gap":
            return self.is_mounted and not self.sync.standing_is(SyncState.FRESH)
        if action == "back":
            return self.is_mounted and not self.results.table.has_focus
        return True

    def action_search(self) -> None:
        if self.search_pane.input.has_focus:
            raise SkipAction  # a "/" in the search
        self.browser.make_room()
        self.set_focus(self.search_pane.input)

    def action_recall(self) -> None:
        from tui.dashboard.commands import EarlierSearches  # it knows this screen

        self.app.push_screen(CommandPalette(providers=[EarlierSearches], placeholder="Search again…"))

    def action_timeframe(self, step: int) -> None:
        self.search_pane.next_timeframe(step)

    def action_sync(self) -> None:
        self.post_message(SyncRequested())

    def action_fill_gap(self) -> None:
        if (standing := self.sync.standing) is not None:
            self.post_message(GapFillRequested(standing.verdict.gaps))

    def action_back(self) -> None:
        self.browser.leave_thread()


def is_readable(text: str, workspace: Workspace) -> bool:
    """Whether it is a query by its form; whether its names are known, the store has to say."""
    try:
        parse(text, now=workspace.clock(), tz=workspace.tz)
    except QueryError:
        return False
    return True


def outcome_words(message: ResultsFetched | ResultsCompared) -> str:
    """ "211 in 0.4 ms"."""
    return f"{amount(message.count)} in {elapsed(message.seconds)}"


def explain(results: ResultsPane, sync: SyncPanel) -> None:
    """Say what an empty list means, which depends on how much of the period is here."""
    if sync.standing_is(SyncState.FRESH):
        results.explain("No conversation matches.")
    elif sync.picture.running:
        results.explain("Nothing here yet. Syncing…")
    else:
        results.explain("Nothing found in what was synced so far; that does not mean there is none.")
