"""The layout of a calendar of months, in terminal cells, and the marks of its days. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from tui.formatting import number
from tui.insights import DayState

SMALLEST_CELL = 5
"""Cells of a day: the glyph of its volume, two digits, the mark of its state and a gap."""
COUNTED_CELL = 10
"""Cells of a day from which on its number of conversations is written too."""
COUNT_CELLS = 5
"""Cells of such a number, with a gap."""
WEEK = 7
GAP = 3
"""Cells between two months."""
HEADING = 2
"""Lines above the days of a month: its name, and the weekdays."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

NOTHING = "·"
VOLUMES = "▁▃▅▇"
"""How many conversations a day has, compared with the busy days."""
BUSY = 0.9
"""The share of the days with conversations that have no more than a busy day."""

MARKS = {
    DayState.SYNCED: " ",
    DayState.PARTIAL: "~",
    DayState.PENDING: "…",
    DayState.NEVER: "?",
    DayState.NOT_KEPT: "×",
}
"""State of a day → its mark, which can be read without colour."""
MEANINGS = {
    DayState.SYNCED: "synced",
    DayState.PARTIAL: "partly synced",
    DayState.PENDING: "threads pending",
    DayState.NEVER: "never synced",
    DayState.NOT_KEPT: "not kept",
}


@dataclass(frozen=True, slots=True)
class VolumeScale:
    """Which numbers of conversations each glyph stands for. A few extraordinary days do not change it."""

    busy: int = 0
    """As many as on a busy day, from which on the highest glyph is shown."""

    @classmethod
    def of(cls, counts: Iterable[int]) -> VolumeScale:
        """The scale for days with these numbers of conversations."""
        known = sorted(count for count in counts if count)
        return cls(known[ceil(BUSY * len(known)) - 1] if known else 0)

    def glyph(self, count: int) -> str:
        if not count:
            return NOTHING
        step = ceil(count * len(VOLUMES) / max(1, self.busy))
        return VOLUMES[min(step, len(VOLUMES)) - 1]

    @property
    def ranges(self) -> list[tuple[str, str]]:
        """Each glyph that can occur with the numbers it stands for: ("▁", "1–25"), the highest "76+"."""
        edges = [self.busy * step // len(VOLUMES) for step in range(len(VOLUMES))]
        found = [(NOTHING, "0")]
        for glyph, low, high in zip(VOLUMES, edges, [*edges[1:], None], strict=True):
            if high is None:
                found.append((glyph, f"{number(low + 1)}+"))
            elif high > low:
                one = high == low + 1
                found.append((glyph, number(high) if one else f"{number(low + 1)}–{number(high)}"))
        return found


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
    """Day → the position of its first cell."""
    height: int
    cell: int
    """Cells of a day, the gap to the next one included."""

    @property
    def shading(self) -> int:
        """How often the glyph of a day's volume is repeated."""
        return max(1, self.cell - SMALLEST_CELL + 1 - (COUNT_CELLS if self.is_counted else 0))

    @property
    def is_counted(self) -> bool:
        """Whether there is room for the number of conversations of each day."""
        return self.cell >= COUNTED_CELL

    def day_at(self, x: int, y: int) -> date | None:
        """The day at a cell, or None; the gap to the right of a day belongs to it."""
        return next(
            (day for day, (left, top) in self.places.items() if top == y and left <= x < left + self.cell),
            None,
        )


EMPTY_LAYOUT = CalendarLayout((), {}, 0, SMALLEST_CELL)


def lay_out(first: date, last: date, width: int) -> CalendarLayout:
    """Lay out the months from `first` to `last` so that they fill `width` cells in the fewest rows."""
    count = 12 * (last.year - first.year) + last.month - first.month + 1
    most = max(1, (width + GAP) // (WEEK * SMALLEST_CELL - 1 + GAP))
    per_row = ceil(count / ceil(count / most))
    cell = max(SMALLEST_CELL, ((width + GAP) // per_row - GAP + 1) // WEEK)
    months: list[Month] = []
    places: dict[date, tuple[int, int]] = {}
    start, y, tallest = first.replace(day=1), 0, 0
    while start <= last:
        column = len(months) % per_row
        if column == 0 and months:
            y += HEADING + tallest + 1
            tallest = 0
        month = Month(start, column * (WEEK * cell - 1 + GAP), y)
        months.append(month)
        following = (start + timedelta(days=31)).replace(day=1)
        day = start
        while day < following:
            week = (day.day - 1 + start.weekday()) // WEEK
            tallest = max(tallest, week + 1)
            places[day] = (month.x + cell * day.weekday(), y + HEADING + week)
            day += timedelta(days=1)
        start = following
    return CalendarLayout(tuple(months), places, y + HEADING + tallest, cell)
