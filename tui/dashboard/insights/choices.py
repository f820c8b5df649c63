"""The period and the scope of the insights."""

from __future__ import annotations

from textual.message import Message
from textual.reactive import reactive

from tui.dashboard.common.choice import InlineChoice
from tui.dashboard.insights.messages import PeriodChosen, ScopeChosen

QUERY_PERIOD = 0
"""Instead of a number of days: the period that the search names."""
PERIODS = (7, 30, 90)
"""Days."""
DEFAULT_PERIOD = 30


class PeriodChoice(InlineChoice):
    """A number of days up to now, or the period of the search if it names one."""

    period: reactive[int] = reactive(DEFAULT_PERIOD, layout=True)
    query_period: reactive[str] = reactive("", layout=True)
    """The period of the search in words; empty if it names none."""

    @property
    def periods(self) -> tuple[int, ...]:
        return (QUERY_PERIOD, *PERIODS) if self.query_period else PERIODS

    @property
    def next_period(self) -> int:
        return self.periods[(self.periods.index(self.period) + 1) % len(self.periods)]

    def options(self) -> list[tuple[str, bool, Message]]:
        return [
            (f"{days} d" if days else self.query_period, days == self.period, PeriodChosen(days))
            for days in self.periods
        ]


class ScopeChoice(InlineChoice):
    """The results of the search, or the whole workspace."""

    results_only: reactive[bool] = reactive(False)

    def options(self) -> list[tuple[str, bool, Message]]:
        return [
            (text, results_only is self.results_only, ScopeChosen(results_only))
            for text, results_only in (("these results", True), ("whole workspace", False))
        ]
