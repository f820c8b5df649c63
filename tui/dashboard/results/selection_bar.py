"""A line with the number of selected conversations; hidden while there are none."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.dashboard.triage.marks import SELECTED
from tui.domain import Count
from tui.formatting import amount, number


class SelectionBar(Static):
    """ "■ 12 selected, 3 of them not in this list · Esc clear"."""

    count: reactive[Count] = reactive(Count(0, exact=True))
    not_listed: reactive[int] = reactive(0)

    def on_mount(self) -> None:
        self.display = False

    def show(self, count: Count, not_listed: int) -> None:
        """`not_listed` is how many of the selected are not in the list that is shown."""
        self.count, self.not_listed = count, not_listed
        self.display = count.total > 0

    def render(self) -> Content:
        not_listed = f", {number(self.not_listed)} of them not in this list" if self.not_listed else ""
        return Content.assemble(
            (f"{SELECTED} {amount(self.count)} selected", "bold"), not_listed, " · Esc clear"
        )
