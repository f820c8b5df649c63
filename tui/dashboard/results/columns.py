"""Which columns of the results fit a width, and how wide they are. Pure arithmetic in terminal cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tui.dashboard.ui_state import NARROWEST, WIDEST, Arrangement
from tui.views.model import COLUMNS

GAP = 1
"""Empty cells between two columns."""
GUTTER = 2
"""Cells left of the first column, where the cursor mark stands."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column as it is laid out: `start` counts cells from the left edge of the table."""

    key: str
    title: str
    start: int
    width: int
    flexible: bool = False
    """It takes what the others leave over."""

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
RIGHT_ALIGNED = frozenset({"waiting", "created", "updated"})

MINIMUM_FLEXIBLE = 12
FLEXIBLE = ("subject", "tags", "customer", "assignee", "team", "state")
"""The first of these that is shown takes what the others leave over."""

LEAST = {
    "state": 3,
    "customer": 11,
    "updated": 5,
    "waiting": 5,
    "assignee": 10,
    "tags": 12,
    "team": 12,
    "created": 5,
}
"""The width that a chosen column comes with. Where there is no room for all, the last of these give way."""

# What joins in or grows, in this order, as long as the flexible column keeps the given room.
STEPS: tuple[tuple[str, int, int], ...] = (
    ("waiting", 5, 20),
    ("customer", 16, 22),
    ("assignee", 10, 24),
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


DEFAULT_COLUMNS = Arrangement()


@lru_cache(maxsize=64)
def lay_out(
    width: int, sort: str = "updated", arrangement: Arrangement = DEFAULT_COLUMNS
) -> tuple[Column, ...]:
    """The columns for a table `width` cells wide, left to right.

    Widths that were given change nothing about which columns there are: they are granted as far as the
    flexible column can spare them.
    """
    keys = tuple(key for key in arrangement.keys if key in TITLES)
    flexible = next(key for key in (*FLEXIBLE, *keys) if key in (keys or COLUMNS))
    widths = chosen(width, sort, keys, flexible) if keys else usual(width, sort)
    given = {key: cells for key, cells in arrangement.widths if key in widths}
    for key in sorted(given, key=lambda key: given[key] - widths[key]):  # first those that become narrower
        spare = max(0, room(width, widths) - MINIMUM_FLEXIBLE)
        widths[key] = max(NARROWEST, min(given[key], widths[key] + spare))
    widths[flexible] = max(MINIMUM_FLEXIBLE, room(width, widths))
    placed, position = [], GUTTER
    for key in keys or COLUMNS:
        if key in widths:
            short = widths[key] < len(TITLES[key])
            title = SHORT_TITLES.get(key, TITLES[key]) if short else TITLES[key]
            placed.append(Column(key, title, position, widths[key], key == flexible))
            position += widths[key] + GAP
    return tuple(placed)


def usual(width: int, sort: str) -> dict[str, int]:
    """As many columns as leave the subject its room.

    The column of the present sort is always there: where only one time fits, it is that one.
    """
    time = "created" if sort == "created" else "updated"
    always = ["state", "customer", time, *(["waiting"] if sort == "waiting" else [])]
    widths = {key: LEAST[key] for key in always}
    grow(width, widths, joining=[key for key in LEAST if key != "updated"])
    if "created" in widths and room(width, widths) >= 50:
        widths["updated"] = 8
    return widths


def chosen(width: int, sort: str, keys: Iterable[str], flexible: str) -> dict[str, int]:
    """These columns, but for those that leave the flexible one too little; the sorted one stays longest."""
    widths: dict[str, int] = {}
    order = list(LEAST)
    for key in sorted(set(keys) - {flexible}, key=lambda key: (key != sort, order.index(key))):
        trial = {**widths, key: LEAST[key]}
        if room(width, trial) >= MINIMUM_FLEXIBLE:
            widths = trial
    grow(width, widths, joining=())
    return widths


def grow(width: int, widths: dict[str, int], *, joining: Iterable[str]) -> None:
    """Take the steps; only `joining` may become part of `widths`."""
    may = {*widths, *joining}
    for key, wanted, keeps in STEPS:
        if key in may and wanted > widths.get(key, 0) and room(width, {**widths, key: wanted}) >= keeps:
            widths[key] = wanted


def room(width: int, widths: dict[str, int]) -> int:
    """What is left for the flexible column beside these."""
    return width - GUTTER - sum(w + GAP for w in widths.values()) - GAP


def with_hidden(keys: Iterable[str]) -> tuple[str, ...]:
    """Every column: those of `keys` in their order, each other one after its usual neighbour."""
    found = list(keys)
    for at, key in enumerate(COLUMNS):
        if key not in found:
            before = next((k for k in reversed(COLUMNS[:at]) if k in found), None)
            found.insert(0 if before is None else found.index(before) + 1, key)
    return tuple(found)


def column_at(columns: tuple[Column, ...], x: int) -> Column | None:
    """The column whose cells hold `x`; the gap to its right is its edge."""
    return next((c for c in columns if c.start <= x < c.end), None)


@dataclass(frozen=True, slots=True)
class Edge:
    """The edge between two columns, held by the mouse at `x`: it moves along by changing one width."""

    key: str
    """The column that is made wider or narrower; what it takes or leaves is the flexible one's."""
    width: int
    """How wide it was."""
    x: int
    sign: int
    """1: it grows to the right, -1: to the left."""

    def width_at(self, x: int) -> int:
        return max(NARROWEST, min(WIDEST, self.width + self.sign * (x - self.x)))


def edge_at(columns: tuple[Column, ...], x: int) -> Edge | None:
    """The edge at `x`, in the gap between two columns."""
    for left, right in pairwise(columns):
        if left.end <= x < right.start:
            if any(column.flexible for column in columns if column.start <= left.start):
                return Edge(right.key, right.width, x, -1)
            return Edge(left.key, left.width, x, 1)
    return None
