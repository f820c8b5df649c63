"""The main screen: search, views, results, thread and sync status."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import events, getters, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.command import CommandPalette, Provider
from textual.screen import Screen

from tui.dashboard.common.actions import Actions
from tui.dashboard.common.footer import KeyFooter
from tui.dashboard.common.key_hints import KeepsQuiet
from tui.dashboard.common.messages import QueryChosen, UiStateChanged
from tui.dashboard.common.search_request import SearchRequest
from tui.dashboard.notifications.messages import NoticeGiven
from tui.dashboard.notifications.rules import Notice
from tui.dashboard.play.queue import PlayQueue
from tui.dashboard.play.screen import PlayScreen
from tui.dashboard.results.column_actions import ColumnActions
from tui.dashboard.results.list_actions import ListActions
from tui.dashboard.results.list_and_thread import ListAndThread
from tui.dashboard.results.messages import (
    ColumnWidthDragged,
    LineSelected,
    QueryRefused,
    RangeFetched,
    ResultsCompared,
    ResultsCounted,
    ResultsFetched,
    ResultsTaken,
    SelectionCompared,
    SortChosen,
)
from tui.dashboard.results.pane import ResultsPane
from tui.dashboard.results.queries import Stopwatch, fetch_results
from tui.dashboard.results.selection_bar import SelectionBar
from tui.dashboard.search.messages import CompletionAccepted, QueryEdited, QuerySubmitted
from tui.dashboard.search.pane import SearchPane
from tui.dashboard.store_thread import Job, JobKind, StoreFailed, StoreThread
from tui.dashboard.sync_status.feed import SyncFeed
from tui.dashboard.sync_status.messages import SyncEventReceived, SyncRequested, WindowsSyncRequested
from tui.dashboard.sync_status.panel import SyncPanel
from tui.dashboard.thread.actions import ThreadActions
from tui.dashboard.thread.messages import LinkFollowed
from tui.dashboard.thread.view import ThreadView
from tui.dashboard.triage.actions import TriageActions
from tui.dashboard.triage.marks import Ageing, follow_ups_due_text
from tui.dashboard.triage.messages import (
    ActionRestored,
    AnnotationRefused,
    AnnotationsChanged,
    FollowUpsDue,
    NoteFetched,
    TargetsRead,
)
from tui.dashboard.triage.queries import take_due_follow_ups
from tui.dashboard.type_ahead import TypeAhead
from tui.dashboard.ui_state import UiState
from tui.dashboard.views.actions import ViewActions
from tui.dashboard.views.messages import (
    EmptyTabsHidden,
    TabsChanged,
    ViewChosen,
    ViewRefused,
    ViewsChanged,
)
from tui.dashboard.views.tabs import ViewTabs
from tui.formatting import amount, elapsed
from tui.freshness import SyncState
from tui.query import QueryError, parse
from tui.sync.events import ConversationsStored, SyncFinished
from tui.views import View
from tui.workspace import Workspace

FOLLOW_UPS_EVERY = 15.0
"""Seconds between two checks for follow-ups that are due."""
_SORT_TERM = re.compile(r"(?<!\S)sort:\S*\s?", re.IGNORECASE)


class DashboardScreen(Screen[None]):
    """Holds the search request. The panes hold what they show, the features their actions."""

    TITLE = "fastintercom"
    BINDINGS: ClassVar[list[BindingType]] = [
        *ThreadActions.BINDINGS,
        *TriageActions.BINDINGS,
        Binding("p", "play", "Play", id="play", tooltip="Review the list one conversation at a time"),
        *ListActions.BINDINGS,
        *ViewActions.BINDINGS,
        *ColumnActions.BINDINGS,
        # With priority, so that the next keys reach the search input and not the list.
        Binding("slash", "search", "Search", id="search", tooltip="Type a search", priority=True),
        Binding("R", "recall", "Searches", id="recall", tooltip="Earlier searches", show=False),
        Binding("t", "timeframe(1)", "Period", id="timeframe", tooltip="Next period", show=False),
        Binding(
            "P",
            "timeframe(-1)",
            "Previous period",
            id="timeframe_back",
            tooltip="Previous period",
            show=False,
        ),
        Binding("r,f5", "sync", "Sync", id="refresh", tooltip="Sync with Intercom now"),
        Binding("f,f6", "fill_gap", "Fill gap", id="fill_gap", tooltip="Sync the missing days"),
        Binding("escape", "back", "Back", id="back", tooltip="Back to the results"),
    ]

    search_pane = getters.query_one("#search", SearchPane)
    tabs = getters.query_one("#tabs", ViewTabs)
    list_and_thread = getters.query_one("#list-and-thread", ListAndThread)
    results = getters.query_one("#results-pane", ResultsPane)
    thread = getters.query_one("#thread", ThreadView)
    selection_bar = getters.query_one("#selection", SelectionBar)
    sync = getters.query_one("#sync", SyncPanel)

    def __init__(
        self,
        store: StoreThread,
        feed: SyncFeed,
        ui_state: UiState,
        stopwatch: Stopwatch,
        earlier_searches: type[Provider],
    ) -> None:
        """`earlier_searches` lists earlier searches in a command palette."""
        super().__init__(id="dashboard")
        self.store = store
        self._feed = feed
        self._ui_state = ui_state
        self._stopwatch = stopwatch
        self._earlier_searches = earlier_searches
        self._features: dict[str, Actions] = {}
        self.request = SearchRequest("")
        self._generation = 0
        self._refused: str | None = None
        """The text that could not be parsed; None after a search that worked."""

    @property
    def workspace(self) -> Workspace:
        return self.store.workspace

    def compose(self) -> ComposeResult:
        yield SearchPane(self.store, id="search")
        yield ViewTabs(self.store, id="tabs")
        yield ListAndThread(self.store, self._stopwatch, id="list-and-thread")
        yield SelectionBar(id="selection")
        yield SyncPanel(self.store, self._feed, id="sync")
        yield KeyFooter()

    @property
    def is_waiting(self) -> bool:
        """Whether a search, a read or a count that was requested is not shown yet."""
        return self.search_pane.is_waiting or self.list_and_thread.is_waiting or self.tabs.is_waiting

    def on_mount(self) -> None:
        self._compose_features()
        self._feed.subscribe(self)
        self.results.table.focus()
        self.results.table.ageing = self.thread.header.ageing = Ageing.of(self.workspace.settings)
        self.list_and_thread.share = self._ui_state.split
        self.tabs.hides_empty = self._ui_state.hides_empty
        self.columns.apply()
        self.watch(self.sync, "activity", self._explain_empty, init=False)
        self._take_due_follow_ups()
        self.set_interval(FOLLOW_UPS_EVERY, self._take_due_follow_ups)
        request = self._ui_state.search
        self.search_pane.text = request.text
        self.search(request)

    def on_unmount(self) -> None:
        self._feed.unsubscribe(self)

    # --- features

    def _compose_features(self) -> None:
        table = self.results.table
        self.type_ahead = TypeAhead(self.search_pane.input)
        self.list = ListActions(self, self.list_and_thread, self.selection_bar, self.store)
        self.triage = TriageActions(self, self.store, lambda: self.list.targets)
        self.reading = ThreadActions(self, self.thread, self.list_and_thread, self.store)
        self.views = ViewActions(
            self,
            self.tabs,
            self.store,
            lambda: View("", self.request.text, self.request.sort),
            lambda: (table.arrangement.keys, self.columns.default),
        )
        self.columns = ColumnActions(
            self, table, self._ui_state, lambda: self.tabs.open, self.views.save_changed
        )
        self._features = {
            "list": self.list,
            "triage": self.triage,
            "thread": self.reading,
            "views": self.views,
            "columns": self.columns,
        }

    def action_feature(self, feature: str, name: str, *arguments: object) -> None:
        self._features[feature].run(name, *arguments)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted or not self._features:
            return True
        if action == "fill_gap":
            return not self.sync.is_state(SyncState.FRESH)
        if action == "back":
            return not self.results.table.has_focus
        match parameters:
            case (str(feature), str(name), *_) if action == "feature":
                in_search = self.search_pane.has_focus_within
                return not in_search and self._features[feature].is_enabled(name)
        return True

    # --- searching

    def search(self, request: SearchRequest, *, keep: bool = False) -> None:
        """Search the store. With `keep` the list is updated in place and the cursor stays."""
        self.request = request
        self._generation += 1
        listing, place = self.results.listing, self.results.table.place_in_view
        function = partial(
            fetch_results,
            request=request,
            before=(listing, place) if keep and listing is not None and place is not None else None,
            generation=self._generation,
            stopwatch=self._stopwatch,
        )
        self.store.run(Job(JobKind.SEARCH, "search", function), self)

    def show_query(self, text: str) -> None:
        """Put a query into the search input and show its results."""
        self.search_pane.text = text
        self.list_and_thread.leave_thread()
        self.search(SearchRequest(text))

    @on(QueryEdited)
    @on(QuerySubmitted)
    def _query_changed(self, message: QueryEdited | QuerySubmitted) -> None:
        typing, same = isinstance(message, QueryEdited), message.text == self.request.text
        if not (typing and same):
            self.search(replace(self.request, text=message.text, typing=typing), keep=same)
        self.type_ahead.is_waiting = not typing
        if not typing and message.text != self._refused and is_query(message.text, self.workspace):
            self.set_focus(self.results.table)
        else:
            self.type_ahead.drop()

    @on(QueryRefused)
    def _query_refused(self, message: QueryRefused) -> None:
        self._refused = message.error.source
        if self._refused == self.request.text:
            self.search_pane.show_error(message.error)
            self.results.explain_empty("")
            if self.type_ahead.is_waiting:
                self.type_ahead.is_waiting = False
                self.type_ahead.drop()
                self.set_focus(self.search_pane.input)

    @on(ResultsFetched)
    def _results_fetched(self, message: ResultsFetched) -> None:
        if message.generation != self._generation:
            return
        self._refused = None
        self.search_pane.show_count(count_and_time(message), message.query)
        self._ui_state.search = self.request
        self.tabs.show_query(str(message.query))
        self.columns.apply()
        self.list_and_thread.show(message)
        self.list.show_list(message.read.listing)
        self.sync.show(message.freshness, message.query)
        self._explain_empty()
        if not message.count.total:
            self.search_pane.suggest_for(message.query)
        if self.type_ahead.is_waiting:
            self.set_focus(self.results.table)
            self.type_ahead.deliver(self)

    @on(ResultsCompared)
    def _results_compared(self, message: ResultsCompared) -> None:
        self.list.show_selection()
        if message.generation == self._generation:
            self.search_pane.show_count(count_and_time(message), self.results.query_shown)
            self._explain_empty()

    @on(SortChosen)
    def _sort_chosen(self, message: SortChosen) -> None:
        text = _SORT_TERM.sub("", self.request.text).rstrip()
        if text != self.request.text:
            self.search_pane.text = text
        self.search(SearchRequest(text, self.request.typing, message.sort, message.reverse), keep=True)

    def _explain_empty(self) -> None:
        """Explain an empty list, which depends on how much of the period is synced."""
        if self.results.query_shown is None:
            return
        if self.sync.is_state(SyncState.FRESH):
            self.results.explain_empty("No conversation matches.")
        elif self.sync.activity.running:
            self.results.explain_empty("No matches yet. Syncing…")
        else:
            self.results.explain_empty("No matches yet: some days are not synced.")

    # --- type-ahead

    def on_key(self, event: events.Key) -> None:
        if not self._features:
            return
        if self.type_ahead.take(event) or self.search_pane.has_focus_within:
            return
        if self.views.open_by_key(event.key):
            event.stop()
            event.prevent_default()

    @on(CompletionAccepted)
    @on(StoreFailed)
    def _drop_keys(self) -> None:
        self.type_ahead.drop()

    def on_screen_resume(self) -> None:
        if self._features:
            self.type_ahead.drop()

    @on(events.DescendantFocus)
    def _search_focused(self, event: events.DescendantFocus) -> None:
        if self._features and event.widget is self.search_pane.input:
            self.type_ahead.is_waiting = False
            self.type_ahead.drop()

    # --- views and columns

    @on(ViewChosen)
    def _view_chosen(self, message: ViewChosen) -> None:
        """Put the query of the view into the search input, where it can be edited."""
        self.tabs.choose(message.view)
        self.search_pane.input.remember(message.view.source)
        self.show_query(message.view.source)

    @on(TabsChanged)
    def _tabs_changed(self) -> None:
        self.columns.apply()

    @on(EmptyTabsHidden)
    def _empty_tabs_hidden(self, message: EmptyTabsHidden) -> None:
        self._ui_state.hides_empty = message.hide
        self.post_message(UiStateChanged())

    @on(ViewsChanged)
    def _views_changed(self, message: ViewsChanged) -> None:
        self.views.confirm(message)

    @on(ViewRefused)
    def _view_refused(self, message: ViewRefused) -> None:
        self.views.report_refused(message)
        self.columns.apply()

    @on(ColumnWidthDragged)
    def _column_width_dragged(self, message: ColumnWidthDragged) -> None:
        self.columns.resize(message)

    # --- the selection

    @on(LineSelected)
    def _line_selected(self, message: LineSelected) -> None:
        self.list.select_line(message)

    @on(RangeFetched)
    def _range_fetched(self, message: RangeFetched) -> None:
        self.list.add_range(message)

    @on(SelectionCompared)
    def _selection_compared(self, message: SelectionCompared) -> None:
        self.list.show_not_listed(message)

    @on(ResultsCounted)
    def _results_counted(self) -> None:
        self.list.show_selection()

    @on(ResultsTaken)
    def _results_taken(self, message: ResultsTaken) -> None:
        self.list.show_list(message.read.listing)

    # --- annotations

    @on(NoteFetched)
    def _note_fetched(self, message: NoteFetched) -> None:
        self.triage.edit_note(message)

    @on(TargetsRead)
    def _targets_read(self, message: TargetsRead) -> None:
        self.triage.follow_up_list(message)

    @on(AnnotationsChanged)
    def _annotations_changed(self, message: AnnotationsChanged) -> None:
        self.triage.confirm(message)
        if message.ids is None:
            self.refresh_annotations()
        else:
            self.list_and_thread.changed(message.ids)
            self.tabs.count_soon()

    @on(AnnotationRefused)
    def _annotation_refused(self, message: AnnotationRefused) -> None:
        self.triage.report_refused(message)

    @on(ActionRestored)
    def _action_restored(self, message: ActionRestored) -> None:
        self.triage.confirm_restored(message)
        self.refresh_annotations()

    def refresh_annotations(self) -> None:
        """Fetch the annotations in the list and the thread again."""
        known, reading = self.results.table.model.cached_ids, self.thread.conversation_id
        self.list_and_thread.changed(known if reading is None else {*known, reading})
        self.tabs.count_soon()

    def _take_due_follow_ups(self) -> None:
        """In quiet hours they stay in the store, so that none is lost when the dashboard is closed."""
        if not (isinstance(self.app, KeepsQuiet) and self.app.is_quiet()):
            self.store.run(Job(JobKind.WRITE, "follow-ups", take_due_follow_ups), self)

    @on(FollowUpsDue)
    def _follow_ups_due(self, message: FollowUpsDue) -> None:
        title, words = follow_ups_due_text(message)
        self.post_message(NoticeGiven(Notice(title, words, kind="followups", seconds=20)))
        self.list_and_thread.changed(tuple(each.conversation_id for each in message.due))

    # --- reading

    @on(LinkFollowed)
    def _link_followed(self, message: LinkFollowed) -> None:
        self.reading.follow(message)

    # --- the sync

    @on(SyncEventReceived)
    def _sync_event_received(self, message: SyncEventReceived) -> None:
        match message.event:
            case ConversationsStored(ids):
                self.list_and_thread.changed(ids)
                self.tabs.count_soon()
            case SyncFinished():
                self._sync_finished()
            case _:
                pass

    def _sync_finished(self) -> None:
        """Search again if the results were stale or partial: there may be more now."""
        if self.sync.is_state(SyncState.FRESH):
            self.sync.assess()
        else:
            self.search(self.request, keep=True)
        self._explain_empty()

    # --- actions

    def action_search(self) -> None:
        if self.search_pane.input.has_focus:
            raise SkipAction  # the key is typed into the search
        self.list_and_thread.show_both()
        self.set_focus(self.search_pane.input)

    def action_recall(self) -> None:
        self.app.push_screen(
            CommandPalette(providers=[self._earlier_searches], placeholder="Earlier searches…")
        )

    def action_timeframe(self, step: int) -> None:
        self.search_pane.next_timeframe(step)

    def action_sync(self) -> None:
        self.post_message(SyncRequested())

    def action_fill_gap(self) -> None:
        if (freshness := self.sync.freshness) is not None:
            self.post_message(WindowsSyncRequested(freshness.verdict.to_sync))

    def action_back(self) -> None:
        self.list_and_thread.leave_thread()

    def action_play(self) -> None:
        table, listing, active = self.results.table, self.results.listing, self.tabs.active
        if listing is None or not table.count:
            self.notify("The list is empty: there is nothing to review.", title="", markup=False)
            return
        title = active.name if active else str(listing.query) or "All conversations"
        queue = PlayQueue(title, self.workspace.clock())
        self.app.push_screen(PlayScreen(self.store, self._feed, queue, listing), self._play_ended)

    def _play_ended(self, query: str | None) -> None:
        self.refresh_annotations()
        if query is not None:
            self.post_message(QueryChosen(query))


def is_query(text: str, workspace: Workspace) -> bool:
    """Whether `text` can be parsed. Unknown names are found only by the search in the store."""
    try:
        parse(text, now=workspace.clock(), tz=workspace.tz)
    except QueryError:
        return False
    return True


def count_and_time(message: ResultsFetched | ResultsCompared) -> str:
    """ "211 in 0.4 ms"."""
    return f"{amount(message.count)} in {elapsed(message.seconds)}"
