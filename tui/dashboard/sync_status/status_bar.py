"""Lines that show the freshness of the results and the state of the sync."""

from __future__ import annotations

from textual import on
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.clock import Clock, system_clock
from tui.dashboard.common.key_hints import ShowsKeys
from tui.dashboard.sync_status.coverage_strip import bars
from tui.dashboard.sync_status.feed import SyncFeed
from tui.dashboard.sync_status.messages import SyncEventReceived, WindowsSyncRequested
from tui.dashboard.sync_status.state import QueryFreshness, SyncActivity, Tone, activity_text
from tui.formatting import ago, counted, number
from tui.freshness import SyncState
from tui.sync.events import SyncFinished, changes_in_words

TICK = 1.0
"""Seconds between two redraws, for the age and the waiting time."""
TONES = {
    Tone.QUIET: "$muted",
    Tone.BUSY: "$text-accent",
    Tone.WARNING: "$text-warning",
    Tone.ERROR: "$text-error",
}
STATE_COLOURS = {"fresh": "$text-success", "partial": "$text-warning", "stale": "$text-error"}
GAP = "  "


class StatusBar(Static):
    """The freshness at the left, the sync at the right."""

    freshness: reactive[QueryFreshness | None] = reactive(None)
    activity: reactive[SyncActivity] = reactive(SyncActivity())

    def __init__(self, clock: Clock = system_clock, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._clock = clock

    def on_mount(self) -> None:
        self.set_interval(TICK, self.refresh)

    def render(self) -> Content:
        now = self._clock().timestamp()
        width = self.size.width - 2
        brief = width < 100
        right = self._activity(now, brief=brief)
        left = Content("")
        for part in self._parts(now, brief=brief):
            longer = Content.assemble(left, GAP, part) if left else part
            if longer.cell_length + right.cell_length + 2 > width and left:
                break
            left = longer
        room = width - left.cell_length - 2
        if right.cell_length > room:
            right = right.truncate(max(0, room), ellipsis=True)
        padding = " " * max(0, width - left.cell_length - right.cell_length)
        return Content.assemble(left, padding, right)

    def _activity(self, now: float, *, brief: bool) -> Content:
        words, tone = activity_text(self.activity, now, brief=brief)
        return Content.styled(words, TONES[tone]) if words else Content("")

    def _parts(self, now: float, *, brief: bool) -> list[Content]:
        """The texts at the left, most important first."""
        freshness = self.freshness
        if freshness is None:
            return [Content.styled("Loading…", "$muted")]
        state = freshness.state
        parts = [
            Content.assemble(
                f"{state.glyph} ", (state.value.capitalize(), f"bold {STATE_COLOURS[state.value]}")
            )
        ]
        last = freshness.verdict.last_sync
        parts.append(Content("never synced" if last is None else f"synced {ago(now - last)}"))
        total = number(freshness.total) if brief else counted(freshness.total, "conversation")
        parts.append(Content(total))
        cells = 12 if brief else 24
        strip = bars(freshness.coverage, freshness.horizon, cells)
        days = round((freshness.horizon.end - freshness.horizon.start) / 86400)
        parts.append(Content.assemble((strip, "$success"), ("" if brief else f" {days} days", "$muted")))
        return parts


SYNCING = "Syncing…"


class VerdictBanner(Static):
    """Shows the message of a stale or partial verdict, and the key that fills the gap."""

    freshness: reactive[QueryFreshness | None] = reactive(None, layout=True)
    activity: reactive[SyncActivity] = reactive(SyncActivity(), layout=True)
    words: reactive[str | None] = reactive(None, layout=True)
    fill_key: reactive[str] = reactive("f")
    """The key as the footer shows it."""

    def on_mount(self) -> None:
        if isinstance(self.app, ShowsKeys):
            self.fill_key = self.app.shown_key("fill_gap")

    def watch_freshness(self, freshness: QueryFreshness | None) -> None:
        state = SyncState.FRESH if freshness is None else freshness.state
        for each in SyncState:
            self.set_class(each is state, f"-{each.value}")
        self.display = state is not SyncState.FRESH

    def render(self) -> Content:
        freshness = self.freshness
        if freshness is None or not self.words:
            return Content("")
        message = f"{freshness.state.glyph} {self.words}"
        if self.activity.running:
            note = (SYNCING, "italic $muted")
        else:
            missing = freshness.state is SyncState.PARTIAL and freshness.verdict.sync_helps
            what = "the missing days" if missing else "now"
            note = (f"Press {self.fill_key} to sync {what}", "bold")
        return Content.assemble(message, "  ", note)

    def on_click(self) -> None:
        if self.freshness is not None:
            self.post_message(WindowsSyncRequested(self.freshness.verdict.to_sync))


REFRESH_EVERY = 1.0
"""Seconds between two updates of the line."""
PROGRESS_CELLS = 20
"""Width of the progress bar."""


class SyncLine(Static):
    """The state of the sync in one line, for secondary screens."""

    activity: reactive[SyncActivity] = reactive(SyncActivity())

    def __init__(self, feed: SyncFeed, clock: Clock = system_clock, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._feed = feed
        self._clock = clock
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
        words, tone = activity_text(activity, self._clock().timestamp())
        if not words and activity.summary is not None:
            words, tone = f"✓ synced: {changes_in_words(activity.summary)}", Tone.QUIET
        if not words:
            return Content.styled(self._requested, "$muted")
        bar = ""
        if activity.running and activity.fraction is not None:
            full = round(activity.fraction * PROGRESS_CELLS)
            bar = "━" * full + "╌" * (PROGRESS_CELLS - full) + "  "
        requested = f"{self._requested} · " if self._requested and activity.running else ""
        return Content.assemble((bar, "$primary"), requested, (words, TONES[tone]))
