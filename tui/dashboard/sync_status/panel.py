"""Follows the freshness of the shown query and the sync, and requests syncs."""

from __future__ import annotations

from functools import partial

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive

from tui.dashboard.store_thread import Job, JobKind, StoreThread
from tui.dashboard.sync_status.banner import VerdictBanner
from tui.dashboard.sync_status.feed import SyncFeed
from tui.dashboard.sync_status.messages import (
    FreshnessAssessed,
    FreshnessShown,
    OtherSyncEnded,
    OtherSyncRead,
    SyncEventReceived,
    SyncRequested,
    WindowsSyncRequested,
)
from tui.dashboard.sync_status.queries import assess_freshness, read_other_sync
from tui.dashboard.sync_status.state import QueryFreshness, SyncActivity
from tui.dashboard.sync_status.state_line import StateLine
from tui.dashboard.sync_status.sync_words import failure_details
from tui.freshness import SyncState
from tui.freshness_words import not_kept_words
from tui.query import Query
from tui.sync.events import ConversationsStored, FreshnessChanged, Reason, SyncFailed, SyncFinished

ASSESS_EVERY = 15.0
"""Seconds between two assessments of the freshness: results age while nothing else happens."""
ASSESS_SOON = 0.5
"""Seconds after conversations were stored until their number is read again, once for many."""
CHECK_EVERY = 0.5
"""Seconds between two checks whether a sync has begun."""
LOOK_EVERY = 1.0
"""Seconds between two looks at who else syncs the database."""


class SyncPanel(Vertical):
    """Keeps the freshness of the shown query up to date, and requests a sync of a stale window.

    `banner` stands elsewhere on the screen.
    """

    freshness: reactive[QueryFreshness | None] = reactive(None)
    activity: reactive[SyncActivity] = reactive(SyncActivity())
    words: reactive[str | None] = reactive(None)
    """The verdict in words; None when fresh."""
    line = getters.query_one("#status", StateLine)

    def __init__(
        self,
        store: StoreThread,
        feed: SyncFeed,
        banner: VerdictBanner,
        *,
        badge: Content | None = None,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.banner = banner
        self._store = store
        self._feed = feed
        self._badge = badge
        self._query: Query | None = None
        self._requested_for: str | None = None
        """The stale query whose window was requested, so that it is requested once."""
        self._has_failed_since = False
        """Whether a sync failed since: then what was requested is requested again once one works."""
        self._is_assessed_soon = False

    def compose(self) -> ComposeResult:
        workspace = self._store.workspace
        line = StateLine(workspace.clock, workspace.tz, badge=self._badge, id="status")
        yield line.data_bind(SyncPanel.freshness, SyncPanel.activity, SyncPanel.words)

    def on_mount(self) -> None:
        self._feed.subscribe(self)
        self.set_interval(CHECK_EVERY, self._check_running)
        self.set_interval(ASSESS_EVERY, self.assess)
        self.set_interval(LOOK_EVERY, self._look_for_others)

    def on_unmount(self) -> None:
        self._feed.unsubscribe(self)

    def _check_running(self) -> None:
        self.activity = self._feed.check_running()

    def watch_activity(self) -> None:
        self._find_words()

    def _find_words(self) -> None:
        """They change with the freshness and with the sync."""
        if self.freshness is not None:
            self.words = self._store.workspace.message(self.freshness.verdict, self.activity.outlook())
            self.banner.show(self.freshness.state, self.words)

    def is_state(self, state: SyncState) -> bool:
        return self.freshness is not None and self.freshness.state is state

    def show_outbox(self, undecided: str, progress: str) -> None:
        """Show what needs a decision and how far changes are sent; empty texts show nothing."""
        self.line.outbox = (undecided, progress)

    # --- the freshness

    def assess(self) -> None:
        """Assess the freshness of the shown query again."""
        self._is_assessed_soon = False
        function = partial(assess_freshness, query=self._query)
        self._store.run(Job(JobKind.FRESHNESS, "freshness", function), self)

    def _assess_soon(self) -> None:
        if not self._is_assessed_soon:
            self._is_assessed_soon = True
            self.set_timer(ASSESS_SOON, self.assess)

    def show(self, freshness: QueryFreshness, query: Query | None) -> None:
        """Show the freshness of `query`, whose results are shown."""
        self._query = query
        source = source_of(query)
        # Posted to the app: a message posted in a handler of the screen bubbles no further than the screen.
        if freshness.state is not SyncState.STALE:
            self._requested_for = None
        elif self._requested_for != source:
            self._requested_for = source
            self.activity = self._feed.note_request()
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

    # --- the sync

    @on(SyncEventReceived)
    def _sync_event_received(self, message: SyncEventReceived) -> None:
        match message.event:
            case SyncFailed(reason=reason):
                self._has_failed_since = True
                if reason is Reason.LOCKED:
                    self._look_for_others()
            case SyncFinished() if self._has_failed_since:
                self._has_failed_since, self._requested_for = False, None
            case FreshnessChanged():
                self.assess()
            case ConversationsStored():
                self._assess_soon()
            case _:
                pass
        self.activity = self._feed.activity

    def sync(self) -> None:
        """Sync what is new, and answer at once where the line does not show that something happens."""
        if not self._answer():
            return
        self.activity = self._feed.note_request()
        self.app.post_message(SyncRequested())

    def fill_gap(self) -> None:
        """Sync what is missing of the shown answer, or say why there is nothing to sync."""
        if self.freshness is None:
            return
        verdict = self.freshness.verdict
        if verdict.kept_since is not None:
            words = not_kept_words(verdict.kept_since, self._store.workspace.tz)
            self._tell(f"Conversations {words}: no sync fetches them.")
        if verdict.lacks_only_unkept:
            return
        if self.is_state(SyncState.FRESH):
            self._tell("Nothing is missing: the answer is complete.")
        elif self._answer():
            self.activity = self._feed.note_request()
            self.app.post_message(WindowsSyncRequested(verdict.to_sync))

    def _answer(self) -> bool:
        """Say what a request meets. Returns whether it makes sense."""
        activity = self.activity
        if activity.other is not None and not activity.running:
            self._tell(f"{_capital(activity.other.name)} syncs: what it stores appears here.")
            return False
        if activity.running or activity.is_requested:
            self._tell("A sync is running: what is new comes with it.")
        elif (failure := activity.obstacle) is not None:
            zone = self._store.workspace.tz
            words = failure_details(failure, activity.failing_since, zone)[-1]
            self._tell(f"Trying again. The last sync: {words}.")
        return True

    def _tell(self, words: str) -> None:
        self.notify(words, title="", markup=False)

    # --- the sync of another process

    def _look_for_others(self) -> None:
        self._store.run(Job(JobKind.FRESHNESS, "other sync", read_other_sync), self)

    @on(OtherSyncRead)
    def _other_sync_read(self, message: OtherSyncRead) -> None:
        before = self.activity.other
        self.activity = self._feed.note_other(message.other)
        if message.other is not None and message.other != before:
            self.assess()
        elif before is not None and message.other is None:
            self.screen.post_message(OtherSyncEnded())
            failure = self.activity.failure
            if failure is not None and failure.reason is Reason.LOCKED:
                self.app.post_message(SyncRequested())


def source_of(query: Query | None) -> str:
    """The text of a query; empty for all conversations."""
    return query.source if query else ""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
