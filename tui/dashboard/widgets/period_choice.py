"""Which period the numbers are about."""

from __future__ import annotations

from textual.message import Message
from textual.reactive import reactive

from tui.dashboard.seeing.messages import PeriodChosen
from tui.dashboard.widgets.word_choice import WordChoice

AS_SEARCHED = 0
"""In the place of days: the period that the search names itself."""
PERIODS = (7, 30, 90)
"""Days."""
USUAL = 30


class PeriodChoice(WordChoice):
    """So many days up to now, or what the search says where it says something."""

    period: reactive[int] = reactive(USUAL, layout=True)
    named: reactive[str] = reactive("", layout=True)
    """The period of the search in words; empty when it names none."""

    @property
    def periods(self) -> tuple[int, ...]:
        return (AS_SEARCHED, *PERIODS) if self.named else PERIODS

    @property
    def following(self) -> int:
        """The period after the chosen one."""
        return self.periods[(self.periods.index(self.period) + 1) % len(self.periods)]

    def options(self) -> list[tuple[str, bool, Message]]:
        return [
            (f"{days} d" if days else self.named, days == self.period, PeriodChosen(days))
            for days in self.periods
        ]
