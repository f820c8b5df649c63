"""Which columns of the results fit a width, and how wide they are. Pure arithmetic in terminal cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

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

ORDER = ("state", "customer", "subject", "assignee", "team", "tags", "waiting", "created", "updated")
MINIMUM_SUBJECT = 12

# What joins in, in this order, as long as the subject keeps the given room.
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


@lru_cache(maxsize=64)
def lay_out(width: int, sort: str = "updated") -> tuple[Column, ...]:
    """The columns for a table `width` cells wide, left to right. The subject takes what is left over.

    The column of the present sort is always there: where only one time fits, it is that one.
    """
    widths = {"state": 3, "customer": 11, "created" if sort == "created" else "updated": 5}
    if sort == "waiting":
        widths["waiting"] = 5
    for key, wanted, subject_keeps in STEPS:
        if wanted <= widths.get(key, 0) or (key == "updated" and key not in widths):
            continue
        trial = {**widths, key: wanted}
        if subject_room(width, trial) >= subject_keeps:
            widths = trial
    if "created" in widths and subject_room(width, widths) >= 50:
        widths["updated"] = 8
    widths["subject"] = max(MINIMUM_SUBJECT, subject_room(width, widths))
    placed, position = [], GUTTER
    for key in ORDER:
        if key in widths:
            short = widths[key] < len(TITLES[key])
            title = SHORT_TITLES.get(key, TITLES[key]) if short else TITLES[key]
            placed.append(Column(key, title, position, widths[key]))
            position += widths[key] + GAP
    return tuple(placed)


def subject_room(width: int, widths: dict[str, int]) -> int:
    return width - GUTTER - sum(w + GAP for w in widths.values()) - GAP


def column_at(columns: tuple[Column, ...], x: int) -> Column | None:
    """The column under cell `x`, the gap to its right included."""
    return next((c for c in columns if c.start <= x < c.end + GAP), None)
