"""Which columns of the results fit a width, and how wide they are. All numbers are terminal cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tui.dashboard.triage.marks import MARK_CELLS
from tui.dashboard.ui_state import NARROWEST, WIDEST, Arrangement
from tui.views.model import COLUMNS

GAP = 1
"""Empty cells between two columns."""
GUTTER = 2 + MARK_CELLS + GAP
"""Cells left of the first column: the cursor, the selection, and the marks of the conversation."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is laid out; `start` is its first cell, from the left edge of the table."""

    key: str
    title: str
    start: int
    width: int
    flexible: bool = False
    """Whether it takes the space that the others leave."""

    @property
    def end(self) -> int:
        return self.start + self.width


TITLES = {
    "state": "State",
    "customer": "Customer",
    "subject": "Subject · snippet",
    "assignee": "Assignee",
    "team": "Team",
    "tags": "Tags",
    "waiting": "Waits",
    "created": "Created",
    "updated": "Updated",
}
SHORT_TITLES = {"state": "", "created": "Made", "updated": "Upd"}
"""Titles for columns that are too narrow for the one in `TITLES`."""
RIGHT_ALIGNED = frozenset({"waiting", "created", "updated"})

MINIMUM_FLEXIBLE = 12
FLEXIBLE = ("subject", "tags", "customer", "assignee", "team", "state")
"""The first of these that is shown is the flexible column."""

INITIAL_WIDTHS = {
    "state": 3,
    "customer": 11,
    "updated": 5,
    "waiting": 5,
    "assignee": 10,
    "tags": 12,
    "team": 12,
    "created": 5,
}
"""The width that a column starts with. If not all columns fit, the last of these are left out."""

GROWTH: tuple[tuple[str, int, int], ...] = (
    ("waiting", 5, 20),
    ("customer", 16, 22),
    ("assignee", 10, 23),
    ("customer", 18, 30),
    ("tags", 12, 32),
    ("state", 9, 36),
    ("updated", 8, 36),
    ("team", 12, 38),
    ("assignee", 14, 42),
    ("tags", 20, 46),
    ("customer", 22, 50),
    ("created", 8, 54),
    ("waiting", 7, 54),
    ("team", 16, 64),
    ("tags", 28, 80),
)
"""Steps in which columns are added or made wider: a column, its new width, and the width that the flexible
column must keep; otherwise the step is left out."""


DEFAULT_COLUMNS = Arrangement()


@lru_cache(maxsize=64)
def lay_out(
    width: int, sort: str = "updated", arrangement: Arrangement = DEFAULT_COLUMNS
) -> tuple[Column, ...]:
    """The columns for a table `width` cells wide, from left to right.

    The widths of the arrangement do not change which columns are shown: they apply as far as the flexible
    column keeps its minimum.
    """
    keys = tuple(key for key in arrangement.keys if key in TITLES)
    flexible = next(key for key in (*FLEXIBLE, *keys) if key in (keys or COLUMNS))
    widths = widths_of(keys, flexible, width, sort) if keys else default_widths(width, sort)
    given = {key: cells for key, cells in arrangement.widths if key in widths}
    for key in sorted(given, key=lambda key: given[key] - widths[key]):  # narrower ones first
        spare = max(0, remaining_width(width, widths) - MINIMUM_FLEXIBLE)
        widths[key] = max(NARROWEST, min(given[key], widths[key] + spare))
    widths[flexible] = max(MINIMUM_FLEXIBLE, remaining_width(width, widths))
    placed, position = [], GUTTER
    for key in keys or COLUMNS:
        if key in widths:
            short = widths[key] < len(TITLES[key])
            title = SHORT_TITLES.get(key, TITLES[key]) if short else TITLES[key]
            placed.append(Column(key, title, position, widths[key], key == flexible))
            position += widths[key] + GAP
    return tuple(placed)


def default_widths(width: int, sort: str) -> dict[str, int]:
    """The columns, with their widths, that fit beside a subject of a readable width.

    The state is left to the gutter. The sorted column is always among them: if only one time fits, it is that
    one.
    """
    time = "created" if sort == "created" else "updated"
    always = ["customer", time, *(["waiting"] if sort == "waiting" else [])]
    widths = {key: INITIAL_WIDTHS[key] for key in always}
    grow(width, widths, joining=[key for key in INITIAL_WIDTHS if key not in {"state", "updated"}])
    if "created" in widths and remaining_width(width, widths) >= 50:
        widths["updated"] = 8
    return widths


def widths_of(keys: Iterable[str], flexible: str, width: int, sort: str) -> dict[str, int]:
    """The widths of these columns, without those that do not fit; the sorted one is left out last."""
    widths: dict[str, int] = {}
    order = list(INITIAL_WIDTHS)
    for key in sorted(set(keys) - {flexible}, key=lambda key: (key != sort, order.index(key))):
        trial = {**widths, key: INITIAL_WIDTHS[key]}
        if remaining_width(width, trial) >= MINIMUM_FLEXIBLE:
            widths = trial
    grow(width, widths, joining=())
    return widths


def grow(width: int, widths: dict[str, int], *, joining: Iterable[str]) -> None:
    """Apply the steps of `GROWTH` that fit; only the columns `joining` are added to `widths`."""
    allowed = {*widths, *joining}
    for key, cells, left in GROWTH:
        if (
            key in allowed
            and cells > widths.get(key, 0)
            and remaining_width(width, {**widths, key: cells}) >= left
        ):
            widths[key] = cells


def remaining_width(width: int, widths: dict[str, int]) -> int:
    """The width that is left for the flexible column."""
    return width - GUTTER - sum(w + GAP for w in widths.values()) - GAP


def with_hidden(keys: Iterable[str]) -> tuple[str, ...]:
    """All columns: those of `keys` in their order, each other one after its neighbour in `COLUMNS`."""
    found = list(keys)
    for index, key in enumerate(COLUMNS):
        if key not in found:
            before = next((k for k in reversed(COLUMNS[:index]) if k in found), None)
            found.insert(0 if before is None else found.index(before) + 1, key)
    return tuple(found)


def column_at(columns: tuple[Column, ...], x: int) -> Column | None:
    """The column at cell `x`; None in the gaps between columns."""
    return next((c for c in columns if c.start <= x < c.end), None)


@dataclass(frozen=True, slots=True)
class Edge:
    """The edge between two columns, dragged from cell `x`: one of the columns is resized."""

    key: str
    """The column that is resized; the flexible one takes the difference."""
    width: int
    """Its width before."""
    x: int
    sign: int
    """1: it becomes wider to the right, -1: to the left."""

    def width_at(self, x: int) -> int:
        """The width of the column when the edge is dragged to cell `x`."""
        return max(NARROWEST, min(WIDEST, self.width + self.sign * (x - self.x)))


def edge_at(columns: tuple[Column, ...], x: int) -> Edge | None:
    """The edge at cell `x`, if that is the gap between two columns."""
    for left, right in pairwise(columns):
        if left.end <= x < right.start:
            if any(column.flexible for column in columns if column.start <= left.start):
                return Edge(right.key, right.width, x, -1)
            return Edge(left.key, left.width, x, 1)
    return None
