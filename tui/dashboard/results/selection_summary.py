"""How many conversations are selected, in words for the footer."""

from __future__ import annotations

from tui.dashboard.triage.marks import SELECTED
from tui.domain import Count
from tui.formatting import amount, number


class SelectionSummary:
    """ "■ 12 selected, 3 not in this list"."""

    def __init__(self) -> None:
        self.count = Count(0, exact=True)
        self.not_listed = 0
        """How many of the selected are not in the list that is shown."""

    def set(self, count: Count, not_listed: int) -> None:
        self.count, self.not_listed = count, not_listed

    def __bool__(self) -> bool:
        return self.count.total > 0

    @property
    def words(self) -> str:
        not_listed = f", {number(self.not_listed)} not in this list" if self.not_listed else ""
        return f"{SELECTED} {amount(self.count)} selected{not_listed}"
