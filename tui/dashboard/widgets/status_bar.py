"""The line that always says how fresh the answer is, and what the sync is doing about it."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.clock import Clock, system_clock
from tui.dashboard.coverage_strip import bars
from tui.dashboard.picture import Standing, SyncPicture, Tone, activity
from tui.dashboard.words import ago, number
from tui.formatting import counted

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
    """Draws a `Standing` and a `SyncPicture`; it knows nothing of where they come from."""

    standing: reactive[Standing | None] = reactive(None)
    picture: reactive[SyncPicture] = reactive(SyncPicture())

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
