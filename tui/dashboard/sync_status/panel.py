"""How fresh the answer is: the banner and the status bar, and the toasts when that changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive

from tui.dashboard.notifications.messages import NoticeGiven
from tui.dashboard.notifications.rules import ChangeNotices, Notice, TransitionNotices
from tui.dashboard.results.queries import StoreReads
from tui.dashboard.sync_status.messages import (
    ChangesCounted,
    FreshnessAssessed,
    FreshnessMoved,
    SyncCompleted,
    SyncMessage,
    WindowFoundStale,
    as_message,
)
from tui.dashboard.sync_status.state import QueryFreshness, SyncActivity, SyncFeed
from tui.dashboard.sync_status.status_bar import StatusBar, VerdictBanner
from tui.freshness import SyncState
from tui.query import Query
from tui.sync.events import SyncEvent

ASSESS_EVERY = 15.0
"""Seconds between two looks at the verdict while nothing else asks for one: answers age by themselves."""


LOOK_EVERY = 0.5
"""Seconds between two looks whether a sync is about to begin; its first event needs an answer of Intercom."""


class SyncPanel(Vertical):
    """Owns the picture of the sync and the standing of the shown query."""

    standing: reactive[QueryFreshness | None] = reactive(None)
    picture: reactive[SyncActivity] = reactive(SyncActivity())
    banner = getters.query_one("#banner", VerdictBanner)

    def __init__(self, reads: StoreReads, feed: SyncFeed, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._reads = reads
        self._feed = feed
        self._unsubscribe: Callable[[], None] | None = None
        self._clock = reads.clock
        self._notices = TransitionNotices()
        self._news = ChangeNotices()
        self._began_empty = False
        """Whether nothing was mirrored at the start: what the first sync brings is no news."""
        self._query: Query | None = None
        self._asked_for = ""
        """The query a stale verdict has asked a sync for; asked once, until it is not stale any more."""

    def compose(self) -> ComposeResult:
        yield VerdictBanner(id="banner").data_bind(SyncPanel.standing)
        yield StatusBar(self._clock, id="status").data_bind(SyncPanel.standing, SyncPanel.picture)

    def on_mount(self) -> None:
        self._unsubscribe = self._feed.subscribe(self._relay)
        self._reads.count_changes(self)
        self.set_interval(LOOK_EVERY, self._look)
        self.set_interval(ASSESS_EVERY, self.assess)

    def on_unmount(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()

    def _relay(self, event: SyncEvent) -> None:
        """Called on the engine's thread: nothing but posting is safe here."""
        self.post_message(as_message(event))

    def _look(self) -> None:
        picture = self.picture
        if self._feed.sync_in_progress and not picture.running and picture.failure is None:
            self.picture = replace(picture, running=True)
            self.banner.syncing = True

    def assess(self) -> None:
        """Have the verdict for the shown query asked for again."""
        self._reads.assess(self, self._query)

    def standing_is(self, state: SyncState) -> bool:
        return self.standing is not None and self.standing.state is state

    def judge(self, standing: QueryFreshness, query: Query | None) -> None:
        """`query` is shown now and stands like this.

        What follows is posted to the app itself: called by the screen, a message would bubble no further
        than its sender.
        """
        self._query = query
        source = source_of(query)
        if self.standing is None:
            self._began_empty = not len(standing.coverage)
        self.standing = standing
        self._tell(self._notices.standing(standing, source))
        if standing.state is not SyncState.STALE:
            self._asked_for = ""
        elif self._asked_for != source or not source:
            self._asked_for = source or " "
            self.app.post_message(WindowFoundStale(standing.verdict.window))
        self.screen.refresh_bindings()

    @on(FreshnessAssessed)
    def _assessed(self, message: FreshnessAssessed) -> None:
        """Another query may be shown by now; then that one is asked about."""
        if source_of(message.query) == source_of(self._query):
            self.judge(message.standing, self._query)
        else:
            self.assess()

    @on(SyncMessage)
    def _sync_told(self, message: SyncMessage) -> None:
        """Every event of the engine, whatever else is done with it."""
        self.picture = self.picture.after(message.event, self._clock().timestamp())
        self.banner.syncing = self.picture.running
        self._tell(self._notices.happened(message.event))

    @on(FreshnessMoved)
    def _freshness_moved(self) -> None:
        self.assess()

    @on(SyncCompleted)
    def _count_changes(self) -> None:
        self._reads.count_changes(self)

    @on(ChangesCounted)
    def _tally_taken(self, message: ChangesCounted) -> None:
        message.stop()
        now = self._clock().timestamp()
        notice = self._news.happened(message.changes, now)
        if self._began_empty:
            self._began_empty = self.picture.summary is None
            self._news.told_otherwise(now)
        else:
            self._tell(notice)

    def _tell(self, notice: Notice | None) -> None:
        if notice is not None:
            if notice.title in {"Fresh", "Recovered"}:
                self._news.told_otherwise(self._clock().timestamp())
            self.app.post_message(NoticeGiven(notice))


def source_of(query: Query | None) -> str:
    """As it was written; empty for everything."""
    return query.source if query else ""
