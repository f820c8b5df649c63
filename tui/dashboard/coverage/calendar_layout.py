"""The layout of a calendar of months, in terminal cells, and the marks of its days. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tui.insights import DayState

CELL = 4
"""Cells of a day: its mark, two digits and a gap."""
MONTH = 7 * CELL - 1
GAP = 3
"""Cells between two months."""
HEADING = 2
"""Lines above the days of a month: its name, and the weekdays."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

MARKS = {DayState.SYNCED: "█", DayState.PARTIAL: "▄", DayState.PENDING: "░", DayState.NEVER: "·"}
"""State of a day → its mark, which can be read without colour."""
MEANINGS = {
    DayState.SYNCED: "synced",
    DayState.PARTIAL: "partly synced",
    DayState.PENDING: "threads pending",
    DayState.NEVER: "never synced",
}


@dataclass(frozen=True, slots=True)
class Month:
    """A month and its position: cells from the left, lines from the top."""

    first: date
    x: int
    y: int

    @property
    def title(self) -> str:
        return f"{self.first:%B %Y}"


@dataclass(frozen=True, slots=True)
class CalendarLayout:
    """The positions of all months and days."""

    months: tuple[Month, ...]
    places: dict[date, tuple[int, int]]
    """Day → the position of its mark."""
    height: int

    def day_at(self, x: int, y: int) -> date | None:
        """The day at a cell, or None; the gap to the right of a day belongs to it."""
        return next(
            (day for day, (left, top) in self.places.items() if top == y and left <= x < left + CELL), None
        )


def lay_out(first: date, last: date, width: int) -> CalendarLayout:
    """Lay out the months from `first` to `last`, as many side by side as fit into `width` cells."""
    per_row = max(1, (width + GAP) // (MONTH + GAP))
    months: list[Month] = []
    places: dict[date, tuple[int, int]] = {}
    start, y, tallest = first.replace(day=1), 0, 0
    while start <= last:
        column = len(months) % per_row
        if column == 0 and months:
            y += HEADING + tallest + 1
            tallest = 0
        month = Month(start, column * (MONTH + GAP), y)
        months.append(month)
        following = (start + timedelta(days=31)).replace(day=1)
        day = start
        while day < following:
            week = (day.day - 1 + start.weekday()) // 7
            tallest = max(tallest, week + 1)
            places[day] = (month.x + CELL * day.weekday(), y + HEADING + week)
            day += timedelta(days=1)
        start = following
    return CalendarLayout(tuple(months), places, y + HEADING + tallest)
