"""The period and the scope that the insights are about."""

from __future__ import annotations

from textual.message import Message
from textual.reactive import reactive

from tui.dashboard.common.choice import InlineChoice
from tui.dashboard.insights.messages import PeriodChosen, ScopeChosen

AS_SEARCHED = 0
"""In the place of days: the period that the search names itself."""
PERIODS = (7, 30, 90)
"""Days."""
USUAL = 30


class PeriodChoice(InlineChoice):
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


class ScopeChoice(InlineChoice):
    """Those that the search on the main screen finds, or all of the workspace."""

    narrowed: reactive[bool] = reactive(False)

    def options(self) -> list[tuple[str, bool, Message]]:
        return [
            (text, narrowed is self.narrowed, ScopeChosen(narrowed))
            for text, narrowed in (("these results", True), ("whole workspace", False))
        ]
