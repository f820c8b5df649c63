"""The main screen: search, views, results, thread and sync status."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual import events, getters, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.command import CommandPalette, Provider
from textual.content import Content
from textual.screen import Screen

from tui.clock import to_epoch
from tui.dashboard.acting.actions import CHANGES, ActingActions
from tui.dashboard.acting.messages import (
    BulkPreviewed,
    ChangeRefused,
    ChangesMade,
    ChoiceOffered,
    OutboxCounted,
    RetryOrDropChosen,
    RetryOrDropDone,
)
from tui.dashboard.acting.queries import count_outbox
from tui.dashboard.acting.words import progress_words, undecided_words
from tui.dashboard.back_stack import BackStack, LeftList, ScreenState
from tui.dashboard.common.actions import Actions
from tui.dashboard.common.footer import FooterKeys, KeyFooter
from tui.dashboard.common.key_hints import KeepsQuiet, ShowsKeys
from tui.dashboard.common.messages import QueryChosen, ScreenReopened, UiStateChanged
from tui.dashboard.common.search_request import SearchRequest
from tui.dashboard.composer.actions import ComposerActions
from tui.dashboard.composer.messages import MessageQueued
from tui.dashboard.footer_keys import (
    EMPTY_LIST_KEYS,
    LIST_KEYS,
    READER_KEYS,
    SEARCH_KEYS,
    selection_keys,
    with_acting,
)
from tui.dashboard.held_keys import HeldKeys, KeysHeldForList, KeysHeldForResults
from tui.dashboard.notifications.messages import NoticeGiven
from tui.dashboard.notifications.rules import Notice
from tui.dashboard.play.messages import PlayEnd
from tui.dashboard.play.queue import PlayQueue
from tui.dashboard.play.screen import PlayScreen
from tui.dashboard.results.annotation_changes import AnnotationChange
from tui.dashboard.results.column_actions import ColumnActions
from tui.dashboard.results.empty_words import empty_words
from tui.dashboard.results.list_actions import ListActions
from tui.dashboard.results.list_and_thread import ListAndThread
from tui.dashboard.results.messages import (
    AnnotationChangesRead,
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
from tui.dashboard.results.selection_summary import SelectionSummary
from tui.dashboard.search.messages import CompletionAccepted, QueryEdited, QuerySubmitted
from tui.dashboard.search.pane import SearchPane
from tui.dashboard.search.remembered import RememberedSearch
from tui.dashboard.store_thread import Job, JobKind, StoreFailed, StoreThread
from tui.dashboard.sync_status.banner import VerdictBanner
from tui.dashboard.sync_status.feed import SyncFeed
from tui.dashboard.sync_status.messages import OtherSyncEnded, SyncEventReceived
from tui.dashboard.sync_status.panel import SyncPanel
from tui.dashboard.thread.actions import ThreadActions
from tui.dashboard.thread.messages import LinkFollowed
from tui.dashboard.thread.view import ThreadView
from tui.dashboard.triage.actions import NEED_TARGETS, TriageActions
from tui.dashboard.triage.marks import Ageing, follow_ups_due_text
from tui.dashboard.triage.messages import (
    ActionRestored,
    AnnotationRefused,
    AnnotationsChanged,
    ChangedElsewhere,
    ChangesUndone,
    FollowUpsChecked,
    NoteFetched,
    TargetsRead,
)
from tui.dashboard.triage.queries import check_follow_ups, look_elsewhere
from tui.dashboard.triage.targets import ListTargets, Targets
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
from tui.domain import Count
from tui.formatting import amount, elapsed
from tui.freshness import SyncState
from tui.outbox import OutboxCounts
from tui.query import QueryError, parse
from tui.sync.events import ConversationsStored, OutboxChanged, SyncFinished
from tui.views import View
from tui.workspace import Workspace

LOOK_EVERY = 1.0
"""Seconds between two looks at the clock, for follow-ups, and at the store, for what others changed."""
COUNT_SOON = 0.2
"""Seconds after something in the outbox changed until it is counted, once for many changes."""
MOVING = frozenset(f"feature('triage', '{name}')" for name in ("star", "done", "undo", "redo"))
"""Actions after which lines of the list may leave or come back."""
ONLY_THEIRS = "feature('thread', 'only_theirs')"
_SORT_TERM = re.compile(r"(?<!\S)sort:\S*\s?", re.IGNORECASE)


class DashboardScreen(Screen[None]):
    """Holds the search request. The panes hold what they show, the features their actions."""

    TITLE = "fastintercom"
    BINDINGS: ClassVar[list[BindingType]] = [
        *ThreadActions.BINDINGS,
        *TriageActions.BINDINGS,
        *ActingActions.BINDINGS,
        *ComposerActions.BINDINGS,
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
        Binding("D", "periods", "Periods", id="periods", tooltip="Choose the period from a menu", show=False),
        Binding("r,f5", "sync", "Sync", id="refresh", tooltip="Sync with Intercom now"),
        Binding("f,f6", "fill_gap", "Fill gap", id="fill_gap", tooltip="Sync the missing days", show=False),
        Binding("escape", "back", "Back", id="back", tooltip="Back to the results"),
    ]

    search_pane = getters.query_one("#search", SearchPane)
    tabs = getters.query_one("#tabs", ViewTabs)
    list_and_thread = getters.query_one("#list-and-thread", ListAndThread)
    results = getters.query_one("#results-pane", ResultsPane)
    thread = getters.query_one("#thread", ThreadView)
    remembered_search = getters.query_one("#remembered-search", RememberedSearch)
    sync = getters.query_one("#sync", SyncPanel)

    def __init__(
        self,
        store: StoreThread,
        feed: SyncFeed,
        ui_state: UiState,
        stopwatch: Stopwatch,
        earlier_searches: type[Provider],
        *,
        badge: Content | None = None,
    ) -> None:
        """`earlier_searches` lists earlier searches in a command palette; `badge` names the workspace, where
        it is not the only one."""
        super().__init__(id="dashboard")
        self._badge = badge
        self.store = store
        self._feed = feed
        self._ui_state = ui_state
        self._stopwatch = stopwatch
        self._earlier_searches = earlier_searches
        self._features: dict[str, Actions] = {}
        self.selection_summary = SelectionSummary()
        self.request = SearchRequest("")
        self._generation = 0
        self._next_due: datetime | None = None
        """When the next follow-up is to be announced."""
        self._came_due: datetime | None = None
        """The time of a follow-up that the list and the tabs show as due."""
        self._top = -1
        """The highest docid in the store at the last look; -1 before the first one."""
        self.back_stack = BackStack()
        self._back_to: LeftList | None = None
        """The list that is being searched for again."""
        self.held_keys = HeldKeys()
        """Keys pressed behind one that annotates, until the list shows what that changed."""
        self.outbox_counts = OutboxCounts()
        """How much of the outbox has no outcome, as counted last."""
        self._counts_outbox_soon = False
        self.keys_for_list = KeysHeldForList()
        """Keys pressed behind one that opens a view, goes to a customer's list or leads back."""
        self._begins_anew = False
        """Whether another list was searched for, and is not shown yet: it begins at its top."""
        self._refused: str | None = None
        """The text that could not be parsed; None after a search that worked."""

    @property
    def workspace(self) -> Workspace:
        return self.store.workspace

    def compose(self) -> ComposeResult:
        yield SearchPane(self.store, id="search")
        yield ViewTabs(self.store, id="tabs")
        yield RememberedSearch(id="remembered-search")
        yield (banner := VerdictBanner(id="banner"))
        yield ListAndThread(self.store, self._stopwatch, id="list-and-thread")
        yield SyncPanel(self.store, self._feed, banner, badge=self._badge, id="sync")
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
        self.watch(self.sync, "freshness", self.search_pane.show_freshness, init=False)
        self.watch(self.sync, "activity", self._explain_empty, init=False)
        self.watch(self.sync, "freshness", self._explain_empty, init=False)
        self._check_follow_ups()
        self._count_outbox()
        self.set_interval(LOOK_EVERY, self._look_around)
        request = self._ui_state.search
        self.search_pane.text = request.text
        self.search(request)
        self.remembered_search.show(request.text)

    def on_unmount(self) -> None:
        self._feed.unsubscribe(self)

    # --- features

    def _compose_features(self) -> None:
        table = self.results.table
        self.keys_for_results = KeysHeldForResults(self.search_pane.input)
        self.list = ListActions(self, self.list_and_thread, self.selection_summary, self.store)
        self.triage = TriageActions(self, self.store, lambda: self.list.targets)
        self.acting = ActingActions(self, self.store, lambda: self.list.targets, self._looked_at)
        self.reading = ThreadActions(self, self.thread, self.list_and_thread, self.store)
        self.composer = ComposerActions(
            self, self.store, self._feed, self.thread, lambda: self.list.current, self._composer_closed
        )
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
            "acting": self.acting,
            "thread": self.reading,
            "composer": self.composer,
            "views": self.views,
            "columns": self.columns,
        }

    def action_feature(self, feature: str, name: str, *arguments: object) -> None:
        self._features[feature].run(name, *arguments)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted or not self._features:
            return True
        if action == "back":
            leads_back = bool(self.back_stack) or self.remembered_search.display
            return leads_back or not self.results.table.has_focus
        match parameters:
            case ("triage", str(name)) if name in NEED_TARGETS and not self.list.targets:
                return False
            case ("acting", str(name)) if name in CHANGES and not self.list.targets:
                return False
            case (str(feature), str(name), *_) if action == "feature":
                in_search = self.search_pane.has_focus_within
                return not in_search and self._features[feature].is_enabled(name)
        return True

    def footer_keys(self) -> FooterKeys:
        keys = self._keys_of_place()
        if self._features and self.acting.is_on:
            return replace(keys, keys=with_acting(keys.keys))
        return keys

    def _keys_of_place(self) -> FooterKeys:
        summary = self.selection_summary
        if self.search_pane.has_focus_within:
            return FooterKeys(SEARCH_KEYS, summary.words if summary else "")
        if summary:
            window = self.results.table.model.window
            total = Count(window.total, exact=window.is_counted)
            return FooterKeys(selection_keys(summary.count, total), summary.words)
        if not self.thread.scroll.has_focus:
            way_back = (("back", f"back to {self.back_stack.destination}"),) if self.back_stack else ()
            keys = (*way_back, *(LIST_KEYS if self.results.table.count else EMPTY_LIST_KEYS))
            return FooterKeys(tuple(key for key in keys if self._is_offered(key[0])))
        return FooterKeys(tuple(key for key in READER_KEYS if key[0] != "links" or self.thread.links))

    def _is_offered(self, action_id: str) -> bool:
        return not self._features or self.triage.offers(action_id)

    @property
    def command_targets(self) -> Targets | None:
        """The conversations for the user's own commands; None while a search is typed."""
        return None if not self._features or self.search_pane.has_focus_within else self.list.targets

    # --- searching

    def search(self, request: SearchRequest, *, keep: bool = False, back_to: LeftList | None = None) -> None:
        """Search the store. With `keep` the list is updated in place and the cursor stays, unless another one
        is still shown; with `back_to` it is shown as it was left."""
        if request.text != self.request.text:
            self.remembered_search.hide()
        self.request = request
        self._generation += 1
        if not keep:
            self._begins_anew, self._back_to = True, back_to
        listing, place = self.results.listing, self.results.table.place_in_view
        before = None if self._begins_anew or listing is None or place is None else (listing, place)
        function = partial(
            fetch_results,
            request=request,
            before=before if self._back_to is None else self._back_to.before,
            generation=self._generation,
            stopwatch=self._stopwatch,
        )
        self.store.run(Job(JobKind.SEARCH, "search", function), self)

    def show_query(self, text: str) -> None:
        """Put a query into the search input and show its results."""
        self.search_pane.text = text
        self.list_and_thread.leave_thread()
        self.search(SearchRequest(text))

    # --- drill-downs

    def drill_down(self, text: str, above: ScreenState | None = None) -> None:
        """Show the results of a query, to which a number or a customer led; escape leads back.

        `above` is the screen above this one that led there.
        """
        if text != self.request.text or above is not None:
            table, view = self.results.table, self.tabs.active
            left = LeftList(
                title=view.name if view else self.request.text or "All conversations",
                request=self.request,
                view=view,
                listing=self.results.listing,
                place=table.place,
                offset=table.cursor_offset,
                selection=table.selection.copy(),
                is_reading=self.thread.scroll.has_focus,
                above=above,
            )
            self.back_stack.push(left)
            table.selection.clear()  # it comes back with the list
        self.show_query(text)
        self.keys_for_list.is_waiting = True
        self.refresh_bindings()

    def _go_back(self) -> None:
        """Show the list, and the screen above it, from where the last drill-down led here."""
        left = self.back_stack.pop()
        if left.view is not None:
            self.tabs.choose(left.view)
        self.search_pane.text = left.request.text
        self.search(left.request, back_to=left)
        self.keys_for_list.is_waiting = True
        self.refresh_bindings()
        if left.above is not None:
            self.app.post_message(ScreenReopened(left.above.name, left.above.state))

    def _arrive(self, message: ResultsFetched) -> None:
        """Show the list as it was left."""
        left, self._back_to = self._back_to, None
        if left is None:
            return
        table = self.results.table
        table.selection.restore(left.selection)
        self.list.show_selection()
        if left.place is not None:
            table.go_to_place(message.read.line, left.offset)
        if left.is_reading:
            self.list_and_thread.enter_thread()

    @on(QueryEdited)
    @on(QuerySubmitted)
    def _query_changed(self, message: QueryEdited | QuerySubmitted) -> None:
        typing, same = isinstance(message, QueryEdited), message.text == self.request.text
        if not same:
            self.back_stack.clear()
        if not (typing and same):
            self.search(replace(self.request, text=message.text, typing=typing), keep=same)
        if not typing and message.text != self._refused and is_query(message.text, self.workspace):
            self.set_focus(self.results.table)
        else:
            self.keys_for_results.drop()
        self.keys_for_results.is_waiting = not typing

    @on(QueryRefused)
    def _query_refused(self, message: QueryRefused) -> None:
        self._refused = message.error.source
        if self._refused == self.request.text:
            self.keys_for_list.drop()
            self.search_pane.show_error(message.error)
            self.results.set_class(self.search_pane.has_error, "-outdated")
            self.results.explain_empty("")
            if self.keys_for_results.is_waiting:
                self.keys_for_results.drop()
                self.set_focus(self.search_pane.input)

    @on(ResultsFetched)
    def _results_fetched(self, message: ResultsFetched) -> None:
        if message.generation != self._generation:
            return
        self._refused, self._begins_anew = None, False
        self.search_pane.show_count(amount(message.count), elapsed(message.seconds), message.query)
        self.results.set_class(False, "-outdated")
        self._ui_state.search = self.request
        self.tabs.show_query(str(message.query))
        self.columns.apply()
        self.list_and_thread.show(message)
        self.list.show_list(message.read.listing)
        self._arrive(message)
        self.sync.show(message.freshness, message.query)
        self._explain_empty()
        if not message.count.total:
            self.search_pane.suggest_for(message.query)
        if self.keys_for_results.is_waiting:
            self.set_focus(self.results.table)
            self.keys_for_results.deliver(self)
        if self.keys_for_list.is_waiting:
            self.keys_for_list.deliver(self)

    @on(ResultsCompared)
    def _results_compared(self, message: ResultsCompared) -> None:
        self.list.show_selection()
        if message.generation == self._generation:
            query = self.results.query_shown
            self.search_pane.show_count(amount(message.count), elapsed(message.seconds), query)
            self._explain_empty()

    @on(SortChosen)
    def _sort_chosen(self, message: SortChosen) -> None:
        text = _SORT_TERM.sub("", self.request.text).rstrip()
        if text != self.request.text:
            self.search_pane.text = text
        self.search(SearchRequest(text, self.request.typing, message.sort, message.reverse), keep=True)

    def _explain_empty(self) -> None:
        """Explain an empty list, which depends on how much of the period is synced."""
        query, view, app = self.results.query_shown, self.tabs.active, self.app
        if query is None or self.sync.freshness is None:
            return
        words = empty_words(
            query,
            view.name if view is not None else "",
            self.sync.freshness,
            self.sync.activity,
            now=self.workspace.clock().timestamp(),
            key=app.shown_key if isinstance(app, ShowsKeys) else str,
            zone=self.workspace.tz,
        )
        self.results.explain_empty(words)

    # --- held keys

    def on_key(self, event: events.Key) -> None:
        if not self._features:
            return
        if any(keys.take(event) for keys in self._all_keys) or self.search_pane.has_focus_within:
            return
        if self._moves_lines(event.key):
            self.held_keys.begin()
        elif self._leads_elsewhere(event.key):
            self.keys_for_list.begin()
        elif self.views.open_by_key(event.key):
            self.keys_for_list.begin()
            event.stop()
            event.prevent_default()

    @property
    def _all_keys(self) -> tuple[HeldKeys, ...]:
        return self.held_keys, self.keys_for_list, self.keys_for_results

    def _leads_elsewhere(self, key: str) -> bool:
        """Whether a key replaces the list by another one: the next keys are about that."""
        pressed = self.active_bindings.get(key)
        if pressed is None or not pressed.enabled:
            return False
        action = pressed.binding.action
        if action == "back":
            return self._leads_back and (self.back_stack.last is None or self.back_stack.last.above is None)
        return action == ONLY_THEIRS or self.views.opens_tab(action)

    @property
    def _leads_back(self) -> bool:
        """Whether escape leads to another list."""
        return self.results.table.has_focus and (bool(self.back_stack) or self.remembered_search.display)

    def _moves_lines(self, key: str) -> bool:
        """Whether a key changes the list below the cursor at once: the next keys are about what follows.

        A change of all that is selected takes longer, and nothing waits for it.
        """
        pressed = self.active_bindings.get(key)
        if pressed is None or not pressed.enabled or pressed.binding.action not in MOVING:
            return False
        return not isinstance(self.list.targets, ListTargets)

    @on(CompletionAccepted)
    @on(StoreFailed)
    def _drop_keys(self) -> None:
        for keys in self._all_keys:
            keys.drop()

    def on_screen_resume(self) -> None:
        if self._features:
            self._drop_keys()

    @on(events.DescendantFocus)
    def _search_focused(self, event: events.DescendantFocus) -> None:
        if self._features and event.widget is self.search_pane.input:
            self._drop_keys()

    # --- views and columns

    @on(ViewChosen)
    def _view_chosen(self, message: ViewChosen) -> None:
        """Put the query of the view into the search input, where it can be edited."""
        self.back_stack.clear()
        self.tabs.choose(message.view)
        self.search_pane.input.remember(message.view.source)
        self.show_query(message.view.source)
        self.keys_for_list.is_waiting = True

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
        self.refresh_bindings()
        action = message.action
        self.results.annotations_changed(AnnotationChange(action.id, action.count, message.ids))
        if message.ids is None:
            self.refresh_annotations()
        else:
            self.list_and_thread.changed(message.ids)
        self.tabs.count_now()
        self._check_follow_ups()

    @on(AnnotationRefused)
    def _annotation_refused(self, message: AnnotationRefused) -> None:
        self.triage.report_refused(message)
        self.held_keys.deliver(self)

    @on(ActionRestored)
    def _action_restored(self, message: ActionRestored) -> None:
        self.triage.confirm_restored(message)
        self.refresh_bindings()
        if (action := message.action) is None:
            self.held_keys.deliver(self)
            return
        change = AnnotationChange(action.id, action.count)
        self.results.annotations_changed(change, restored=not message.redone)
        self.refresh_annotations()
        self.tabs.count_now()
        self._check_follow_ups()

    @on(ChangesUndone)
    def _changes_undone(self, message: ChangesUndone) -> None:
        self.triage.confirm_undone(message)
        self.show_changes(message.undone.conversation_ids)
        self.held_keys.deliver(self)
        self.refresh_bindings()

    @on(AnnotationChangesRead)
    def _annotation_changes_read(self, message: AnnotationChangesRead) -> None:
        self.list.show_selection()
        if message.generation == self._generation:
            query = self.results.query_shown
            self.search_pane.show_count(amount(message.count), elapsed(message.seconds), query)
            self._explain_empty()
        if not self.results.shows_changes_soon:
            self.held_keys.deliver(self)

    def refresh_annotations(self) -> None:
        """Fetch the annotations in the list and the thread again."""
        known, reading = self.results.table.model.cached_ids, self.thread.conversation_id
        self.list_and_thread.changed(known if reading is None else {*known, reading})

    # --- changes in Intercom

    def _looked_at(self) -> dict[int, int]:
        """When the conversations that the list shows were last active (epoch seconds)."""
        model = self.results.table.model
        rows = [line.row for id_ in model.cached_ids if (line := model.row(id_)) is not None]
        return {row.id: to_epoch(row.updated_at) for row in rows}

    @on(ChoiceOffered)
    def _choice_offered(self, message: ChoiceOffered) -> None:
        self.acting.choose(message)

    @on(BulkPreviewed)
    def _bulk_previewed(self, message: BulkPreviewed) -> None:
        self.acting.confirm_bulk(message)

    @on(ChangesMade)
    def _changes_made(self, message: ChangesMade) -> None:
        if len(message.ids) > 1:  # else the line and the thread show it
            self.acting.confirm(message)
        self.show_changes(message.ids)
        self.refresh_bindings()

    @on(ChangeRefused)
    def _change_refused(self, message: ChangeRefused) -> None:
        self.acting.report_refused(message)

    @on(RetryOrDropChosen)
    def _retry_or_drop_chosen(self, message: RetryOrDropChosen) -> None:
        self.acting.decide(message)

    @on(RetryOrDropDone)
    def _retry_or_drop_done(self, message: RetryOrDropDone) -> None:
        self.acting.confirm_retry_or_drop(message)
        self.show_changes((message.conversation_id,))

    def show_changes(self, ids: Collection[int]) -> None:
        """Show what the outbox intends with these conversations."""
        self.list_and_thread.changed(ids)
        self._count_outbox()

    def _count_outbox(self) -> None:
        self._counts_outbox_soon = False
        self.store.run(Job(JobKind.OTHER, "outbox", count_outbox), self)

    def _count_outbox_soon(self) -> None:
        """Once for many changes that are sent one after the other."""
        if not self._counts_outbox_soon:
            self._counts_outbox_soon = True
            self.set_timer(COUNT_SOON, self._count_outbox)

    @on(OutboxCounted)
    def _outbox_counted(self, message: OutboxCounted) -> None:
        counts = self.outbox_counts = message.counts
        undecided = undecided_words(counts)
        key = self.app.shown_key("outbox") if isinstance(self.app, ShowsKeys) else "O"
        self.sync.show_outbox(f"{undecided} · {key}" if undecided else "", progress_words(counts))

    # --- follow-ups

    def _check_follow_ups(self) -> None:
        """In quiet hours they stay in the store, so that none is lost when the dashboard is closed."""
        quiet = isinstance(self.app, KeepsQuiet) and self.app.is_quiet()
        function = partial(check_follow_ups, announce=not quiet)
        self.store.run(Job(JobKind.WRITE, "follow-ups", function), self)

    @on(FollowUpsChecked)
    def _follow_ups_checked(self, message: FollowUpsChecked) -> None:
        self._next_due = message.next_due
        if message.due:
            title, words = follow_ups_due_text(message)
            self.post_message(NoticeGiven(Notice(title, words, kind="followups", seconds=20)))

    def _look_around(self) -> None:
        """Only the clock says whether a follow-up is due: when the next one is has been read before."""
        now = self.workspace.clock()
        if self._next_due is not None and self._next_due <= now:
            if self._next_due != self._came_due:  # the row and the tab say so, also in quiet hours
                self._came_due = self._next_due
                self.refresh_annotations()
                self.tabs.count_now()
            if not (isinstance(self.app, KeepsQuiet) and self.app.is_quiet()):
                self._next_due = None
                self._check_follow_ups()
        self.store.run(Job(JobKind.OTHER, "elsewhere", partial(look_elsewhere, top=self._top)), self)

    # --- other programs

    @on(ChangedElsewhere)
    def _changed_elsewhere(self, message: ChangedElsewhere) -> None:
        """Show what another window, the command line or its sync changed."""
        is_first, self._top = self._top < 0, message.top
        if not message.annotations and (is_first or self.sync.activity.running):
            return  # what its own sync stores is shown by its events
        self.refresh_annotations()
        self.tabs.count_soon()
        self.sync.assess()
        for screen in self.app.screen_stack:
            if isinstance(screen, PlayScreen):
                screen.changed_elsewhere()
        if message.annotations:
            self._check_follow_ups()
            self._count_outbox_soon()

    # --- reading

    @on(LinkFollowed)
    def _link_followed(self, message: LinkFollowed) -> None:
        self.reading.follow(message)

    # --- writing

    def _composer_closed(self, conversation_id: int, queued: MessageQueued | None) -> None:
        """Show that there is a draft, or what became of it."""
        if queued is None:
            self.list_and_thread.changed({conversation_id})
        else:
            self.show_changes([conversation_id])

    # --- the sync

    @on(SyncEventReceived)
    def _sync_event_received(self, message: SyncEventReceived) -> None:
        match message.event:
            case ConversationsStored(ids):
                self.list_and_thread.changed(ids)
                self.tabs.count_soon()
            case OutboxChanged(ids):
                self.list_and_thread.changed(ids)
                self._count_outbox_soon()
            case SyncFinished():
                self._sync_ended()
            case _:
                pass

    @on(OtherSyncEnded)
    def _other_sync_ended(self) -> None:
        self.refresh_annotations()  # and what else it stored: no event told of it
        self._sync_ended()
        self.tabs.count_soon()

    def _sync_ended(self) -> None:
        """Show how complete the list is now; what was stored waits at the marker, or fills an empty list."""
        is_unread = self._refused == self.request.text  # it may name somebody who is known now
        if is_unread or self.sync.is_state(SyncState.STALE):
            self.search(self.request, keep=True)
            return
        self.results.sync_ended()
        self.search_pane.assess_timeframes()
        self.sync.assess()

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

    def action_periods(self) -> None:
        self.search_pane.open_menu()

    def action_sync(self) -> None:
        self.sync.sync()

    def action_fill_gap(self) -> None:
        self.sync.fill_gap()

    def action_back(self) -> None:
        """Leave the conversation or the search input for the list; in the list, go back to the one before."""
        if self.back_stack and self.results.table.has_focus:
            self._go_back()
        elif self.remembered_search.display and self.results.table.has_focus:
            self.show_query("")
            self.keys_for_list.is_waiting = True
        else:
            self.list_and_thread.leave_thread()

    def action_play(self) -> None:
        table, listing, active = self.results.table, self.results.listing, self.tabs.active
        if listing is None or not table.count:
            self.notify("The list is empty: there is nothing to review.", title="", markup=False)
            return
        title = active.name if active else str(listing.query) or "All conversations"
        queue = PlayQueue(title, self.workspace.clock(), table.selected_id)
        self.app.push_screen(PlayScreen(self.store, self._feed, queue, listing), self._play_ended)

    def _play_ended(self, end: PlayEnd | None) -> None:
        if end is None:
            return
        change = AnnotationChange(0, len(end.changed), end.changed)
        self.results.annotations_changed(change, goes_to=end.last)
        self.refresh_annotations()
        self._count_outbox()
        self.tabs.count_now()
        self._check_follow_ups()
        if end.query is not None:
            self.post_message(QueryChosen(end.query))


def is_query(text: str, workspace: Workspace) -> bool:
    """Whether `text` can be parsed. Unknown names are found only by the search in the store."""
    try:
        parse(text, now=workspace.clock(), tz=workspace.tz)
    except QueryError:
        return False
    return True
