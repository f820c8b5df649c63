"""Which period the numbers are about: three words to click, or to reach with a key."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.dashboard.seeing.messages import PeriodChosen

PERIODS = (7, 30, 90)
"""Days."""


class PeriodChoice(Static):
    """The chosen period stands in brackets, which can be read without colour."""

    period: reactive[int] = reactive(30)

    def _labels(self) -> list[str]:
        return [f"[{days} d]" if days == self.period else f" {days} d " for days in PERIODS]

    def render(self) -> Content:
        parts = [
            Content.styled(label, "bold $text-primary" if days == self.period else "$muted")
            for days, label in zip(PERIODS, self._labels(), strict=True)
        ]
        return Content(" ").join(parts)

    def on_click(self, event: events.Click) -> None:
        start = 0
        for days, label in zip(PERIODS, self._labels(), strict=True):
            if start <= event.x < start + len(label):
                self.post_message(PeriodChosen(days))
            start += len(label) + 1
