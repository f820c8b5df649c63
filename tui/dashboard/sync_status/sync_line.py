"""The state of the sync in one line, for secondary screens."""

from __future__ import annotations

from datetime import tzinfo

from textual import on
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.clock import Clock, system_clock
from tui.dashboard.sync_status.feed import SyncFeed
from tui.dashboard.sync_status.messages import SyncEventReceived
from tui.dashboard.sync_status.state import SyncActivity
from tui.dashboard.sync_status.state_line import TONES
from tui.dashboard.sync_status.sync_words import Tone, sync_words
from tui.sync.events import SyncFinished, changes_in_words

REFRESH_EVERY = 1.0
"""Seconds between two updates of the line."""
PROGRESS_CELLS = 20
"""Width of the progress bar."""


class SyncLine(Static):
    activity: reactive[SyncActivity] = reactive(SyncActivity())

    def __init__(
        self,
        feed: SyncFeed,
        clock: Clock = system_clock,
        zone: tzinfo | None = None,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._feed = feed
        self._clock = clock
        self._zone = zone
        self._requested = ""

    def on_mount(self) -> None:
        self._feed.subscribe(self)
        self.set_interval(REFRESH_EVERY, self._refresh_activity)
        self._refresh_activity()

    def on_unmount(self) -> None:
        self._feed.unsubscribe(self)

    def show_requested(self, words: str) -> None:
        """Show `words` about a requested sync, until it is completed."""
        self._requested = words
        self.activity = self._feed.note_request()
        self.refresh()

    def _refresh_activity(self) -> None:
        self.activity = self._feed.check_running()
        if self.activity.running:
            self.refresh()

    @on(SyncEventReceived)
    def _sync_event_received(self, message: SyncEventReceived) -> None:
        self.activity = self._feed.activity
        if isinstance(message.event, SyncFinished) and not self._feed.check_running().running:
            self._requested = ""

    def render(self) -> Content:
        activity = self.activity
        words, tone = sync_words(activity, self._clock().timestamp(), self._zone)
        if not words and activity.summary is not None:
            words, tone = f"✓ synced: {changes_in_words(activity.summary)}", Tone.QUIET
        if not words:
            return Content.styled(self._requested, "$muted")
        bar = ""
        if activity.running and activity.fraction is not None:
            full = round(activity.fraction * PROGRESS_CELLS)
            bar = "━" * full + "╌" * (PROGRESS_CELLS - full) + "  "
        is_under_way = activity.running or activity.is_requested
        requested = f"{self._requested} · " if self._requested and is_under_way else ""
        return Content.assemble((bar, "$primary"), requested, (words, TONES[tone]))
