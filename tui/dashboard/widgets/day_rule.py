"""The line between the days of a thread."""

from __future__ import annotations

from datetime import date

from textual.content import Content
from textual.widgets import Static

from tui.dashboard.reading import Day, day_words


class DayRule(Static):
    """ "Friday 13 December"."""

    def __init__(self, day: Day, today: date) -> None:
        super().__init__(Content(f"── {day_words(day.date, today)} ──"))
