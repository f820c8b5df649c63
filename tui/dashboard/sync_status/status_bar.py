"""The lines that say how fresh the answer is and what the sync is doing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual import on
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.clock import Clock, system_clock
from tui.dashboard.common.key_hints import ShowsKeys
from tui.dashboard.formatting import ago, bars, number
from tui.dashboard.sync_status.messages import GapFillRequested, SyncCompleted, SyncMessage, as_message
from tui.dashboard.sync_status.state import QueryFreshness, SyncActivity, SyncFeed, Tone, activity, changes
from tui.freshness import SyncState
from tui.sync.events import SyncEvent
from tui.text import counted

TICK = 1.0
"""Seconds between two redraws: the age ticks, the waiting time counts down."""
TONES = {
    Tone.QUIET: "$muted",
    Tone.BUSY: "$text-accent",
    Tone.WARNING: "$text-warning",
    Tone.ERROR: "$text-error",
}
STATE_COLOURS = {"fresh": "$text-success", "partial": "$text-warning", "stale": "$text-error"}
GAP = "  "


class StatusBar(Static):
    """Draws a `QueryFreshness` and a `SyncActivity`; it knows nothing of where they come from."""

    standing: reactive[QueryFreshness | None] = reactive(None)
    picture: reactive[SyncActivity] = reactive(SyncActivity())

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
        words, tone = activity(self.picture, now, brief=brief)
        return Content.styled(words, TONES[tone]) if words else Content("")

    def _parts(self, now: float, *, brief: bool) -> list[Content]:
        """What to say, most important first."""
        standing = self.standing
        if standing is None:
            return [Content.styled("opening the mirror…", "$muted")]
        state = standing.state
        parts = [
            Content.assemble(
                f"{state.glyph} ", (state.value.capitalize(), f"bold {STATE_COLOURS[state.value]}")
            )
        ]
        last = standing.verdict.last_sync
        parts.append(Content("never synced" if last is None else f"synced {ago(now - last)}"))
        total = number(standing.total) if brief else counted(standing.total, "conversation")
        parts.append(Content(total))
        cells = 12 if brief else 24
        strip = bars(standing.coverage, standing.horizon, cells)
        days = round((standing.horizon.end - standing.horizon.start) / 86400)
        parts.append(Content.assemble((strip, "$success"), ("" if brief else f" {days} days", "$muted")))
        return parts


SYNCING = "Syncing…"


class VerdictBanner(Static):
    """Shows the exact words for a stale or partial verdict, and the key that fills the gap."""

    standing: reactive[QueryFreshness | None] = reactive(None, layout=True)
    syncing: reactive[bool] = reactive(False, layout=True)
    fill_key: reactive[str] = reactive("f")
    """How the key that fills the gap is shown."""

    def on_mount(self) -> None:
        if isinstance(self.app, ShowsKeys):
            self.fill_key = self.app.shown_key("fill_gap")

    def watch_standing(self, standing: QueryFreshness | None) -> None:
        state = SyncState.FRESH if standing is None or not standing.message else standing.state
        for each in SyncState:
            self.set_class(each is state, f"-{each.value}")
        self.display = state is not SyncState.FRESH

    def render(self) -> Content:
        standing = self.standing
        if standing is None or not standing.message:
            return Content("")
        message = f"{standing.state.glyph} {standing.message}"
        if self.syncing:
            note = (SYNCING, "italic $muted")
        else:
            verb = "fills it" if standing.state is SyncState.PARTIAL else "syncs now"
            note = (f"{self.fill_key} {verb}", "bold")
        return Content.assemble(message, "  ", note)

    def on_click(self) -> None:
        if self.standing is not None:
            self.post_message(GapFillRequested(self.standing.verdict.gaps))


REFRESH_EVERY = 1.0
"""Seconds between two looks at the sync, and two redraws of a time that counts down."""
PROGRESS_CELLS = 20
"""Cells of the progress bar."""


class SyncLine(Static):
    """Listens to the engine; its messages bubble on to the screen it stands on."""

    picture: reactive[SyncActivity] = reactive(SyncActivity())

    def __init__(self, feed: SyncFeed, clock: Clock = system_clock, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._feed = feed
        self._clock = clock
        self._asked = ""
        self._unsubscribe: Callable[[], None] | None = None

    def on_mount(self) -> None:
        self._unsubscribe = self._feed.subscribe(self._relay)
        self.set_interval(REFRESH_EVERY, self._look)
        self._look()

    def on_unmount(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()

    def ask(self, words: str) -> None:
        """A sync of `words` was asked for: said until it is over."""
        self._asked = words
        self.refresh()

    def _relay(self, event: SyncEvent) -> None:
        """Called on the engine's thread: nothing but posting is safe here."""
        self.post_message(as_message(event))

    def _look(self) -> None:
        if self._feed.sync_in_progress is not self.picture.running and self.picture.failure is None:
            self.picture = replace(self.picture, running=self._feed.sync_in_progress, progress=None)
        elif self.picture.running:
            self.refresh()

    @on(SyncMessage)
    def _sync_told(self, message: SyncMessage) -> None:
        self.picture = self.picture.after(message.event, self._clock().timestamp())

    @on(SyncCompleted)
    def _completed(self) -> None:
        if not self._feed.sync_in_progress:
            self._asked = ""

    def render(self) -> Content:
        picture = self.picture
        words, tone = activity(picture, self._clock().timestamp())
        if not words and picture.summary is not None:
            words, tone = f"✓ synced: {changes(picture.summary)}", Tone.QUIET
        if not words:
            return Content.styled(self._asked, "$muted")
        bar = ""
        if picture.running and picture.fraction is not None:
            full = round(picture.fraction * PROGRESS_CELLS)
            bar = "━" * full + "╌" * (PROGRESS_CELLS - full) + "  "
        asked = f"{self._asked} · " if self._asked and picture.running else ""
        return Content.assemble((bar, "$primary"), asked, (words, TONES[tone]))
