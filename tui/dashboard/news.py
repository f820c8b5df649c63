"""What a sync changed, in the words of somebody who works the inbox. Pure."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from tui.dashboard.notices import Notice

GAP = 60.0
"""Seconds between two toasts about changes; what happens in between is added to the next."""
LATE = "2h"
"""Customers who wait longer than this are mentioned."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The states that the next sync is compared with."""

    total: int
    closed: array[int]
    """Ids of the closed conversations."""
    late: int
    """How many customers have been waiting for more than two hours, up to 1,000."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different from the tally before."""

    new: int
    reopened: int
    late: int
    late_before: int


def compare(before: Tally, after: Tally) -> Changes:
    """Reopened are those that were closed before and are not now (deleted ones are not told apart)."""
    reopened = len(set(before.closed).difference(after.closed))
    return Changes(max(0, after.total - before.total), reopened, after.late, before.late)


class News:
    """Gathers changes and tells them not too often."""

    def __init__(self) -> None:
        self._new = self._reopened = 0
        self._told_at: float | None = None

    def happened(self, changes: Changes, at: float) -> Notice | None:
        """A sync changed this, at epoch second `at`."""
        self._new += changes.new
        self._reopened += changes.reopened
        first_late = changes.late > 0 and not changes.late_before
        if not (self._new or self._reopened or first_late):
            return None
        if self._told_at is not None and at - self._told_at < GAP:
            return None
        return self._tell(changes.late, at)

    def told_otherwise(self, at: float) -> None:
        """Another toast said what a sync brought."""
        self._new = self._reopened = 0
        self._told_at = at

    def _tell(self, late: int, at: float) -> Notice:
        amounts = ((self._new, "new"), (self._reopened, "reopened"), (late, "waiting over 2 h"))
        words = ", ".join(f"{amount:,} {word}" for amount, word in amounts if amount)
        self.told_otherwise(at)
        return Notice("Inbox", words, kind="changes")
