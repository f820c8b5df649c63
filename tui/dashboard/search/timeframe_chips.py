"""Periods to choose with the mouse or a key, each with how complete its answer would be."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.style import Style

from tui.dashboard.common.static_text import StaticText
from tui.dashboard.search.completion import TIMEFRAMES, since_of
from tui.dashboard.search.messages import TimeframeChosen
from tui.freshness import SyncState

GLYPHS = {
    SyncState.FRESH: ("●", "$text-success"),
    SyncState.PARTIAL: ("◐", "$text-warning"),
    SyncState.STALE: ("○", "$text-error"),
}
"""Told apart by their shape as well as by colour."""


class TimeframeChips(StaticText):
    """One line: the chips, then the query in words."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._states: tuple[SyncState, ...] = ()
        self._since: str | None = ""
        self._meaning = ""

    def judged(self, states: tuple[SyncState, ...]) -> None:
        self._states = states
        self._show()

    def explain(self, text: str, meaning: str) -> None:
        """The query shown, as written and in words."""
        self._since, self._meaning = since_of(text), meaning
        self._show()

    def following(self, text: str, step: int) -> str:
        """The value of the chip that comes after the one that `text` asks for."""
        values = [value for _, value in TIMEFRAMES]
        since = since_of(text)
        place = values.index(since) if since in values else len(values) - 1
        return values[(place + step) % len(values)]

    def _show(self) -> None:
        pieces: list[Content] = []
        for number, (words, value) in enumerate(TIMEFRAMES):
            chip = Content(f" {words}")
            if number < len(self._states):
                glyph, colour = GLYPHS[self._states[number]]
                chip = Content.assemble(chip, (f" {glyph}", colour))
            chip += " "
            if value == self._since:
                chip = chip.stylize("reverse")
            pieces.append(chip.stylize(Style.from_meta({"timeframe": number})))
        self.set_text(
            Content.assemble(Content(" ").join(pieces), "   ", (self._meaning, "$muted")), layout=False
        )

    def on_click(self, event: events.Click) -> None:
        if (number := event.style.meta.get("timeframe")) is not None:
            event.stop()
            self.post_message(TimeframeChosen(TIMEFRAMES[number][1]))
