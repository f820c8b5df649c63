"""One line that says what the sync is doing, for the screens behind the main one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual import on
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.clock import Clock, system_clock
from tui.dashboard.messages import SyncCompleted, SyncMessage, as_message
from tui.dashboard.picture import SyncPicture, Tone, activity, changes
from tui.dashboard.widgets.status_bar import TONES
from tui.dashboard.widgets.sync_panel import SyncFeed
from tui.sync.events import SyncEvent

TICK = 1.0
"""Seconds between two looks at the sync, and two redraws of a time that counts down."""
BAR = 20
"""Cells of the progress bar."""


class SyncLine(Static):
    """Listens to the engine; its messages bubble on to the screen it stands on."""

    picture: reactive[SyncPicture] = reactive(SyncPicture())

    def __init__(self, feed: SyncFeed, clock: Clock = system_clock, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._feed = feed
        self._clock = clock
        self._asked = ""
        self._unsubscribe: Callable[[], None] | None = None

    def on_mount(self) -> None:
        self._unsubscribe = self._feed.subscribe(self._relay)
        self.set_interval(TICK, self._look)
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
            full = round(picture.fraction * BAR)
            bar = "━" * full + "╌" * (BAR - full) + "  "
        asked = f"{self._asked} · " if self._asked and picture.running else ""
        return Content.assemble((bar, "$primary"), asked, (words, TONES[tone]))
