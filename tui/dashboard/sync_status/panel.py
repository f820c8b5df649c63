"""The banner and the status bar: the freshness of the results and the state of the sync."""

from __future__ import annotations

from functools import partial

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive

from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.sync_status.feed import SyncFeed
from tui.dashboard.sync_status.messages import (
    FreshnessAssessed,
    FreshnessShown,
    SyncEventReceived,
    WindowsSyncRequested,
)
from tui.dashboard.sync_status.queries import assess_freshness
from tui.dashboard.sync_status.state import QueryFreshness, SyncActivity
from tui.dashboard.sync_status.status_bar import StatusBar, VerdictBanner
from tui.freshness import SyncState
from tui.query import Query
from tui.sync.events import FreshnessChanged, SyncFailed, SyncFinished

ASSESS_EVERY = 15.0
"""Seconds between two assessments of the freshness: results age while nothing else happens."""
CHECK_EVERY = 0.5
"""Seconds between two checks whether a sync has begun."""


class SyncPanel(Vertical):
    """Keeps the freshness of the shown query up to date, and requests a sync of a stale window."""

    freshness: reactive[QueryFreshness | None] = reactive(None)
    activity: reactive[SyncActivity] = reactive(SyncActivity())
    words: reactive[str | None] = reactive(None)
    """The verdict in words, for the banner; None when fresh."""
    banner = getters.query_one("#banner", VerdictBanner)

    def __init__(self, store: StoreThread, feed: SyncFeed, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._store = store
        self._feed = feed
        self._query: Query | None = None
        self._requested_for: str | None = None
        """The stale query whose window was requested, so that it is requested once."""
        self._is_starting = False
        """Whether the requested sync has not ended yet."""

    def compose(self) -> ComposeResult:
        yield VerdictBanner(id="banner").data_bind(SyncPanel.freshness, SyncPanel.activity, SyncPanel.words)
        clock = self._store.workspace.clock
        yield StatusBar(clock, id="status").data_bind(SyncPanel.freshness, SyncPanel.activity)

    def on_mount(self) -> None:
        self._feed.subscribe(self)
        self.set_interval(CHECK_EVERY, self._check_running)
        self.set_interval(ASSESS_EVERY, self.assess)

    def on_unmount(self) -> None:
        self._feed.unsubscribe(self)

    def _check_running(self) -> None:
        self.activity = self._feed.check_running()

    def watch_activity(self) -> None:
        self._find_words()

    def _find_words(self) -> None:
        """They change with the freshness and with the sync."""
        if self.freshness is not None:
            outlook = self.activity.outlook(starting=self._is_starting)
            self.words = self._store.workspace.message(self.freshness.verdict, outlook)

    def is_state(self, state: SyncState) -> bool:
        return self.freshness is not None and self.freshness.state is state

    def assess(self) -> None:
        """Assess the freshness of the shown query again."""
        function = partial(assess_freshness, query=self._query)
        self._store.run(Job(JobKind.FRESHNESS, "freshness", function), self)

    def show(self, freshness: QueryFreshness, query: Query | None) -> None:
        """Show the freshness of `query`, whose results are shown."""
        self._query = query
        source = source_of(query)
        # Posted to the app: a message posted in a handler of the screen bubbles no further than the screen.
        if freshness.state is not SyncState.STALE:
            self._requested_for = None
        elif self._requested_for != source:
            self._requested_for = source
            self._is_starting = True
            self.app.post_message(WindowsSyncRequested((freshness.verdict.window,)))
        self.freshness = freshness
        self._find_words()
        self.app.post_message(FreshnessShown(freshness, self.words, source))
        self.screen.refresh_bindings()

    @on(FreshnessAssessed)
    def _assessed(self, message: FreshnessAssessed) -> None:
        if source_of(message.query) == source_of(self._query):
            self.show(message.freshness, self._query)
        else:
            self.assess()  # another query is shown now

    @on(SyncEventReceived)
    def _sync_event_received(self, message: SyncEventReceived) -> None:
        if isinstance(message.event, SyncFinished | SyncFailed):
            self._is_starting = False
        self.activity = self._feed.activity
        if isinstance(message.event, FreshnessChanged):
            self.assess()


def source_of(query: Query | None) -> str:
    """The text of a query; empty for all conversations."""
    return query.source if query else ""
